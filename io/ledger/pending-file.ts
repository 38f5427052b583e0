import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Schedule, systemSchedule } from './deadline.js'
import { takeLock } from './journal-lock.js'
import { attempt, JournalUnusable, readOptional, unusable } from './ledger-file.js'
import type { PendingCall, PendingJournal } from './pending.js'

/** A `PendingJournal` in a file that one process at a time has. */
export interface PendingFile extends PendingJournal {
  /** Gives up the lock; what is pending stays in the file. What comes later is not written. */
  close(): void
}

export interface PendingFileOptions {
  /** Bytes that the file may always have before it is rewritten; 8 MiB unless said. Beyond, it may double. */
  readonly compactAt?: number
  /** Told once when writing fails, and again only if it has worked since. The file is written anew as soon as that works. */
  readonly onError?: (error: JournalUnusable) => void
  readonly schedule?: Schedule
}

/** The first line. A file of another version is not read. */
const HEADER = '["tollgate-pending",1]\n'
const RETRY_AFTER = 1000

type Line = PendingCall | { readonly kind: 'done'; readonly of: PendingCall['kind']; readonly id: string }

/**
 * Opens, or creates with its directory, and locks the file at `path`: one call per line, written before `added` returns (safe from
 * a crash of the process, not of the machine). A last line that was not finished is left out. When nothing is pending the file is
 * emptied. Throws `JournalUnusable` for a file that is locked or cannot be read; that it cannot be written is only told.
 */
export function openPendingFile(path: string, options: PendingFileOptions = {}): PendingFile {
  const { compactAt = 8 * 2 ** 20, onError = () => {}, schedule = systemSchedule } = options
  const unlock = attempt(`pending calls in ${path}`, 'cannot be opened', () => {
    mkdirSync(dirname(path), { recursive: true })
    return takeLock(`${path}.lock`)
  })
  const calls = readCalls(path, unlock)

  let file: number | undefined
  let size = 0
  let rewriteAt = 0
  let telling = true
  let cancelRetry: (() => void) | undefined
  let closed = false

  const rewrite = () => {
    const text = HEADER + [...calls.values()].map(lineOf).join('')
    const fresh = openSync(`${path}.new`, 'a', 0o600)
    try {
      ftruncateSync(fresh)
      writeFileSync(fresh, text)
      fsyncSync(fresh)
      renameSync(`${path}.new`, path)
    } catch (error) {
      closeSync(fresh)
      throw error
    }
    if (file !== undefined) closeSync(file)
    file = fresh
    size = Buffer.byteLength(text)
    rewriteAt = Math.max(compactAt, 2 * size)
  }
  const write = (line: Line) => {
    if (file === undefined || size > rewriteAt) return rewrite()
    if (calls.size === 0) {
      ftruncateSync(file, HEADER.length)
      size = HEADER.length
      return
    }
    const text = lineOf(line)
    writeFileSync(file, text)
    size += Buffer.byteLength(text)
  }
  const attemptWrite = (run: () => void) => {
    try {
      run()
      telling = true
    } catch (cause) {
      // The last line may be torn, and no more must follow it: everything is written anew, from what is in memory.
      if (file !== undefined) closeSync(file)
      file = undefined
      cancelRetry = schedule(RETRY_AFTER, retry, 'background')
      if (telling) onError(unusable(`pending calls in ${path}`, 'cannot be written', cause))
      telling = false
    }
  }
  const retry = () => {
    cancelRetry = undefined
    if (!closed) attemptWrite(rewrite)
  }
  const note = (line: Line) => {
    // While a retry waits, memory has what it will write.
    if (!closed && !cancelRetry) attemptWrite(() => write(line))
  }

  const pending = [...calls.values()]
  attemptWrite(rewrite)

  return {
    pending,
    added(call) {
      calls.set(keyOf(call.kind, call.id), call)
      note(call)
    },
    done({ kind, id }) {
      if (calls.delete(keyOf(kind, id))) note({ kind: 'done', of: kind, id })
    },
    close() {
      if (closed) return
      if (cancelRetry) {
        cancelRetry()
        retry()
        cancelRetry?.()
      }
      closed = true
      if (file !== undefined) closeSync(file)
      file = undefined
      unlock()
    },
  }
}

/** What the file at `path` holds; gives up the lock when it cannot be read. */
function readCalls(path: string, unlock: () => void): Map<string, PendingCall> {
  try {
    const text = attempt(`pending calls in ${path}`, 'cannot be read', () => readOptional(path) ?? '')
    return callsOf(path, text)
  } catch (error) {
    unlock()
    throw error
  }
}

/** The calls that are not done, in order. */
function callsOf(path: string, text: string): Map<string, PendingCall> {
  const calls = new Map<string, PendingCall>()
  // What follows the last end of line was being written when the process died.
  const lines = text.split('\n').slice(0, -1)
  if (lines.length > 0 && `${lines[0]}\n` !== HEADER) {
    throw new JournalUnusable(`${path} does not hold the pending calls of this version; move it away to forget them`)
  }
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue
    const what = `cannot be read in line ${i + 1}; move it away to forget its calls`
    const found = attempt(`pending calls in ${path}`, what, () => decodeLine(line))
    if (found.kind === 'done') calls.delete(keyOf(found.of, found.id))
    else calls.set(keyOf(found.kind, found.id), found)
  }
  return calls
}

function decodeLine(line: string): Line {
  const value: Partial<Line> = JSON.parse(line)
  switch (value.kind) {
    case 'dispatched':
    case 'done':
      if (typeof value.id === 'string') return value as Line
      break
    case 'settle':
      if (typeof value.id === 'string' && Array.isArray(value.used)) return value as Line
      break
    case 'charge':
      if (typeof value.id === 'string' && Array.isArray(value.claims)) return value as Line
      break
    case undefined:
      break
  }
  throw new Error('not a call')
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`
}

function keyOf(kind: PendingCall['kind'], id: string): string {
  return `${kind} ${id}`
}
