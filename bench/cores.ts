import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../cli/failure.js'
import { findEnvoy } from '../cli/setup-envoy.js'
import { type Child, startChild } from './child.js'
import { type CoresRound, coresFigures } from './cores-figures.js'
import { failures, reportSchema } from './job.js'
import { processUsage } from './process-usage.js'
import { alignedTable } from './table.js'
import { startTollgate, type TollgateStack } from './tollgate.js'
import { config, jobs } from './workload.js'
import { emptyWorkspace, pause } from './workspace.js'

interface Size {
  readonly rounds: number
  /** For each process, until what is hot has been compiled. */
  readonly warmUp: number
  readonly requests: number
}

/** Many short rounds: what else the machine does comes and goes, and falls on both sides of a pair or on few of them. */
const FULL: Size = { rounds: 25, warmUp: 6_000, requests: 2_000 }
const QUICK: Size = { rounds: 9, warmUp: 6_000, requests: 1_500 }

/** For each worker, enough to keep it busy: several take several times the load. Envoy's threads have as many each, as Tollgate renders it for several workers. */
const CONNECTIONS = 32

const WORKERS = 2

/** At least so many times the capacity of one worker. */
const GOAL = 1.8

/** What two worker processes can do against one, in turns in one run, each behind an Envoy of its own with two threads. */
export async function benchCores(form: 'full' | 'quick'): Promise<number> {
  const { rounds, warmUp, requests } = form === 'full' ? FULL : QUICK
  const directory = emptyWorkspace('bench-cores')
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    const envoyPath = await findEnvoy()
    const client = keep(startChild('client', join(directory, 'client.log')))
    const provider = keep(startChild('provider', join(directory, 'provider.log')))
    const providerPort = Number(await provider.ask('port'))
    const start = async (processes: number) => {
      const own = join(directory, `${processes}`)
      mkdirSync(own)
      const setup = { envoyPath, directory: own, providerPort, workers: WORKERS, processes }
      return keep(await startTollgate({ ...setup, config: config(providerPort), gracefulClose: 'on' }))
    }
    const stacks = [await start(1), await start(WORKERS)] as const
    const measured: readonly [CoresRound[], CoresRound[]] = [[], []]
    for (const stack of stacks) await run(client, stack, warmUp)
    for (let round = 1; round <= rounds; round++) {
      console.log(`cores: round ${round} of ${rounds}`)
      for (const [index, stack] of stacks.entries()) measured[index]?.push(await run(client, stack, requests))
    }
    const { capacity, cost, busiest } = coresFigures(...measured)
    const rows = [
      [`capacity of ${WORKERS} workers over one`, capacity],
      ['CPU per request over one', cost],
      ["the busiest worker's share", busiest],
    ] as const
    const text = rows.map(([name, { median, low, high }]) => [
      name,
      median.toFixed(2),
      `${low.toFixed(2)} to ${high.toFixed(2)}`,
    ])
    console.log(`\n${alignedTable(['', 'median', 'low to high'], text)}\n`)
    if (capacity.median >= GOAL) return 0
    console.log(`missed: capacity at least ${GOAL}x`)
    return 1
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

/** Runs a job, of so many requests for each process that serves, and reads what it cost them. */
async function run(client: Child, stack: TollgateStack, requests: number): Promise<CoresRound> {
  const pids = serving(stack.processorPid)
  const read = () => pids.map((pid) => processUsage(pid)?.cpuMicros ?? Number.NaN)
  const before = read()
  const all = requests * pids.length
  const job = { ...jobs(all, 0, 0).json, connections: CONNECTIONS * pids.length, url: stack.url }
  const report = reportSchema.parse(await client.ask(job))
  const failed = failures(report)
  if (failed.length > 0) throw new Failure(`requests of the bench failed: ${failed.join(', ')}`)
  // What is done after the last answer (settling, logging) belongs to the job too.
  await pause(300)
  return { requests: all, cpu: read().map((after, index) => after - (before[index] ?? Number.NaN)) }
}

/** The worker processes of a Tollgate; itself, where it has none. */
function serving(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number),
  )
  return children.length > 0 ? children : [pid]
}
