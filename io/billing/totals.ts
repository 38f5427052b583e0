import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GENESIS, type Link } from './chain.js'
import { isErrno } from './errno.js'
import type { Row } from './row.js'

/** What the rows that were removed from a source's beginning came to, kept beside those that remain. */
export interface Totals {
  /** The last row that was removed. */
  readonly link: Link
  /** When it was written, ISO 8601; undefined where none was removed. */
  readonly at: string | undefined
  /** By bucket, what these rows charged and adjusted. */
  readonly amounts: ReadonlyMap<string, number>
}

/** Nothing was removed. */
const NOTHING_REMOVED: Totals = { link: GENESIS, at: undefined, amounts: new Map() }

const FILE = 'totals.json'

const stored = z.object({
  seq: z.int(),
  hash: z.string(),
  at: z.string(),
  amounts: z.array(z.tuple([z.string(), z.number()])),
})

/** The totals of the source in this directory. Throws where they cannot be read. */
export async function readTotals(directory: string): Promise<Totals> {
  try {
    const { seq, hash, at, amounts } = stored.parse(JSON.parse(await readFile(join(directory, FILE), 'utf8')))
    return { link: { seq, hash }, at, amounts: new Map(amounts) }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return NOTHING_REMOVED
    throw error
  }
}

/** Replaces the totals as a whole. */
export async function writeTotals(directory: string, { link, at, amounts }: Totals): Promise<void> {
  const path = join(directory, FILE)
  const text = JSON.stringify({ ...link, at, amounts: [...amounts] })
  await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
}

/** What a row has added to buckets, below zero where something was taken away. */
export function amountsOf(row: Row): readonly (readonly [bucket: string, amount: number])[] {
  switch (row.kind) {
    case 'attempt':
      return (row.charges ?? []).flatMap(({ amounts }) => amounts)
    case 'adjusted':
      return [[row.bucket, row.amount]]
    case 'opened':
    case 'asked':
    case 'gap':
    case 'closed':
      return []
  }
}

/** A calendar bucket's key ends with its window's start; after two years nobody asks for it. */
const FORGET_AFTER = 2 * 366 * 24 * 3_600_000

/** Without the buckets of windows that are long over. */
export function withoutOld(amounts: ReadonlyMap<string, number>, now: number): ReadonlyMap<string, number> {
  const isOld = (key: string) => now - Date.parse(key.slice(key.lastIndexOf('/') + 1)) > FORGET_AFTER
  return new Map([...amounts].filter(([key, amount]) => amount !== 0 && !isOld(key)))
}
