import { randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from './errno.js'

/** A file of rows. Its name is the `seq` of its first one. */
export interface Segment {
  readonly first: number
  readonly path: string
  readonly size: number
}

/** `000000000001.jsonl`. */
export function segmentName(first: number): string {
  return `${String(first).padStart(12, '0')}.jsonl`
}

/** The segments of the source in this directory, the oldest first; none where there is no such directory. */
export async function segmentsIn(directory: string): Promise<readonly Segment[]> {
  const found = await Promise.all((await namesIn(directory)).map((name) => segmentOf(directory, name)))
  return found.filter((segment) => segment !== undefined).sort((a, b) => a.first - b.first)
}

async function segmentOf(directory: string, name: string): Promise<Segment | undefined> {
  const [, digits] = /^(\d{12,16})\.jsonl$/.exec(name) ?? []
  if (digits === undefined) return undefined
  const path = join(directory, name)
  try {
    return { first: Number(digits), path, size: (await stat(path)).size }
  } catch (error) {
    // It was removed since.
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The sources that have a directory below a ledger's root, by name. */
export async function sourcesIn(root: string): Promise<readonly string[]> {
  return (await namesIn(root)).filter((name) => SOURCE.test(name)).sort()
}

const SOURCE = /^[0-9a-f]{12}-\d+$/

/** The number of the process that a source is of: 0 for the one that has the admin port, from 1 for workers. */
export function numberOf(source: string): number {
  return Number(source.slice(source.indexOf('-') + 1))
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

/**
 * The name by which the ledger with this root directory tells its sources from those of any other: 12 hexadecimal digits, made when
 * the directory is. Processes that begin at the same time get the same.
 */
export async function installationOf(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const path = join(root, 'id')
  const own = join(root, `id.${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(own, randomBytes(6).toString('hex'), { mode: 0o600 })
    // A link appears at once and complete, and only for the first.
    await link(own, path).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) throw error
    })
  } finally {
    await rm(own, { force: true })
  }
  const id = (await readFile(path, 'utf8')).trim()
  if (!/^[0-9a-f]{12}$/.test(id))
    throw new Error(`${path} does not hold 12 hexadecimal digits; move the directory away`)
  return id
}
