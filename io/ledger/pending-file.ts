import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Schedule, systemSchedule } from './deadline.js'
import { takeLock } from './journal-lock.js'
import { attempt, JournalUnusable, readOptional, unusable } from './ledger-file.js'
import type { PendingCall, PendingJournal } from './pending.js'
import { type RewritingOptions, RewrittenFile } from './rewritten-file.js'

/** A `PendingJournal` in a file that one process at a time has. */
export interface PendingFile extends PendingJournal {
  /** Gives up the lock; what is pending stays in the file. What comes later is not written. */
  close(): void
}

export interface PendingFileOptions extends RewritingOptions {
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
  const { onError = () => {}, schedule = systemSchedule } = options
  const unlock = attempt(`pending calls in ${path}`, 'cannot be opened', () => {
    mkdirSync(dirname(path), { recursive: true })
    return takeLock(`${path}.lock`)
  })
  const calls = readCalls(path, unlock)

  let telling = true
  let cancelRetry: (() => void) | undefined
  let closed = false

  const unable = (cause: unknown) => {
    if (telling) onError(unusable(`pending calls in ${path}`, 'cannot be written', cause))
    telling = false
  }
  const file = new RewrittenFile(path, options, unable)
  const lines = () => linesOf([...calls.values()])
  const rewrite = () => file.rewrite(lines())
  const write = (line: Line) => {
    if (!file.isOpen()) return rewrite()
    if (calls.size === 0) return file.cut(HEADER.length)
    file.append(lineOf(line))
    file.compact(lines)
  }
  const attemptWrite = (run: () => void) => {
    try {
      run()
      telling = true
    } catch (cause) {
      // The last line may be torn, and no more must follow it: everything is written anew, from what is in memory.
      file.close()
      cancelRetry = schedule(RETRY_AFTER, retry, 'background')
      unable(cause)
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
      file.close()
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

/** A whole file. */
function* linesOf(calls: readonly PendingCall[]): Generator<string> {
  yield HEADER
  for (const call of calls) yield lineOf(call)
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`
}

function keyOf(kind: PendingCall['kind'], id: string): string {
  return `${kind} ${id}`
}
