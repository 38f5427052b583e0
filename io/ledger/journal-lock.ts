import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readOptional } from './ledger-file.js'

/** Locks this process holds: a lock with its number that is not among them was left by another that had the same number. */
const held = new Set<string>()

/**
 * Takes the lock file at `path` for this process and returns what gives it back. One left by a process that is gone is taken
 * over. Only processes that see each other's numbers are kept apart. Throws an error that names the holder, or what the file system throws.
 */
export function takeLock(path: string): () => void {
  const own = `${path}.${process.pid}`
  writeFileSync(own, identity(process.pid), { mode: 0o600 })
  try {
    // A link appears at once and complete, which a file that is created and then written does not.
    if (!tryLink(own, path)) {
      removeStale(path)
      if (!tryLink(own, path)) throw new Locked(`${path} was taken by another process just now`)
    }
  } finally {
    rmSync(own, { force: true })
  }
  held.add(path)
  let taken = true
  return () => {
    if (!taken) return
    taken = false
    held.delete(path)
    rmSync(path, { force: true })
  }
}

/** Whether a process that is alive has the lock file at `path`. */
export function isLocked(path: string): boolean {
  const holder = readOptional(path)
  return holder !== undefined && isAlive(path, holder)
}

/** Another process that is alive has the lock. */
export class Locked extends Error {
  override readonly name = 'Locked'
}

function removeStale(path: string): void {
  const holder = readOptional(path)
  if (holder === undefined) return
  if (isAlive(path, holder)) throw new Locked(`${path} is held by process ${holder.split(' ')[0]}`)
  const aside = `${path}.${process.pid}.stale`
  renameSync(path, aside)
  // Somebody else may have taken it over since it was read; theirs goes back.
  if (readOptional(aside) !== holder) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function isAlive(path: string, holder: string): boolean {
  const pid = Number(holder.split(' ')[0])
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return held.has(path)
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return identity(pid) === holder
}

/** A process's number, and on Linux when it was started: numbers are used again, in containers soon. */
export function identity(pid: number): string {
  const stat = readOptional(`/proc/${pid}/stat`)
  // The name, in parentheses, may hold anything; the start is the 20th field after it.
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return `${pid} ${started ?? '-'}`
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
