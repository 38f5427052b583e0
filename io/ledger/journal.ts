import { close, closeSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeEntry, type Entry, encodeEntry } from './journal-entry.js'
import { takeLock } from './journal-lock.js'
import { AT_ONCE, beginRewrite, later, type Rewrite, rewriteAtOnce, writeAll } from './journal-rewrite.js'
import { attempt, JournalUnusable, readOptional, unusable } from './ledger-file.js'
import type { SnapshotUse } from './memory-snapshot.js'

/** A file of entries, one per line, to which one process at a time appends. */
export interface Journal {
  /** Hands over what the file held when it was opened; a last line that was not finished is left out. Throws `JournalUnusable` on others that cannot be read. */
  replay(apply: (entry: Entry) => void): void
  /**
   * Rewrites the file to what `snapshot` gives, now and whenever it has grown large; only after this can entries be added. A long one is
   * written later, a little at a time.
   */
  begin(snapshot: (use: SnapshotUse) => Iterator<Entry>): void
  /** `next` is in the file (safe from a crash of the process, not of the machine) when `kept` resolves, `soon` within 20 ms. Never throws. */
  append(entry: Entry, when: 'next' | 'soon'): void
  /**
   * Resolves once what was appended as `next` is in the file, or could not be written; undefined where nothing waits. All of it that comes in
   * one turn of the event loop is written together: a write costs as much as the rest of a reservation.
   */
  kept(): Promise<void> | undefined
  /** Writes what is waiting, and gives up the lock. */
  close(): Promise<void>
}

export interface JournalOptions {
  /** Bytes that the file may always have before it is rewritten; 8 MiB unless said. Beyond, it may double. */
  readonly compactAt?: number
  /** How many entries are written in one go, 256 unless said: all of a snapshot that has no more, a longer one in steps. */
  readonly atOnce?: number
  /** Runs the next step; after some milliseconds unless said. */
  readonly soon?: (run: () => void) => void
  /** Told when writing fails. Counting goes on; the file is rewritten as soon as that works. */
  readonly onError?: (error: JournalUnusable) => void
}

/** The first line. A file of another version is not read. */
const HEADER_LINE = '["tollgate-journal",1]\n'
const WRITE_WITHIN_MS = 20
const RETRY_AFTER_MS = 1000

/** Opens, or creates with its directory, and locks the journal at `path`. Throws `JournalUnusable`. */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const { compactAt = 8 * 2 ** 20, atOnce = AT_ONCE, soon = later, onError = () => {} } = options
  const unlock = attempt(`journal ${path}`, 'cannot be opened', () => {
    mkdirSync(dirname(path), { recursive: true })
    return takeLock(`${path}.lock`)
  })

  let snapshot: ((use: SnapshotUse) => Iterator<Entry>) | undefined
  let rewriting: Rewrite | undefined
  let file: number | undefined
  let size = 0
  let rewriteAt = 0
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  let next: { readonly kept: Promise<void>; written(): void } | undefined

  /** The new file has taken the place of the one before. */
  const replaced = (by: number, bytes: number) => {
    rewriting = undefined
    // Nothing names it any more, so this deletes it, which takes long where it is large.
    if (file !== undefined) close(file, () => {})
    file = by
    size = bytes
    rewriteAt = Math.max(compactAt, 2 * size)
  }
  const rewrite = (entries: Iterator<Entry>) => {
    const { file: opened, size: bytes } = rewriteAtOnce(path, linesOf(entries))
    replaced(opened, bytes)
    waiting = ''
  }
  const unable = (cause: unknown) => onError(unusable(`journal ${path}`, 'cannot be written', cause))
  /** The file goes on as it is. */
  const failed = (cause: unknown) => {
    rewriting = undefined
    rewriteAt = size + compactAt
    unable(cause)
  }
  const compact = (entries: Iterator<Entry>) => {
    const first: Entry[] = []
    for (let entry = entries.next(); !entry.done; entry = entries.next()) {
      first.push(entry.value)
      if (first.length <= atOnce) continue
      const lines = linesOf(followed(first, entries))
      rewriting = beginRewrite(lines, { path, atOnce, soon, failed, done: replaced })
      return
    }
    rewrite(first.values())
  }
  const write = () => {
    if (file === undefined) {
      if (snapshot) rewrite(snapshot('at once'))
      return
    }
    if (waiting !== '') {
      const lines = waiting
      waiting = ''
      size += writeAll(file, lines)
      rewriting?.add(lines)
    }
    if (size <= rewriteAt || rewriting || !snapshot) return
    // All that was recorded is in the file.
    try {
      compact(snapshot('later'))
    } catch (cause) {
      failed(cause)
    }
  }
  const schedule = (after: number) => {
    timer ??= setTimeout(flush, after).unref()
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    try {
      write()
    } catch (cause) {
      // The last line may be torn, and no more must follow it: everything is written anew, from what is in memory.
      rewriting?.abort()
      rewriting = undefined
      if (file !== undefined) closeSync(file)
      file = undefined
      waiting = ''
      unable(cause)
      schedule(RETRY_AFTER_MS)
    }
    next?.written()
    next = undefined
  }
  const writeNext = () => {
    if (next) return
    let written = () => {}
    const kept = new Promise<void>((resolve) => {
      written = resolve
    })
    next = { kept, written }
    setImmediate(flush)
  }

  return {
    replay: (apply) => {
      const text = attempt(`journal ${path}`, 'cannot be read', () => readOptional(path))
      if (text !== undefined) replayLines(path, text, apply)
    },
    begin: (source) => {
      snapshot = source
      attempt(`journal ${path}`, 'cannot be written', () => rewrite(source('at once')))
    },
    append: (entry, when) => {
      if (file === undefined) return
      waiting += lineOf(entry)
      if (when === 'next') writeNext()
      else schedule(WRITE_WITHIN_MS)
    },
    kept: () => next?.kept,
    close: async () => {
      flush()
      clearTimeout(timer)
      rewriting?.abort()
      rewriting = undefined
      if (file !== undefined) closeSync(file)
      file = undefined
      // What comes after this, a write that was to come next among it, must not touch what is another process's now.
      snapshot = undefined
      unlock()
    },
  }
}

/** Applies complete lines. */
function replayLines(path: string, text: string, apply: (entry: Entry) => void): void {
  // What follows the last end of line was being written when the process died.
  const lines = text.split('\n').slice(0, -1)
  if (lines.length > 0 && `${lines[0]}\n` !== HEADER_LINE) {
    throw new JournalUnusable(`${path} is not a journal of this version; move it away to count from zero`)
  }
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue
    const what = `cannot be read in line ${i + 1}; move it away to count from zero`
    attempt(`journal ${path}`, what, () => apply(decodeEntry(line)))
  }
}

function lineOf(entry: Entry): string {
  return `${encodeEntry(entry)}\n`
}

/** A whole file. */
function* linesOf(entries: Iterator<Entry>): Generator<string> {
  yield HEADER_LINE
  for (let entry = entries.next(); !entry.done; entry = entries.next()) yield lineOf(entry.value)
}

function* followed<T>(first: Iterable<T>, rest: Iterator<T>): Generator<T> {
  yield* first
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}
