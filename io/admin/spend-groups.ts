import { type Offset, offsetsOf } from '../../policies/budget/period.js'
import type { SpendCell } from '../spend/spend-store.js'

/** What spend is told apart by, besides the tags. */
export const SPEND_DIMENSIONS = [
  ...(['model', 'provider', 'upstreamModel', 'team', 'user', 'key', 'organization', 'route', 'label'] as const),
] as const
export type SpendDimension = (typeof SPEND_DIMENSIONS)[number]

export const SPEND_TIMES = ['hour', 'day', 'month'] as const
type SpendTime = (typeof SPEND_TIMES)[number]

/** What cells are put together by. */
export type GroupBy = SpendDimension | SpendTime | `tag:${string}`

/** Reads `tag:NAME` and the words of the lists; undefined for anything else. */
export function groupIn(text: string): GroupBy | undefined {
  const word = [...SPEND_DIMENSIONS, ...SPEND_TIMES].find((known) => known === text)
  if (word !== undefined) return word
  return /^tag:[A-Za-z0-9._-]{1,64}$/.test(text) ? `tag:${text.slice('tag:'.length)}` : undefined
}

/** What a cell is, in one respect; undefined where it has none. Times are those of the zone in which its hour begins. */
export function valueIn(cell: SpendCell, by: GroupBy, timeOf: TimeOf): string | undefined {
  switch (by) {
    case 'hour':
    case 'day':
    case 'month':
      return timeOf(cell.hour, by)
    case 'model':
    case 'provider':
    case 'upstreamModel':
    case 'team':
    case 'user':
    case 'key':
    case 'organization':
    case 'route':
    case 'label':
      return cell[by]
    default: {
      const name = by.slice('tag:'.length)
      return Object.hasOwn(cell.tags, name) ? cell.tags[name] : undefined
    }
  }
}

/** The hour (`2026-10-25T02:00+02:00`), day or month of an instant. */
export type TimeOf = (instant: number, unit: SpendTime) => string

/** Times in a zone. Throws a RangeError for one that is not known. */
export function timesIn(timeZone: string): TimeOf {
  const offset = offsetsOf(timeZone)
  return (instant, unit) => {
    const ahead = offset(instant)
    const wall = new Date(instant + ahead).toISOString()
    switch (unit) {
      case 'month':
        return wall.slice(0, 7)
      case 'day':
        return wall.slice(0, 10)
      case 'hour':
        // With the offset, or the hour that comes twice when summer time ends would be one.
        return `${wall.slice(0, 16)}${offsetText(ahead)}`
    }
  }
}

/** The first instant of a date in a zone. */
export function startOfDay(date: string, timeZone: string): number {
  const offset = offsetsOf(timeZone)
  const midnight = Date.parse(`${date}T00:00:00Z`)
  const before = midnight - offset(midnight - 24 * HOUR)
  const after = midnight - offset(midnight + 24 * HOUR)
  return firstOf(date, Math.min(before, after), offset)
}

const HOUR = 3_600_000
const STEP = 15 * 60_000

/** From the earliest that it can be on: where midnight is left out, the day begins at the first time that there is. */
function firstOf(date: string, from: number, offset: Offset): number {
  for (let instant = from; instant <= from + 24 * HOUR; instant += STEP) {
    if (new Date(instant + offset(instant)).toISOString().slice(0, 10) >= date) return instant
  }
  return from
}

function offsetText(ahead: number): string {
  const minutes = Math.round(Math.abs(ahead) / 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
