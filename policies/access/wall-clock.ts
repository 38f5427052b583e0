import { type Offset, offsetsOf } from '../budget/period.js'

/** What the clock on the wall shows at an instant. */
export interface WallTime {
  /** The date, as days since the epoch. */
  readonly date: number
  /** Milliseconds since that date's midnight. */
  readonly time: number
}

export const DAY = 86_400_000
const HOUR = 3_600_000

/** Reads the wall clock of a zone at instants in milliseconds since the epoch. Throws a RangeError for a zone that is not known. */
export function wallClock(zone: string): (instant: number) => WallTime {
  const offset = offsetByHour(offsetsOf(zone))
  return (instant) => {
    const wall = instant + offset(instant)
    const date = Math.floor(wall / DAY)
    return { date, time: wall - date * DAY }
  }
}

/** Asks once per hour, which costs some microseconds; in the few hours in which the clock is changed every time. */
function offsetByHour(offset: Offset): Offset {
  let begin = Number.NaN
  let own: number | undefined
  return (instant) => {
    const hour = Math.floor(instant / HOUR) * HOUR
    if (hour !== begin) {
      const first = offset(hour)
      own = offset(hour + HOUR - 1) === first ? first : undefined
      begin = hour
    }
    return own ?? offset(instant)
  }
}
