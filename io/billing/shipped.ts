import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * What the process that ships the ledger's rows tells those that write them, by way of the file `shipped.json` in the ledger's root
 * directory. With it they know how far sinks are behind.
 */
export interface Shipped {
  /**
   * Bytes of rows that wait for a sink which is down, or that only wait for one which is up: they are older than `keep`. Of several
   * sinks the one counts that has most before it.
   */
  readonly unshippedBytes: number
  /** By source: the `seq` up to which all sinks have its rows. */
  readonly sources: Readonly<Record<string, number>>
}

const shipped = z.object({ unshippedBytes: z.number(), sources: z.record(z.string(), z.number()) })

const FILE = 'shipped.json'

/** Tells how far all sinks are; the file is replaced as a whole. */
export async function writeShipped(root: string, value: Shipped): Promise<void> {
  const path = join(root, FILE)
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, `${JSON.stringify(value)}\n`, { mode: 0o600 })
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true })
    throw cause
  }
}

/** What was last told; undefined where nobody ships, or nobody has yet. */
export async function readShipped(root: string): Promise<Shipped | undefined> {
  const text = await readFile(join(root, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return shipped.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
