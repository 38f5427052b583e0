import { join } from 'node:path'
import { Failure } from '../cli/failure.js'
import { type Child, startChild } from './child.js'
import { failures, type Job, type Report, reportSchema } from './job.js'
import { SECRET } from './kong-calls.js'
import { type Hop, startProxy, startRelayProcess, urlOf } from './kong-systems.js'
import { processUsage } from './process-usage.js'
import { type Jobs, ROWS, type RowName } from './workload.js'
import { pause } from './workspace.js'

/** What stands between client and provider, in the order of the table; `none` is nothing. */
export const HOPS = ['none', 'bare', 'parsing', 'relay'] as const
export type HopName = (typeof HOPS)[number]

/** One job over one hop. CPU of the hop is in microseconds for the whole job; absent where the system does not tell. */
export interface RelayMeasurement {
  readonly report: Report
  readonly cpu?: number
  /** Right after the job. */
  readonly rssMiB?: number
}

export type RelayRounds = Readonly<Record<RowName, Readonly<Record<HopName, readonly RelayMeasurement[]>>>>

export interface RelaySize {
  readonly rounds: number
  readonly warmUp: Jobs
  readonly jobs: Jobs
}

/** RSS in MiB before the first request. */
export type IdleMemory = Readonly<Partial<Record<HopName, number>>>

/** Runs the relay and the frozen proxies in turns, each in a process of its own before the same provider. */
export async function measureRelay(size: RelaySize, directory: string) {
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    const client = keep(startChild('client', join(directory, 'client.log')))
    const provider = keep(startChild('provider', join(directory, 'provider.log')))
    const providerPort = Number(await provider.ask('port'))
    const hops: Readonly<Record<HopName, Pick<Hop, 'url'> & Partial<Hop>>> = {
      none: { url: urlOf(providerPort) },
      bare: keep(await startProxy('bare', providerPort)),
      parsing: keep(await startProxy('parsing', providerPort)),
      relay: keep(await startRelayProcess(directory, providerPort)),
    }
    const idle: IdleMemory = Object.fromEntries(
      HOPS.flatMap((hop) => {
        const usage = usageOf(hops[hop])
        return usage ? [[hop, usage.rssMiB]] : []
      }),
    )
    // Twice: the first streams undo what the engine had made of whole answers.
    for (const hop of [...HOPS, ...HOPS]) for (const row of ROWS) await measure(client, hops[hop], size.warmUp[row])
    const none = (): Record<HopName, RelayMeasurement[]> => ({ none: [], bare: [], parsing: [], relay: [] })
    const rounds = { json: none(), stream: none(), single: none() }
    for (let round = 0; round < size.rounds; round++) {
      console.log(`Kong, relay: round ${round + 1} of ${size.rounds}`)
      for (const row of ROWS) {
        // Without a hop there is no CPU time to compare, only latency.
        const taking = row === 'single' ? HOPS : HOPS.filter((hop) => hop !== 'none')
        for (let turn = 0; turn < taking.length; turn++) {
          const hop = taking[(round + turn) % taking.length] ?? 'bare'
          rounds[row][hop].push(await measure(client, hops[hop], size.jobs[row]))
        }
      }
    }
    return { rounds, idle }
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

/** Throws when a single answer was not good: a hop that fails fast would look cheap. */
async function measure(
  client: Child,
  hop: Pick<Hop, 'url'> & Partial<Hop>,
  job: Omit<Job, 'url'>,
): Promise<RelayMeasurement> {
  const before = usageOf(hop)
  // All of them get the same requests, though only the relay reads the context.
  const report = reportSchema.parse(await client.ask({ ...job, url: hop.url, contextSecret: SECRET }))
  const failed = failures(report)
  if (failed.length > 0) throw new Failure(`requests of the bench failed: ${failed.join(', ')}`)
  // What is done after the last answer (settling, logging) belongs to the job too.
  await pause(150)
  const after = usageOf(hop)
  return { report, ...(before && after && { cpu: after.cpuMicros - before.cpuMicros, rssMiB: after.rssMiB }) }
}

function usageOf({ pid }: Partial<Hop>) {
  return pid === undefined ? undefined : processUsage(pid)
}
