import { CHUNKS, streaming } from './chunk-works.js'
import { guarding, parsing } from './guard-works.js'
import { prose } from './prompt.js'
import { quotients, spread } from './statistics.js'
import { alignedTable, figure, ratioText } from './table.js'

/** How long the texts are, and how many of each a round reads. */
const SIZES = [
  ['2 KB', 2048, 256],
  ['20 KB', 20_480, 32],
  ['1 MB', 1_048_576, 1],
] as const

/**
 * What guards take for one request, by the length of its text, and what is done to answers per chunk: CPU in this process, garbage
 * collection included, and its ratio to the first line's in the same round. Prints tables; there is no goal.
 */
export async function benchGuards(form: 'full' | 'quick'): Promise<number> {
  const rounds = form === 'full' ? 11 : 5
  const works = [parsing(), ...guarding()]
  for (const [name, size, texts] of SIZES) {
    const given = Array.from({ length: texts }, (_, index) => prose(size, index + 1))
    const runs = works.map((work) => [work.name, () => given.forEach(work.read)] as const)
    print([`${name}, per request`, 'over JSON.parse (low to high)'], compared(runs, rounds, texts))
  }
  const runs = streaming().map(({ name, run }) => [name, () => repeat(50, run)] as const)
  print(['streams, per chunk', 'over passing on (low to high)'], compared(runs, rounds, 50 * CHUNKS))
  return 0
}

type Run = readonly [name: string, run: () => void]

/** Rows of a table: the runs take turns, and the first rounds warm up. */
function compared(runs: readonly Run[], rounds: number, units: number): readonly (readonly string[])[] {
  const figures = runs.map((): number[] => [])
  for (let round = -2; round < rounds; round++) {
    for (const [index, [, run]] of runs.entries()) {
      const cpu = microseconds(run) / units
      if (round >= 0) figures[index]?.push(cpu)
    }
  }
  return runs.map(([name], index) => {
    const cpu = figures[index] ?? []
    return [name, figure(spread(cpu), 'µs'), ratioText(spread(quotients(cpu, figures[0] ?? [])))]
  })
}

function print([what, ratio]: readonly [string, string], rows: readonly (readonly string[])[]): void {
  console.log(`\n${alignedTable([what, 'CPU', ratio], rows)}`)
}

function repeat(times: number, run: () => void): void {
  for (let n = 0; n < times; n++) run()
}

function microseconds(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
