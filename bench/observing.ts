import { join } from 'node:path'
import {
  budgets,
  counting,
  LIMITS,
  logging,
  lookingUp,
  parsing,
  recording,
  reserving,
  tokens,
  type Work,
} from './observing-works.js'
import { quotients, spread } from './statistics.js'
import { alignedTable, figure, ratioText } from './table.js'
import { emptyWorkspace } from './workspace.js'

interface Size {
  readonly rounds: number
  readonly times: number
}

const FULL: Size = { rounds: 15, times: 10_000 }
const QUICK: Size = { rounds: 5, times: 4_000 }

/**
 * What it costs to observe and account for one request, part by part, in this process: CPU, garbage collection and writing included, and
 * its ratio to the parsing of the request's JSON in the same round. Prints a table; there is no goal.
 */
export async function benchObserving(form: 'full' | 'quick'): Promise<number> {
  const { rounds, times } = form === 'full' ? FULL : QUICK
  const works = await everyWork(emptyWorkspace('bench-observing'))
  const figures = works.map((): number[] => [])
  try {
    for (let round = -1; round < rounds; round++) {
      console.log(round < 0 ? 'observing: warming up' : `observing: round ${round + 1} of ${rounds}`)
      for (const [index, work] of works.entries()) {
        const cpu = await microseconds(work, times)
        if (round >= 0) figures[index]?.push(cpu)
      }
    }
  } finally {
    for (const work of works) await work.close?.()
  }
  const parse = figures[0] ?? []
  const rows = works.map(({ name }, index) => {
    const cpu = figures[index] ?? []
    return [name, figure(spread(cpu), 'µs'), ratioText(spread(quotients(cpu, parse)))]
  })
  console.log(`\n${alignedTable(['per request', 'CPU', 'over JSON.parse (low to high)'], rows)}\n`)
  return 0
}

async function everyWork(directory: string): Promise<readonly Work[]> {
  const limited = [...budgets(4), ...LIMITS]
  return [
    parsing(),
    logging(directory),
    counting(),
    reserving('1 budget', budgets(1)),
    reserving('10 budgets', budgets(10)),
    reserving('2 limits', LIMITS),
    reserving('4 budgets, 2 limits, journal', limited, join(directory, 'journal')),
    await tokens(),
    await recording(directory),
    lookingUp(),
  ]
}

async function microseconds(work: Work, times: number): Promise<number> {
  const before = process.cpuUsage()
  await work.run(times)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}
