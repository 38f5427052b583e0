import { join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { isoTimes } from '../iso-time.js'
import { type Schedule, within } from '../ledger/deadline.js'
import type { Link } from './chain.js'
import { encodeHead, HEAD_FILE } from './head.js'
import type { LedgerFile, LedgerFiles } from './ledger-files.js'
import type { Entry } from './row.js'
import { type Batch, createRowQueue } from './row-queue.js'
import { createSegmentFile } from './segment-file.js'
import type { Segment } from './segments.js'

/** Writes the rows of one source, in order. */
export interface Writer {
  /** Adds a row, which is written soon; returns its `seq`, 0 where there was no room for it and a `gap` row will tell of it. Never throws. */
  append(entry: Entry): number
  /** Resolves when the rows up to `seq` are in the file, or as soon as that cannot be waited for: they then wait in memory. */
  written(seq: number): Promise<void>
  figures(): WriterFigures
  /** Writes what is waiting, for at most `patience` ms, and ends. Returns how many rows could not be written. */
  close(patience: number): Promise<number>
}

export interface WriterFigures {
  /** The last row that was added, and the last one in the file. */
  readonly added: number
  readonly last: Link
  /** Rows in memory. */
  readonly waiting: number
  /** Rows for which there was no room. */
  readonly lost: number
  /** `failing`: rows cannot be written at present. */
  readonly state: 'up' | 'failing'
  /** Whether as many rows wait as may. */
  readonly room: 'some' | 'none'
}

export interface WriterOptions {
  readonly files: LedgerFiles
  readonly directory: string
  /** Where the chain is, and the segment to go on with. */
  readonly link: Link
  readonly segment: Segment | undefined
  /** Bytes of a segment. */
  readonly segmentSize: number
  /** Milliseconds until what was written is on the disk; 0 for before it counts as written. */
  readonly fsync: number
  /** What becomes of rows when as many wait as may: those of running requests still find room, or all are left out. */
  readonly onFull: 'refuse' | 'admit'
  /** What the head says of requests that are not over. */
  from(): { readonly from: number | undefined; readonly run: number }
  readonly clock: Clock
  readonly schedule: Schedule
  /** Runs what groups the rows of one turn. */
  readonly soon: (run: () => void) => void
  readonly bounds?: Bounds
  /** Writing fails, or works again. */
  told(state: 'up' | 'failing', error?: unknown): void
}

/** How much may wait in memory. */
export interface Bounds {
  readonly rows: number
  readonly bytes: number
}

const BOUNDS: Bounds = { rows: 10_000, bytes: 16 * 1024 * 1024 }

/** Rows of requests that run already may wait beyond the bounds, up to this many times as much. */
const BEYOND = 4

/** A write that takes longer, in milliseconds, is not waited for any more. */
const SLOW = 2_000
const SHORTEST_PAUSE = 50
const LONGEST_PAUSE = 5_000

/** Touches no file until the first row comes. */
export function createWriter(options: WriterOptions): Writer {
  const { files, directory, clock, schedule, fsync, bounds = BOUNDS } = options
  const queue = createRowQueue(options.link)
  const isoTime = isoTimes()
  const segment = createSegmentFile({ files, directory, limit: options.segmentSize, last: options.segment })
  const placeBehind = (seq: number) => {
    const { from = seq + 1, run } = options.from()
    return { from, run }
  }
  let last = options.link
  let waiters: { readonly seq: number; readonly resolve: () => void }[] = []
  let running: Promise<void> | undefined
  let state: 'up' | 'failing' = 'up'
  /** Once rows up to here are written, those that had to wait are. */
  let upAt = 0
  let reason = ''
  let pause = SHORTEST_PAUSE
  let missing = 0
  let lost = 0
  let head: LedgerFile | undefined
  let place = placeBehind(options.link.seq)
  let syncing: Promise<void> | undefined
  let cancelSync: (() => void) | undefined
  let stage: 'open' | 'closing' | 'closed' = 'open'

  const isOver = (times: number) => {
    const { rows, bytes } = queue.waiting()
    return rows >= times * bounds.rows || bytes >= times * bounds.bytes
  }
  const isWithoutRoom = () => isOver(options.onFull === 'refuse' ? BEYOND : 1)

  const resolveUpTo = (seq: number) => {
    const staying = waiters.findIndex((waiter) => waiter.seq > seq)
    const ready = staying === -1 ? waiters : waiters.slice(0, staying)
    waiters = staying === -1 ? [] : waiters.slice(staying)
    for (const { resolve } of ready) resolve()
  }
  const failing = (error: unknown) => {
    reason = codeOf(error)
    upAt = Number.POSITIVE_INFINITY
    if (state === 'up') {
      state = 'failing'
      options.told('failing', error)
    }
    resolveUpTo(Number.POSITIVE_INFINITY)
  }
  const working = () => {
    pause = SHORTEST_PAUSE
    if (state === 'up') return
    upAt = Math.min(upAt, queue.lastSeq())
    if (last.seq < upAt) return
    state = 'up'
    options.told('up')
  }
  const waitToRetry = () =>
    new Promise<void>((resolve) => {
      schedule(pause, resolve, 'background')
      pause = Math.min(LONGEST_PAUSE, pause * 2)
    })

  const add = (entry: Entry): number => {
    const seq = queue.add(JSON.stringify(entry), isoTime(clock.now()))
    running ??= new Promise<void>((resolve) => options.soon(resolve)).then(writeAll)
    return seq
  }
  const tellGap = () => {
    if (missing === 0 || isWithoutRoom()) return
    const rows = missing
    missing = 0
    add({ kind: 'gap', rows, reason: `rows could not be written: ${reason}` })
  }

  const writeBatch = async ({ bytes, first }: Batch) => {
    let written = 0
    while (stage !== 'closed') {
      const cancel = schedule(SLOW, () => failing(new Error(`a write takes longer than ${SLOW} ms`)), 'background')
      try {
        if (written === 0) await segment.ready(first)
        while (written < bytes.length) written += await segment.add(written === 0 ? bytes : bytes.subarray(written))
        if (fsync === 0) await segment.sync()
        return
      } catch (error) {
        failing(error)
      } finally {
        cancel()
      }
      await waitToRetry()
    }
  }
  const writeAll = async () => {
    for (let batch = queue.take(segment.room()); batch; batch = queue.take(segment.room())) {
      await writeBatch(batch)
      if (stage === 'closed') break
      last = batch.link
      queue.done()
      working()
      resolveUpTo(last.seq)
      syncSoon()
      tellGap()
    }
    running = undefined
  }

  const syncSoon = () => {
    if (stage !== 'open') return
    cancelSync ??= schedule(
      fsync === 0 ? SHORTEST_PAUSE : fsync,
      () => {
        cancelSync = undefined
        syncing = syncNow().catch((error: unknown) => {
          failing(error)
          syncSoon()
        })
      },
      'background',
    )
  }
  const syncNow = async () => {
    await syncing
    const link = last
    // Rows that wait in memory may be of requests that seem to be over.
    if (state === 'up') place = placeBehind(link.seq)
    const from = Math.min(place.from, link.seq + 1)
    if (fsync !== 0) await segment.sync()
    head ??= await files.open(join(directory, HEAD_FILE))
    await head.write(encodeHead({ ...link, from, run: place.run }), 0)
    if (state === 'failing') working()
  }

  return {
    append(entry) {
      if (stage !== 'open' || isWithoutRoom()) {
        if (stage === 'open') missing += 1
        lost += 1
        return 0
      }
      tellGap()
      return add(entry)
    },
    written(seq) {
      if (seq <= last.seq || state === 'failing' || stage === 'closed') return Promise.resolve()
      return new Promise((resolve) => {
        waiters.push({ seq, resolve })
      })
    },
    figures: () => ({
      added: queue.lastSeq(),
      last,
      waiting: queue.waiting().rows,
      lost,
      state,
      room: isOver(1) ? 'none' : 'some',
    }),
    async close(patience) {
      stage = 'closing'
      cancelSync?.()
      const finish = async () => {
        await running
        await syncNow()
        await segment.close()
        await head?.close()
      }
      const ended = await within(patience, schedule, finish)
      if (ended.kind === 'failed') failing(ended.cause)
      stage = 'closed'
      resolveUpTo(Number.POSITIVE_INFINITY)
      return queue.waiting().rows
    },
  }
}

/** `ENOSPC`; of other errors nothing that may hold a path. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'the file system does not answer'
}
