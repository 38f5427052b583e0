import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeEntry, type Entry, encodeEntry } from './journal-entry.js'
import { takeLock } from './journal-lock.js'
import { attempt, JournalUnusable, readOptional, unusable } from './ledger-file.js'
import type { SnapshotUse } from './memory-snapshot.js'
import { type RewritingOptions, RewrittenFile } from './rewritten-file.js'

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

export interface JournalOptions extends RewritingOptions {
  /** Told when writing fails. Counting goes on; the file is rewritten as soon as that works. */
  readonly onError?: (error: JournalUnusable) => void
}

/** The first line. A file of another version is not read. */
const HEADER_LINE = '["tollgate-journal",1]\n'
const WRITE_WITHIN_MS = 20
const RETRY_AFTER_MS = 1000

/** Opens, or creates with its directory, and locks the journal at `path`. Throws `JournalUnusable`. */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const { onError = () => {} } = options
  const unlock = attempt(`journal ${path}`, 'cannot be opened', () => {
    mkdirSync(dirname(path), { recursive: true })
    return takeLock(`${path}.lock`)
  })

  let snapshot: ((use: SnapshotUse) => Iterator<Entry>) | undefined
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  let next: { readonly kept: Promise<void>; written(): void } | undefined

  const unable = (cause: unknown) => onError(unusable(`journal ${path}`, 'cannot be written', cause))
  const file = new RewrittenFile(path, options, unable)
  const rewrite = (entries: Iterator<Entry>) => {
    file.rewrite(linesOf(entries))
    waiting = ''
  }
  const write = () => {
    const now = snapshot
    if (!file.isOpen()) {
      if (now) rewrite(now('at once'))
      return
    }
    if (waiting !== '') {
      const lines = waiting
      waiting = ''
      file.append(lines)
    }
    // All that was recorded is in the file.
    if (now) file.compact(() => linesOf(now('later')))
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
      file.close()
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
      if (!file.isOpen()) return
      waiting += lineOf(entry)
      if (when === 'next') writeNext()
      else schedule(WRITE_WITHIN_MS)
    },
    kept: () => next?.kept,
    close: async () => {
      flush()
      clearTimeout(timer)
      file.close()
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
