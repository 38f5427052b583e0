import { stringify } from 'yaml'
import type { Host } from '../../support/host.js'
import { clientRequest, seesUsage } from '../client-request.js'
import { type Difference, differences } from '../compare.js'
import type { Recording } from '../recording.js'
import { startReplayingProvider } from '../replaying-provider.js'
import type { ConformanceClient } from './client.js'
import { CLIENTS } from './clients.js'
import { cutDifferences } from './codec.js'
import { OPTIONS } from './options.js'
import { type Reached, type Route, reach } from './routes.js'

const CONCURRENCY = 12

/** A recording of the matrix. */
export interface Covered {
  readonly recording: Recording
  readonly route: Route
}

/** One recording read through one client. */
export interface Outcome {
  readonly id: string
  readonly client: string
  readonly differences: readonly Difference[]
}

export interface ReplayOptions {
  readonly clients: readonly string[]
  readonly host: Host
  readonly seed: number
}

interface Job extends Covered {
  readonly client: string
  readonly reached: Reached | undefined
}

/**
 * Sends every recording's request through every client for its task, a few at a time, and compares; the outcomes are in
 * order.
 */
export async function replay(covered: readonly Covered[], options: ReplayOptions): Promise<readonly Outcome[]> {
  const { clients, host, seed } = options
  const jobs = jobsFor(covered, clients)
  const provider = await startReplayingProvider(
    covered.map(({ recording }) => recording),
    seed,
  )
  try {
    const gateway = await host({ config: configFor(jobs, provider.url) })
    try {
      const connected = connect(clients, gateway.url)
      const queue = jobs.values()
      const outcomes: Outcome[] = []
      const worker = async () => {
        for (const job of queue) {
          const found = [...cut(job, seed), ...(await check(job, connected.get(job.client)))]
          outcomes.push({ id: job.recording.id, client: job.client, differences: found })
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, worker))
      return outcomes.sort((a, b) => (a.id === b.id ? compareText(a.client, b.client) : compareText(a.id, b.id)))
    } finally {
      await gateway.stop()
    }
  } finally {
    await provider.stop()
  }
}

const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b))

const connect = (clients: readonly string[], url: string): ReadonlyMap<string, ConformanceClient> =>
  new Map(clients.flatMap((name) => CLIENTS[name]?.({ url }) ?? []).map((client) => [client.dialect.name, client]))

function jobsFor(covered: readonly Covered[], clients: readonly string[]): readonly Job[] {
  const dialects = [...connect(clients, 'http://none').values()].map(({ dialect }) => dialect)
  return covered.flatMap(({ recording, route }) =>
    dialects
      .filter(({ task }) => task === route.task)
      .map((dialect) => ({ recording, route, client: dialect.name, reached: reach(route, dialect) })),
  )
}

/** The codec alone, once per recording. */
function cut({ recording, route, client, reached }: Job, seed: number): readonly Difference[] {
  const first = Object.keys(CLIENTS).find((name) => CLIENTS[name]?.({ url: 'http://none' }).dialect.task === route.task)
  return reached && client === first ? cutDifferences(recording, reached.provider, seed) : []
}

async function check(
  { recording, reached }: Job,
  client: ConformanceClient | undefined,
): Promise<readonly Difference[]> {
  if (!client || !reached) return [{ field: 'route', expected: 'a provider kind that has this API', actual: null }]
  try {
    const { dialect, projection } = client
    const { stream, expected, id } = recording
    const recorded = reached.provider.dialect
    const request = clientRequest(recording, recorded, dialect)
    const made = dialect === recorded ? 'own' : 'translated'
    const readings = await client.ask(request, { model: modelName(id, reached), stream, made })
    const usage = seesUsage(request, stream, dialect) ? 'yes' : 'no'
    return differences(expected, readings, { projection, stream, usage, made })
  } catch (error) {
    return [{ field: 'request', expected: 'a request that can be sent', actual: String(error) }]
  }
}

const modelName = (id: string, { kind, api }: Reached) => [kind, api ?? 'only', id].join('/')

/** One model per recording and way to its API; its only target asks the replaying provider for the recording. */
function configFor(jobs: readonly Job[], baseUrl: string): string {
  const kinds = new Set(jobs.flatMap(({ reached }) => reached?.kind ?? []))
  const models = jobs.flatMap(({ recording, route, reached }) => {
    if (!reached) return []
    const { kind, api } = reached
    const target = { provider: kind, model: route.model, ...(api && { api }) }
    return [[modelName(recording.id, reached), { targets: [target] }] as const]
  })
  return stringify({
    version: 1,
    providers: Object.fromEntries(
      ['openai', ...kinds].map((kind) => [kind, { kind, apiKey: 'test', baseUrl, ...OPTIONS[kind] }]),
    ),
    // A gateway needs a model, also where no recording can be reached.
    models: { none: { targets: [{ provider: 'openai', model: 'none' }] }, ...Object.fromEntries(models) },
  })
}
