import type { Clock } from '../../core/clock.js'
import { type Answer, type Schedule, within } from '../ledger/deadline.js'
import { absenceBefore, isAbsence } from './absence.js'
import type { Cut, Waiting } from './cut.js'
import type { Row } from './row.js'
import type { RowFiles, SegmentInfo, Sink } from './sink.js'
import { reasonFor, SinkError } from './sinks/sink-error.js'

/** A sink, how its batches are cut, and how long one call of it may take, in milliseconds. */
export interface Outlet {
  readonly sink: Sink
  readonly cut: Cut
  readonly deadline: number
}

/** Brings the rows of one source to one sink, in their order, one batch after the other. */
export interface Lane {
  /** Ships what is due. Never rejects; called again while it runs it changes nothing. */
  run(when: 'usual' | 'ending'): Promise<void>
  /** What is there of the source by now. */
  update(segments: readonly SegmentInfo[]): void
  status(): LaneStatus
}

export interface LaneStatus {
  readonly source: string
  /** The `seq` up to which the sink has said to have the rows; undefined before it has said anything. */
  readonly position: number | undefined
  /** The `seq` of the last row there is, and how many up to it the sink has not taken. */
  readonly last: number
  readonly behind: number
  /** Why the last call failed; undefined when it did not. */
  readonly failure: string | undefined
}

export interface LaneOptions extends Outlet {
  readonly source: string
  readonly files: RowFiles
  readonly clock: Clock
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds after which a row is on the disk for sure, so that its number can go to no other; it is shipped then. */
  readonly settled: number
  /** Ends what runs. */
  readonly signal: AbortSignal
  /** The sink has taken so many rows of the ledger. */
  taken(rows: number): void
  /** So many rows were gone before the sink could take them. */
  missed(rows: number): void
  /** A call has failed, or all is well again. */
  changed(): void
}

/** Milliseconds. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
const READ_AT_ONCE = 200

/** Starts from nothing: where to go on is asked of the sink, at first and after every failure. */
export function createLane(options: LaneOptions): Lane {
  const { sink, cut, deadline, source, files, clock, schedule, random, settled, signal, taken, missed, changed } =
    options
  let segments: readonly SegmentInfo[] = []
  /** What the sink has as far as it is known, and what it last said; the first is unknown after a failure. */
  let position: number | undefined
  let lastKnown: number | undefined
  let waiting: readonly Waiting[] = []
  let failure: string | undefined
  let failures = 0
  let retryAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  const lastRow = () => segments.at(-1)?.last ?? 0
  const call = <T>(run: (signal: AbortSignal) => Promise<T>) => withDeadline(deadline, schedule, signal, run)

  const findPosition = async () => {
    waiting = []
    const found = await call((signal) => sink.position(source, signal))
    if (found > lastRow()) segments = await files.segments(source)
    if (found > lastRow())
      throw new SinkError('the sink has rows of this source that are not in its files: another ledger has this name')
    position = found
    lastKnown = found
  }

  /** Reads until there is enough for a batch, or nothing more. */
  const fill = async (after: number, when: 'usual' | 'ending') => {
    const before = new Date(clock.now() - (when === 'ending' ? 0 : settled)).toISOString()
    for (;;) {
      const upTo = waiting.at(-1)?.row.seq ?? after
      const bytes = waiting.reduce((sum, one) => sum + one.bytes, 0)
      if (waiting.length >= cut.rows || bytes > cut.bytes || upTo >= lastRow()) return
      const rows = await rowsAfter(upTo, Math.min(READ_AT_ONCE, cut.rows - waiting.length))
      const young = rows.findIndex(({ at }) => at > before)
      const read = young === -1 ? rows : rows.slice(0, young)
      waiting = [...waiting, ...read.map((row) => ({ row, bytes: Buffer.byteLength(JSON.stringify(row)) + 1 }))]
      if (read.length === 0 || young !== -1) return
    }
  }

  const rowsAfter = async (after: number, limit: number): Promise<readonly Row[]> => {
    if (after + 1 < (segments[0]?.first ?? 1)) return rowsBehind(after, limit)
    try {
      return await files.read(source, after, limit)
    } catch (error) {
      if (isErrno(error)) throw error
      return limit > 1 ? rowsAfter(after, 1) : rowsBehind(after, READ_AT_ONCE, error)
    }
  }
  /** The next rows there are, behind those that are missing. */
  const rowsBehind = async (after: number, limit: number, cause?: unknown): Promise<readonly Row[]> => {
    const next = segments.find(({ first }) => first > after + 1)
    if (!next) throw cause
    const rows = await files.read(source, next.first - 1, limit)
    return rows[0] ? [absenceBefore(rows[0], after), ...rows] : []
  }

  const step = async (when: 'usual' | 'ending'): Promise<'more' | 'idle'> => {
    if (position === undefined) await findPosition()
    const after = position ?? 0
    await fill(after, when)
    const count = cut.next(waiting, clock.now(), when)
    if (count === 0) return 'idle'
    const rows = waiting.slice(0, count).map(({ row }) => row)
    await call((signal) => sink.write(source, rows, signal))
    waiting = waiting.slice(count)
    position = rows.at(-1)?.seq ?? after
    lastKnown = position
    tell(rows)
    return 'more'
  }

  const tell = (rows: readonly Row[]) => {
    const gaps = rows.filter(isAbsence)
    taken(rows.length - gaps.length)
    for (const gap of gaps) missed(gap.rows)
  }

  const drain = async (when: 'usual' | 'ending') => {
    try {
      while (!signal.aborted && (await step(when)) === 'more') recovered()
      recovered()
    } catch (error) {
      position = undefined
      waiting = []
      if (signal.aborted) return
      failures += 1
      retryAt = clock.monotonic() + pause(failures, random())
      failure = reasonFor(error)
      changed()
    }
  }
  const recovered = () => {
    failures = 0
    if (failure === undefined) return
    failure = undefined
    changed()
  }

  return {
    run(when) {
      if (running === undefined && clock.monotonic() >= retryAt) {
        running = drain(when).finally(() => {
          running = undefined
        })
      }
      return running ?? Promise.resolve()
    },
    update(found) {
      segments = found
    },
    status() {
      const last = lastRow()
      const taken = Math.max(lastKnown ?? 0, (segments[0]?.first ?? 1) - 1)
      return { source, position: lastKnown, last, behind: Math.max(0, last - taken), failure }
    },
  }
}

/** Whether the file system said so, and may say something else the next time. */
function isErrno(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}

function pause(failures: number, random: number): number {
  return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (1 - random / 2)
}

async function withDeadline<T>(
  deadline: number,
  schedule: Schedule,
  ending: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const answer = await within(deadline, schedule, () => run(AbortSignal.any([late.signal, ending])))
  if (answer.kind === 'late') late.abort()
  return resultOf(answer, deadline)
}

function resultOf<T>(answer: Answer<T>, deadline: number): T {
  switch (answer.kind) {
    case 'answered':
      return answer.value
    case 'failed':
      throw answer.cause
    case 'late':
      throw new SinkError(`no answer within ${deadline} ms`)
  }
}
