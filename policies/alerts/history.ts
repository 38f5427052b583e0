import type { Clock } from '../../core/clock.js'
import { compileRules } from '../budget/claims.js'
import type { Rule } from '../budget/rules.js'
import { LOOK_BACK } from './forecast.js'
import { amountIn, factsOf, lineOf, type SpendPoint } from './points.js'
import type { Watched } from './settings.js'
import { HOUR, type Hours } from './weeks.js'

/** What is counted of something that is watched. */
export type Measure = 'nano' | 'requests'

/** The past of budgets' buckets and of what is watched, hour by hour. */
export interface History {
  /** Brings it up to date. Rejects when the spend store does not answer. */
  refresh(wanted: Wanted): Promise<void>
  /** The full hours of a bucket (its key without the window); undefined where nothing was ever taken. */
  ofBucket(line: string): Hours | undefined
  /** All that is watched. */
  watched(): readonly WatchedSeries[]
}

/** What the past is wanted of; it is read anew when this is another object. */
export interface Wanted {
  readonly rules: readonly Rule[]
  readonly watch: readonly Watched[]
}

export interface WatchedSeries {
  readonly key: string
  readonly by: Watched
  /** Which one; empty of the total. */
  readonly name: string
  readonly measure: Measure
  /** The full hours. */
  readonly hours: Hours
  /** What the hour in progress has taken so far. */
  readonly current: number
}

export interface HistoryOptions {
  /** The cells of a span of time (ms since the epoch, end exclusive). */
  read(from: number, to: number): Promise<readonly SpendPoint[]>
  readonly clock: Pick<Clock, 'now'>
}

/** More are not followed; each has an amount for every hour that is looked at. */
const MOST_SERIES = 4000
const SIZE = LOOK_BACK + 1
/** Hours before the one in progress that are read again: rows come a little late. */
const LATE = 2
/** Rows may come very late, from a process that was away: everything is read again after so many hours. */
const ANEW = 6
/** Milliseconds within which nothing is read twice. */
const FRESH = 5_000
const CHUNK = 24

interface Series {
  readonly amounts: Float64Array
  readonly watched?: { readonly by: Watched; readonly name: string; readonly measure: Measure }
}

/** Follows the spend store; nothing is read until somebody asks. */
export function createHistory({ read, clock }: HistoryOptions): History {
  let series = new Map<string, Series>()
  let wanted: Wanted | undefined
  let built = 0
  /** The hour that was in progress, and the time, when it was last read. */
  let latest = 0
  let readAt = Number.NEGATIVE_INFINITY

  const adding = (into: Map<string, Series>, { rules, watch }: Wanted) => {
    const compiled = compileRules(rules)
    const add: Add = (key, hour, amount, watched) => {
      let found = into.get(key)
      if (found === undefined) {
        if (amount === 0 || into.size >= MOST_SERIES) return
        found = { amounts: new Float64Array(SIZE), ...(watched && { watched }) }
        into.set(key, found)
      }
      const place = hour % SIZE
      found.amounts[place] = (found.amounts[place] ?? 0) + amount
    }
    return (point: SpendPoint) => {
      const at = point.hour / HOUR
      for (const { rule, claims } of compiled.matching(factsOf(point))) {
        const [own] = claims(0, point.hour)
        if (own) add(lineOf(own.claim.bucket), at, amountIn(rule.unit, point))
        if (watch.includes('budget')) addWatched(add, 'budget', rule.name, at, point)
      }
      for (const by of watch) {
        const name = by === 'total' ? '' : by === 'budget' ? undefined : point[by]
        if (name !== undefined) addWatched(add, by, name, at, point)
      }
    }
  }
  const build = async (now: Wanted, current: number) => {
    const into = new Map<string, Series>()
    const add = adding(into, now)
    for (let hour = current - LOOK_BACK; hour <= current; hour += CHUNK) {
      const points = await read(hour * HOUR, Math.min(current + 1, hour + CHUNK) * HOUR)
      points.forEach(add)
    }
    series = into
    wanted = now
    built = current
  }
  const follow = async (now: Wanted, current: number) => {
    const first = Math.max(current - LOOK_BACK, latest - LATE)
    const points = await read(first * HOUR, (current + 1) * HOUR)
    // From here on nobody else has a turn: nobody sees a half of it.
    for (const { amounts } of series.values()) for (let hour = first; hour <= current; hour++) amounts[hour % SIZE] = 0
    points.forEach(adding(series, now))
  }
  const refresh = async (now: Wanted) => {
    const current = Math.floor(clock.now() / HOUR)
    const same = wanted?.rules === now.rules && wanted.watch === now.watch
    if (same && current === latest && clock.now() - readAt < FRESH) return
    if (same && current - built < ANEW) await follow(now, current)
    else await build(now, current)
    latest = current
    readAt = clock.now()
  }
  let turn: Promise<void> = Promise.resolve()

  const hoursOf = ({ amounts }: Series): Hours => {
    const first = latest - LOOK_BACK
    const values = Array.from({ length: LOOK_BACK }, (_, index) => amounts[(first + index) % SIZE] ?? 0)
    return { start: first * HOUR, values }
  }

  return {
    refresh(now) {
      turn = turn.catch(() => undefined).then(() => refresh(now))
      return turn
    },
    ofBucket(line) {
      const found = series.get(line)
      return found && hoursOf(found)
    },
    watched: () =>
      [...series].flatMap(([key, each]) =>
        each.watched ? [{ key, ...each.watched, hours: hoursOf(each), current: each.amounts[latest % SIZE] ?? 0 }] : [],
      ),
  }
}

type Add = (key: string, hour: number, amount: number, watched?: Series['watched']) => void

function addWatched(add: Add, by: Watched, name: string, hour: number, { amounts }: SpendPoint): void {
  add(`${by}=${name} nano`, hour, Number(amounts.nano), { by, name, measure: 'nano' })
  add(`${by}=${name} requests`, hour, amounts.requests, { by, name, measure: 'requests' })
}
