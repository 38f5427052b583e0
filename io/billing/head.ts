import { z } from 'zod'

/**
 * What is known for sure of a source, kept beside its rows: rows up to `seq`, whose hash is there, are on the disk. A chain that ends
 * before that has been cut.
 */
export interface Head {
  readonly seq: number
  readonly hash: string
  /** Requests that are not over, or were not just before, have all their rows from this `seq` on. */
  readonly from: number
  /** The `opened` row of the oldest run of the process whose leases may not all be accounted for; after `seq` where there is none. */
  readonly run: number
}

/** The file's name. */
export const HEAD_FILE = 'head.json'

const head = z.object({ seq: z.int(), hash: z.string().length(64), from: z.int(), run: z.int() })

/** Less than what a disk writes at once, so that it is never torn. */
const LENGTH = 256

/** Always as long, so that it can be written in place. */
export function encodeHead({ seq, hash, from, run }: Head): Uint8Array {
  return Buffer.from(`${JSON.stringify({ seq, hash, from, run }).padEnd(LENGTH - 1)}\n`)
}

/** Undefined for a text that is none. */
export function decodeHead(text: string): Head | undefined {
  try {
    return head.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Whether the process ended in order: nothing of what it began is open. */
export function isEnded({ seq, run }: Head): boolean {
  return run > seq
}
