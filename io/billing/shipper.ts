import type { Clock } from '../../core/clock.js'
import { type Schedule, within } from '../ledger/deadline.js'
import { createLane, type Lane, type LaneStatus, type Outlet } from './lane.js'
import { removable, waitingBytes } from './removal.js'
import type { Shipped } from './shipped.js'
import type { RowFiles, SegmentInfo } from './sink.js'
import { reasonFor } from './sinks/sink-error.js'

/** Brings the ledger's rows to its sinks, and removes what need not be kept. */
export interface Shipper {
  status(): readonly SinkStatus[]
  /** Ships what can be shipped soon, ends what runs, and closes the sinks. */
  close(): Promise<void>
}

/** How one sink is doing. */
export interface SinkStatus {
  readonly name: string
  readonly up: boolean
  /** Why it is not up, in words without content or secrets. */
  readonly failure: string | undefined
  /** Rows that it has not taken. */
  readonly behind: number
  readonly sources: readonly LaneStatus[]
}

/** What happens to sinks. None of these may throw. */
export interface ShipperHooks {
  /** A sink has taken so many rows. */
  taken(sink: string, rows: number): void
  /** So many rows were gone before a sink could take them. */
  missed(sink: string, rows: number): void
  /** A sink has begun to fail (with the reason) or is well again. */
  state(sink: string, state: 'up' | 'down', reason: string | undefined): void
  /** The files cannot be read, removed or told of. */
  failed(reason: string): void
}

/** What is kept of the ledger's files. */
export interface Keeping {
  /** Milliseconds for which rows are kept that all sinks have. */
  readonly keep: number
  /** Bytes of rows which some sink does not have that may be on the disk. */
  readonly disk: number
  /** Above it: `refuse` keeps them all the same, `admit` removes the oldest that are also older than `keep`. */
  readonly onFull: 'refuse' | 'admit'
}

export interface ShipperOptions {
  readonly files: RowFiles
  readonly outlets: readonly Outlet[]
  readonly keeping: Keeping
  readonly clock: Clock
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  /** What was last told, maybe by a process before this one. */
  readonly known: Shipped | undefined
  /** Lets the processes that write know; its failure is told and tried again. */
  tell(shipped: Shipped): Promise<void>
  readonly hooks: ShipperHooks
}

/** All in milliseconds. */
const EVERY = 500
/** The configuration has rows on the disk sooner. */
const SETTLED = 500
const LAST_TRIES = 3_000

/** Looks for new rows twice a second. Every sink goes its own way: one that is down or slow holds up no other. */
export function createShipper(options: ShipperOptions): Shipper {
  const { files, outlets, keeping, clock, schedule, hooks } = options
  const ending = new AbortController()
  const shelves = new Map<string, readonly SegmentInfo[]>()
  const lanes = new Map<string, ReadonlyMap<string, Lane>>()
  const states = new Map<string, 'up' | 'down'>()
  let told = ''
  let cancel = () => {}
  let looking: Promise<void> = Promise.resolve()

  const lanesOf = (name: string): readonly Lane[] =>
    [...lanes.values()].flatMap((bySink) => [...bySink].filter(([sink]) => sink === name).map(([, lane]) => lane))
  const statusOf = (name: string): SinkStatus => {
    const sources = lanesOf(name).map((lane) => lane.status())
    const failure = sources.find((lane) => lane.failure !== undefined)?.failure
    const behind = sources.reduce((sum, lane) => sum + lane.behind, 0)
    return { name, up: failure === undefined, failure, behind, sources }
  }
  const changed = (name: string) => {
    const { up, failure } = statusOf(name)
    const state = up ? 'up' : 'down'
    if ((states.get(name) ?? 'up') === state) return
    states.set(name, state)
    hooks.state(name, state, failure)
  }

  const laneFor = (outlet: Outlet, source: string): Lane => {
    const { name } = outlet.sink
    return createLane({
      ...{ ...outlet, source, files, clock, schedule, signal: ending.signal },
      ...{ random: options.random, settled: SETTLED },
      taken: (rows) => hooks.taken(name, rows),
      missed: (rows) => hooks.missed(name, rows),
      changed: () => changed(name),
    })
  }

  const readShelves = async () => {
    const sources = await files.sources()
    for (const source of sources) {
      shelves.set(source, await files.segments(source))
      const known = lanes.get(source) ?? new Map(outlets.map((one) => [one.sink.name, laneFor(one, source)] as const))
      lanes.set(source, known)
      for (const lane of known.values()) lane.update(shelves.get(source) ?? [])
    }
    for (const source of [...lanes.keys()].filter((one) => !sources.includes(one))) {
      lanes.delete(source)
      shelves.delete(source)
    }
  }

  const positions = (source: string) => [...(lanes.get(source)?.values() ?? [])].map((lane) => lane.status().position)
  /** What one sink has before it. One that answers catches up, and only what is kept for its sake counts. */
  const waitingFor = (name: string): number => {
    const { up, sources } = statusOf(name)
    const before = up ? clock.now() - keeping.keep : Number.POSITIVE_INFINITY
    return sources.reduce((sum, { source, position }) => {
      const from = position ?? options.known?.sources[source] ?? 0
      return sum + waitingBytes(shelves.get(source) ?? [], from, before)
    }, 0)
  }
  const measure = () => Math.max(0, ...outlets.map(({ sink }) => waitingFor(sink.name)))

  const removeOld = async (unshipped: number) => {
    const all = [...shelves].map(([source, segments]) => ({ source, segments, positions: positions(source) }))
    for (const { source, segment } of removable(all, keeping, unshipped, clock.now())) {
      await files.remove(source, segment)
      const left = (shelves.get(source) ?? []).filter(({ first }) => first !== segment.first)
      shelves.set(source, left)
      for (const lane of lanes.get(source)?.values() ?? []) lane.update(left)
    }
  }

  const tellWriters = async (unshipped: number) => {
    const sources = [...shelves].map(([source, segments]) => {
      const least = Math.min(...positions(source).map((position = 0) => position), segments.at(-1)?.last ?? 0)
      return [source, least] as const
    })
    const shipped = { unshippedBytes: unshipped, sources: Object.fromEntries(sources) }
    const text = JSON.stringify(shipped)
    if (text === told) return
    await options.tell(shipped)
    told = text
  }

  const look = async (when: 'usual' | 'ending') => {
    try {
      await readShelves()
      const runs = [...lanes.values()].flatMap((bySink) => [...bySink.values()].map((lane) => lane.run(when)))
      if (when === 'ending') await Promise.all(runs)
      const unshipped = measure()
      await tellWriters(unshipped)
      await removeOld(unshipped)
    } catch (error) {
      hooks.failed(reasonFor(error))
    }
  }
  const lookAgain = () => {
    cancel = schedule(
      EVERY,
      () => {
        looking = look('usual').finally(() => !ending.signal.aborted && lookAgain())
      },
      'background',
    )
  }
  looking = look('usual').finally(lookAgain)

  return {
    status: () => outlets.map(({ sink }) => statusOf(sink.name)),
    async close() {
      await looking
      cancel()
      // Twice: a batch that runs already may not have the last rows.
      await within(LAST_TRIES, schedule, async () => {
        await look('ending')
        await look('ending')
      })
      ending.abort()
      await Promise.all(outlets.map(({ sink }) => sink.close()))
    },
  }
}
