import type { Child } from '../child.js'
import { type Measurement, measure } from '../measure.js'
import type { Stack } from '../stacks.js'
import { jobOf, ROWS, type Row, type Size, SYSTEMS_OF, warmUpOf } from './rows.js'
import { PLACES, type StackName, type System } from './systems.js'

/** Measurements by row and system, one per round. */
export type Rounds = Readonly<Record<Row, Readonly<Partial<Record<System, readonly Measurement[]>>>>>

export type Stacks = Readonly<Partial<Record<StackName, Stack>>>

/** Which rows are run, and with which systems of each. */
export type Plan = Readonly<Partial<Record<Row, readonly System[]>>>

/** Lets every system of the plan compile and grow before it is measured. */
export async function warmUp(client: Child, stacks: Stacks, size: Size, plan: Plan = SYSTEMS_OF): Promise<void> {
  // Streams first: they undo some of what the engine has made of whole answers, and are over sooner.
  for (const row of ['stream', 'json'] as const) {
    for (const system of plan[row] ?? []) {
      const job = warmUpOf(row, system, size)
      if (job !== undefined) await measure(client, stackOf(stacks, system), job)
    }
  }
}

/** Runs each row of the plan on its systems in turns, as often as the size says. */
export async function runRounds(
  client: Child,
  stacks: Stacks,
  size: Size,
  plan: Plan = SYSTEMS_OF,
  say: (line: string) => void = console.log,
): Promise<Rounds> {
  const measured: Record<Row, Partial<Record<System, Measurement[]>>> = {
    json: {},
    stream: {},
    single: {},
    rate: {},
    many: {},
  }
  for (let round = 0; round < Math.max(size.rounds, size.manyRounds); round++) {
    say(`round ${round + 1} of ${size.rounds}`)
    for (const row of ROWS) {
      if (round >= (row === 'many' ? size.manyRounds : size.rounds)) continue
      const systems = plan[row] ?? []
      // Each round begins with another system, so that none always runs on the warmer machine.
      for (const system of [...systems.slice(round % systems.length), ...systems.slice(0, round % systems.length)]) {
        const stack = stackOf(stacks, system)
        // What streams add is asked of a process at work: an idle one has given back room that any load needs, and takes a while to have it again.
        if (row === 'many') await measure(client, stack, { ...jobOf('json', system, size), requests: size.warmUp })
        const found = await measure(client, stack, jobOf(row, system, size))
        const before = measured[row][system]
        if (before === undefined) measured[row][system] = [found]
        else before.push(found)
      }
    }
  }
  return measured
}

function stackOf(stacks: Stacks, system: System): Stack {
  const stack = stacks[PLACES[system].stack]
  if (stack === undefined) throw new Error(`nothing has been started for ${system}`)
  return stack
}
