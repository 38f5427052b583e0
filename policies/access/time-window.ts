import type { DayRange, MonthDay, TimeWindow } from './settings.js'
import { DAY, wallClock } from './wall-clock.js'

/** The epoch's day was a Thursday. */
const EPOCH_WEEKDAY = 4

/**
 * Makes the question whether an instant (milliseconds since the epoch) is inside a window. What the wall clock shows decides: an
 * hour that is skipped is never there, and one that comes twice is inside both times.
 */
export function insideOf(window: TimeWindow): (instant: number) => boolean {
  const clock = wallClock(window.zone)
  const { from, to } = window
  return (instant) => {
    const { date, time } = clock(instant)
    if (from < to) return time >= from && time < to && isOn(window, date)
    return (time >= from && isOn(window, date)) || (time < to && isOn(window, date - 1))
  }
}

/** Whether the window begins on a date. */
function isOn({ days, monthDays, dates }: TimeWindow, date: number): boolean {
  if (days !== undefined && !days.includes((((date + EPOCH_WEEKDAY) % 7) + 7) % 7)) return false
  if (dates !== undefined && !dates.some(({ first, last }) => date >= first && date <= last)) return false
  return monthDays === undefined || isAmong(monthDays, date)
}

function isAmong(ranges: readonly DayRange<MonthDay>[], date: number): boolean {
  const shown = new Date(date * DAY)
  const day = shown.getUTCDate()
  const length = new Date(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth() + 1, 0)).getUTCDate()
  const numberOf = (end: MonthDay) => (end === 'last' ? length : end)
  return ranges.some(({ first, last }) => day >= numberOf(first) && day <= numberOf(last))
}
