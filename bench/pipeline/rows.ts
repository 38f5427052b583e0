import type { Job } from '../job.js'
import { IDENTITY, PLACES, type System } from './systems.js'

/** What each round does: with each of the systems of the row, in turns. */
export const ROWS = ['json', 'stream', 'single', 'rate', 'many'] as const
export type Row = (typeof ROWS)[number]

export const SYSTEMS_OF: Readonly<Record<Row, readonly System[]>> = {
  json: ['bare', 'noopOne', 'noopTwo', 'pass', 'full', 'chain', 'redis'],
  stream: ['bare', 'noopOne', 'noopTwo', 'pass', 'restore'],
  single: ['bare', 'noopOne', 'noopTwo', 'pass', 'full'],
  rate: ['bare', 'noopTwo', 'pass', 'full'],
  many: ['bare', 'noopTwo', 'full', 'restore'],
}

/** How many streams are open at once in the row `many`. */
export const MANY = 2000

/** How long a run takes. */
export interface Size {
  /** Of every row but `many`, which has its own: it takes half a minute for each system. */
  readonly rounds: number
  readonly manyRounds: number
  /** Requests that each system answers before anything is measured. */
  readonly warmUp: number
  /** The same for streams: chunks of each of 32. */
  readonly warmUpChunks: number
  readonly requests: number
  /** Chunks of each of the 32 streams. */
  readonly chunks: number
  readonly single: number
  /** How long 300 requests per second arrive. */
  readonly rateSeconds: number
}

export const FULL: Size = {
  rounds: 5,
  manyRounds: 3,
  warmUp: 12_000,
  warmUpChunks: 1500,
  requests: 4000,
  chunks: 500,
  single: 300,
  rateSeconds: 5,
}
export const QUICK: Size = {
  rounds: 3,
  manyRounds: 1,
  warmUp: 2500,
  warmUpChunks: 400,
  requests: 1000,
  chunks: 120,
  single: 150,
  rateSeconds: 2,
}

const WHOLE = { stream: 'no', promptBytes: 2048, headers: IDENTITY } as const
const STREAMED = { ...WHOLE, stream: 'yes', timeoutMs: 120_000 } as const
/** What prompts of streams say, so that there is something to restore. */
const CONTACT = 'Write to jane.miller@acme.com or call +1 212 555 0187. '

/** What the client does in one row with one system. */
export function jobOf(row: Row, system: System, size: Size): Omit<Job, 'url'> {
  const { model } = PLACES[system]
  switch (row) {
    case 'json':
      return { ...WHOLE, model, connections: 16, requests: size.requests }
    case 'stream': {
      const paced = { chunks: size.chunks, intervalMs: 10 }
      return { ...STREAMED, ...paced, model, connections: 32, requests: 32, ...asked(system) }
    }
    case 'single':
      return { ...WHOLE, model, connections: 1, requests: size.single }
    case 'rate':
      return { ...WHOLE, model, connections: 512, requests: 300 * size.rateSeconds, rate: 300 }
    case 'many': {
      const paced = { chunks: 20, intervalMs: 1000, rampMs: 8000, gapsFromMs: 9000 }
      return { ...STREAMED, ...paced, model, connections: MANY, requests: MANY, ...asked(system) }
    }
  }
}

function asked(system: System) {
  return { mention: CONTACT, merged: system === 'restore' || system === 'full' ? 'yes' : 'no' } as const
}

/** What a system does before it is measured. */
export function warmUpOf(row: Row, system: System, size: Size): Omit<Job, 'url'> | undefined {
  const job = jobOf(row, system, size)
  if (row === 'json') return { ...job, requests: size.warmUp }
  return row === 'stream' ? { ...job, chunks: size.warmUpChunks } : undefined
}
