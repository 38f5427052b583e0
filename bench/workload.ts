import type { JsonObject } from '../core/json.js'
import type { Job } from './job.js'

const MODEL = 'gpt-4o'

/** The jobs that are run on everything that stands between a client and the provider. */
export const ROWS = ['json', 'stream', 'single'] as const
export type RowName = (typeof ROWS)[number]

/** The job of each row, but for where it is sent. */
export type Jobs = Readonly<Record<RowName, Omit<Job, 'url'>>>

/** `requests` of the JSON row, `chunks` of each stream, and `single` requests one after another. */
export function jobs(requests: number, chunks: number, single: number): Jobs {
  const json = { model: MODEL, stream: 'no', promptBytes: 2048 } as const
  return {
    json: { ...json, connections: 16, requests },
    stream: { ...json, stream: 'yes', connections: 32, requests: 32, chunks, intervalMs: 10, timeoutMs: 60_000 },
    single: { ...json, connections: 1, requests: single },
  }
}

/** A configuration of one provider and one model without any rules. */
export function config(providerPort: number): JsonObject {
  return {
    version: 1,
    providers: { fake: { kind: 'openai', apiKey: 'bench', baseUrl: `http://127.0.0.1:${providerPort}/v1` } },
    models: { [MODEL]: { targets: [{ provider: 'fake', model: MODEL }] } },
  }
}
