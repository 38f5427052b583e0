import type { Window } from './ledger.js'
import type { CalendarUnit, Period } from './rules.js'

type CalendarPeriod = Extract<Period, { kind: 'calendar' }>
type CalendarWindow = Extract<Window, { kind: 'calendar' }>

/**
 * The window that holds `now` (milliseconds since the epoch). Calendar windows follow each other without gap or overlap:
 * a day begins at the first instant of its date, however long the one before was, and a change of the clock ends the hour or
 * minute that it cuts into, so that a repeated hour has a window of its own. Throws a RangeError for a time zone that is not known.
 */
export function windowAt(period: Period, now: number): Window {
  if (period.kind !== 'calendar') return period
  const known = latest.get(period)
  if (known && now >= known.start && now < known.end) return known
  const { unit, timeZone } = period
  const offset = offsetsOf(timeZone)
  const window = unit === 'minute' || unit === 'hour' ? clockWindow(unit, offset, now) : dateWindow(unit, offset, now)
  latest.set(period, window)
  return window
}

/** Only a memo: what it holds follows from its key and the time. */
const latest = new WeakMap<CalendarPeriod, CalendarWindow>()

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Milliseconds that a zone's wall clock is ahead of UTC at an instant. A wall time is told as the instant at which UTC shows it. */
export type Offset = (instant: number) => number

type DateUnit = Exclude<CalendarUnit, 'minute' | 'hour'>

function dateWindow(unit: DateUnit, offset: Offset, now: number): CalendarWindow {
  let date = dateUnitAt(unit, now + offset(now))
  let start = firstInstant(date, offset)
  let end = firstInstant(nextDateUnit(unit, date), offset)
  // Where the clock went back over midnight, the date before shows again in a window that has begun.
  while (end <= now) {
    date = nextDateUnit(unit, date)
    start = end
    end = firstInstant(nextDateUnit(unit, date), offset)
  }
  return { kind: 'calendar', start, end }
}

/** The first instant at which the wall clock shows `wall` or later. At most one change of the clock within two days is looked for. */
function firstInstant(wall: number, offset: Offset): number {
  const before = wall - DAY
  const after = wall + DAY
  const old = offset(before)
  if (offset(after) === old) return wall - old
  const change = changeBetween(before, after, offset)
  if (wall - old < change) return wall - old
  return Math.max(change, wall - offset(change))
}

function clockWindow(unit: 'minute' | 'hour', offset: Offset, now: number): CalendarWindow {
  const length = unit === 'minute' ? MINUTE : HOUR
  const current = offset(now)
  const begin = floorTo(length, now + current) - current
  const last = begin + length - 1
  return {
    kind: 'calendar',
    start: offset(begin) === current ? begin : changeBetween(begin, now, offset),
    end: offset(last) === current ? last + 1 : changeBetween(now, last, offset),
  }
}

/** The first instant after `from` at which the offset is that of `to`; they differ. */
function changeBetween(from: number, to: number, offset: Offset): number {
  const old = offset(from)
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle) === old) low = middle
    else high = middle
  }
  return high
}

/** The beginning of the unit that a wall time is in. */
function dateUnitAt(unit: DateUnit, wall: number): number {
  const date = new Date(wall)
  const month = date.getUTCMonth()
  switch (unit) {
    case 'day':
      return floorTo(DAY, wall)
    case 'week':
      // The epoch's day was a Thursday.
      return floorTo(7 * DAY, wall + 3 * DAY) - 3 * DAY
    case 'month':
      return Date.UTC(date.getUTCFullYear(), month)
    case 'quarter':
      return Date.UTC(date.getUTCFullYear(), month - (month % 3))
    case 'year':
      return Date.UTC(date.getUTCFullYear(), 0)
  }
}

function nextDateUnit(unit: DateUnit, begin: number): number {
  const date = new Date(begin)
  switch (unit) {
    case 'day':
      return begin + DAY
    case 'week':
      return begin + 7 * DAY
    case 'month':
      return date.setUTCMonth(date.getUTCMonth() + 1)
    case 'quarter':
      return date.setUTCMonth(date.getUTCMonth() + 3)
    case 'year':
      return date.setUTCFullYear(date.getUTCFullYear() + 1)
  }
}

const floorTo = (step: number, value: number) => Math.floor(value / step) * step

/** Making a formatter takes some 50 us. */
const zones = new Map<string, Offset>()

/** Throws a RangeError for a time zone that is not known. */
export function offsetsOf(timeZone: string): Offset {
  const known = zones.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offset = (instant: number) => {
    const second = floorTo(SECOND, instant)
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
    for (const { type, value } of format.formatToParts(second)) shown[type] = Number(value)
    const { year = 0, month = 1, day, hour, minute, second: seconds } = shown
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - second
  }
  zones.set(timeZone, offset)
  return offset
}
