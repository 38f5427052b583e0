import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { then } from '../../core/transform.js'
import { inTurns } from '../../core/turns.js'
import { appendWhole } from './append.js'
import type { AuditRecord } from './record.js'
import { recordText } from './record-text.js'
import { closedFile, memberFile, requestsIn } from './roll.js'
import { dayOf, segmentName } from './segment.js'

export interface AuditWriterOptions {
  /** The directory of this process. */
  readonly directory: string
  readonly clock: Clock
  /** The most that waits in memory, in bytes. */
  readonly mostWaiting: number
  /** Tells it from all other writers: letters and digits. */
  readonly id: string
  /** Its process, for others to tell whether that is still there. */
  readonly member: string
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** Runs something every so many milliseconds; returns what ends that. */
  readonly every: (ms: number, tick: () => void) => () => void
  /** Told when records cannot be written, and when they can again. */
  state(state: 'failing' | 'writing', error?: unknown): void
  /** Resolves when nothing is being made of records that are not here yet. */
  settled(): Promise<void>
}

/** Writes the records of one process. Nobody waits for it. */
export interface AuditWriter {
  /** Takes a record; in turns where that is long. */
  add(record: AuditRecord, keep: number): void | Promise<void>
  /** Whether records can be kept: they are being written, and there is room for some more to wait. */
  hasRoom(): boolean
  /** How many records wait, have been written, and were lost. */
  counts(): { readonly waiting: number; readonly written: number; readonly lost: number }
  /** Writes what waits. */
  flush(): Promise<void>
  /** The same, and takes nothing more. */
  close(): Promise<void>
}

/** How long a record waits at most before it is written, and how much is written at once. */
const FLUSH_MS = 250
const BATCH_BYTES = 256 * 1024

interface Waiting {
  /** How many came before it. */
  readonly order: number
  readonly day: string
  readonly keep: number
  /** Its text in pieces, and how long that is. */
  readonly text: readonly string[]
  readonly length: number
}

/** A writer for the directory of a process, which is made when there is something to write. */
export function createAuditWriter(options: AuditWriterOptions): AuditWriter {
  const { directory, clock, mostWaiting, id: writer } = options
  const turns = { clock, pause: options.pause }
  /** Of the segment that is written. */
  let number = 0
  let place: 'ready' | 'unknown' = 'unknown'
  let queue: Waiting[] = []
  let waitingBytes = 0
  let added = 0
  let written = 0
  let lost = 0
  /** Of `lost`, how many the files do not tell of yet. */
  let untold = 0
  let state: 'failing' | 'writing' = 'writing'
  /** The last number of a line in each file of this segment. */
  const numbers = new Map<string, number>()
  let running: Promise<void> = Promise.resolve()

  const batch = (): readonly Waiting[] => {
    let bytes = 0
    const end = queue.findIndex(({ length }) => {
      bytes += length
      return bytes > BATCH_BYTES
    })
    return end === -1 ? queue : queue.slice(0, Math.max(1, end))
  }

  const writeBatch = async (some: readonly Waiting[]) => {
    const files = new Map<string, Waiting[]>()
    for (const one of some) {
      const name = segmentName({ day: one.day, keep: one.keep, number, writer })
      files.set(name, [...(files.get(name) ?? []), one])
    }
    for (const [name, ofFile] of files) {
      let last = numbers.get(name) ?? 0
      const gap = untold
      const lines = ofFile.map(({ text }) => [`{"n":${++last},`, ...text, '\n'])
      if (gap > 0) {
        const at = new Date(clock.now()).toISOString()
        lines.push([`${JSON.stringify({ n: ++last, kind: 'gap', at, records: gap })}\n`])
      }
      await appendWhole(join(directory, name), lines.flat())
      numbers.set(name, last)
      untold -= gap
      written += ofFile.length
      const done = new Set(ofFile)
      queue = queue.filter((one) => !done.has(one))
      waitingBytes -= ofFile.reduce((sum, { length }) => sum + length, 0)
    }
  }

  const become = (next: typeof state, error?: unknown) => {
    if (state === next) return
    state = next
    options.state(next, error)
  }

  const prepare = async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFile(join(directory, memberFile(writer)), options.member, { mode: 0o600 })
    number++
    numbers.clear()
    place = 'ready'
  }

  /** Writes what waits now; what comes meanwhile is for the next time. */
  const flush = async (): Promise<'written' | 'failed'> => {
    const end = added
    try {
      if (place === 'unknown') await prepare()
      while ((queue[0]?.order ?? end) < end) await writeBatch(batch())
      become('writing')
      return 'written'
    } catch (error) {
      // The directory itself may be gone, or another one by the next time.
      place = 'unknown'
      become('failing', error)
      return 'failed'
    }
  }

  /** Others have asked for what is here to be closed, so that they can rewrite it. */
  const roll = async () => {
    const requests = requestsIn(await readdir(directory).catch(() => []), writer)
    if (requests.length === 0) return
    await options.settled()
    if ((await flush()) === 'failed') return
    const closed = number
    number++
    numbers.clear()
    for (const id of requests) {
      const answer = closedFile(writer, id)
      await writeFile(join(directory, `.${answer}`), JSON.stringify({ closed }), { mode: 0o600 })
      await rename(join(directory, `.${answer}`), join(directory, answer))
    }
  }

  const inTurn = (work: () => Promise<unknown>): Promise<void> => {
    running = running.then(work).then(
      () => undefined,
      (error) => become('failing', error),
    )
    return running
  }
  let ticking: 'idle' | 'busy' = 'idle'
  const tick = () => {
    if (ticking === 'busy') return
    ticking = 'busy'
    void inTurn(async () => {
      await flush()
      await roll()
    }).finally(() => {
      ticking = 'idle'
    })
  }
  const stop = options.every(FLUSH_MS, tick)

  const take = (day: string, keep: number, text: readonly string[]) => {
    const length = text.reduce((sum, piece) => sum + piece.length, 0)
    if (waitingBytes + length > mostWaiting) {
      lost++
      untold++
      return
    }
    queue.push({ order: added++, day, keep, text, length })
    waitingBytes += length
    if (waitingBytes >= BATCH_BYTES && state === 'writing') tick()
  }

  return {
    add: (record, keep) => then(inTurns(recordText(record), turns), (text) => take(dayOf(record.at), keep, text)),
    // Requests that are on their way need room, too.
    hasRoom: () => state === 'writing' && waitingBytes <= mostWaiting / 2,
    counts: () => ({ waiting: queue.length, written, lost }),
    flush: () => inTurn(flush),
    async close() {
      stop()
      await options.settled()
      await inTurn(flush)
      await rm(join(directory, memberFile(writer)), { force: true })
    },
  }
}
