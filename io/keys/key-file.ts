import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const FORMAT = 1
const content = z.strictObject({ format: z.literal(FORMAT), keys: z.array(z.looseObject({ id: z.string().min(1) })) })

/** What tells one content of a file from another without reading it; `none` where there is no file. */
export function markOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'none'
}

/** The records of a file of keys, JSON by id; none where there is no file. Throws what is wrong with it otherwise. */
export function readKeyFile(path: string): ReadonlyMap<string, string> {
  const { keys } = content.parse(JSON.parse(textOf(path) ?? `{"format":${FORMAT},"keys":[]}`))
  const records = new Map(keys.map((key) => [key.id, JSON.stringify(key)]))
  if (records.size < keys.length) throw new Error('an id is there twice')
  return records
}

/** Writes all records, so that whoever reads sees the file before or after, and neither is lost when the machine stops. */
export function writeKeyFile(path: string, records: Iterable<string>): void {
  const fresh = `${path}.new`
  const text = `{"format":${FORMAT},"keys":[\n${[...records].join(',\n')}\n]}\n`
  try {
    synced(fresh, 'w', (file) => writeFileSync(file, text))
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
  synced(dirname(path), 'r', () => {})
}

/** Makes the folder of a file, for its user alone. */
export function makeFolderOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
}

function synced(path: string, flags: 'w' | 'r', work: (file: number) => void): void {
  const file = openSync(path, flags, 0o600)
  try {
    work(file)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
