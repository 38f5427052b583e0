import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { type Ledger, LedgerUnavailable } from '../../policies/budget/ledger.js'
import type { Schedule } from '../ledger/deadline.js'
import { takeLock } from '../ledger/journal-lock.js'
import { isEnded } from './head.js'
import type { LedgerFiles } from './ledger-files.js'
import { createOpenRequests } from './open-requests.js'
import { createRecorder, type Recorder } from './recorder.js'
import { createRecovery, leaseId, type Recovered, unfinishedIn } from './recovery.js'
import type { LedgerFileSettings } from './settings.js'
import { repairTail, type Tail } from './tail.js'
import { type Bounds, createWriter, type Writer, type WriterFigures } from './writer.js'

/** One process's part of the ledger, while it is written. */
export interface Source {
  readonly name: string
  readonly recorder: Recorder
  /** An id for a lease of this run of the process; `unique` tells it from the run's others. */
  leaseId(unique: string): string
  /** Notes that somebody changed what a counter holds; resolves once that is in the file. */
  adjusted(bucket: string, amount: number, by: string): Promise<void>
  figures(): WriterFigures
  /** Resolves when what the process before left unfinished is done. */
  readonly recovered: Promise<void>
  /** To be called when no request runs any more. Returns how many rows could not be written. */
  close(): Promise<number>
}

export interface SourceOptions {
  readonly root: string
  /** Unique among all sources of all installations, and a directory below `root`. */
  readonly name: string
  readonly settings: Pick<LedgerFileSettings, 'segment' | 'fsync' | 'onFull'>
  readonly files: LedgerFiles
  /** Where the counters are; undefined where nothing is counted. */
  readonly ledger: Pick<Ledger, 'settle' | 'lose' | 'leases'> | undefined
  readonly clock: Clock
  readonly schedule: Schedule
  readonly soon: (run: () => void) => void
  readonly bounds?: Bounds
  readonly hooks: SourceHooks
}

/** What there is to tell of a source; never content. None of these may throw. */
export interface SourceHooks {
  /** Something was found that should not be there. */
  trouble(message: string): void
  /** Rows cannot be written, or can again. */
  writing(state: 'up' | 'failing', error?: unknown): void
  recovered(what: Recovered): void
  /** What is unfinished cannot be done yet; it is tried again. */
  recoveryFailed(error: unknown): void
}

/** All in milliseconds: how long writing may take at the end, and the pauses between attempts to recover. */
const LAST_WRITES = 5_000
const SHORTEST_PAUSE = 500
const LONGEST_PAUSE = 30_000

/**
 * Takes a source over: mends its end, begins a run, and has what is unfinished done. Rejects when the directory cannot be made, read or
 * locked; that it cannot be written is only told.
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { root, name, hooks, clock } = options
  const directory = join(root, name)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const unlock = takeLock(join(directory, 'lock'))
  try {
    const tail = await repairTail(directory)
    for (const trouble of tail.troubles) hooks.trouble(trouble)
    return begin(options, directory, tail, unlock)
  } catch (error) {
    unlock()
    throw error
  }

  function begin(options: SourceOptions, directory: string, tail: Tail, unlock: () => void): Source {
    const open = createOpenRequests(clock)
    let state: 'recovering' | 'running' | 'closed' = 'recovering'
    // What is not done yet must be found again.
    const before = { from: tail.head?.from ?? 1, run: tail.head?.run ?? 0 }
    const writer: Writer = createWriter({
      ...options,
      ...{ directory, link: tail.link, told: hooks.writing },
      // What was ended in order may be removed any time.
      segment: tail.head && isEnded(tail.head) ? undefined : tail.segment,
      ...{ segmentSize: options.settings.segment, fsync: options.settings.fsync, onFull: options.settings.onFull },
      from() {
        if (state === 'recovering') return before
        return { from: open.oldest(), run: state === 'closed' ? writer.figures().added + 1 : run }
      },
    })
    const run = writer.append({ kind: 'opened', source: name })
    const recover = createRecovery(unfinishedIn(tail.rows), {
      source: name,
      runs: { from: before.run, until: run },
      ledger: options.ledger,
      append: writer.append,
    })
    const ending = new AbortController()
    const recovered = repeat(recover, options, ending.signal).then(async (done) => {
      if (!done) return
      // Only what is in the file counts as done.
      await writer.written(writer.figures().added)
      if (state === 'recovering') state = 'running'
      hooks.recovered(done)
    })
    const recorder = createRecorder(writer, open)
    return {
      name,
      recorder,
      recovered,
      leaseId: (unique) => leaseId(name, run, unique),
      adjusted: (bucket, amount, by) => writer.written(writer.append({ kind: 'adjusted', bucket, amount, by })),
      figures: writer.figures,
      async close() {
        ending.abort()
        await recovered
        if (state === 'running' && open.running() === 0) {
          writer.append({ kind: 'closed' })
          state = 'closed'
        }
        const left = await writer.close(LAST_WRITES)
        unlock()
        return left
      },
    }
  }
}

/** Tries until it succeeds; undefined when that was ended first. Any error is one of now: what is unfinished stays that. */
async function repeat(
  recover: () => Promise<Recovered>,
  { schedule, hooks }: SourceOptions,
  signal: AbortSignal,
): Promise<Recovered | undefined> {
  let pause = SHORTEST_PAUSE
  let told = false
  while (!signal.aborted) {
    try {
      return await recover()
    } catch (error) {
      if (!told || !(error instanceof LedgerUnavailable)) hooks.recoveryFailed(error)
      told = true
    }
    await pauseFor(pause, schedule, signal)
    pause = Math.min(LONGEST_PAUSE, pause * 2)
  }
  return undefined
}

function pauseFor(ms: number, schedule: Schedule, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = schedule(ms, end, 'background')
    signal.addEventListener('abort', end)
  })
}
