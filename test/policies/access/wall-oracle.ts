import type { MonthDay, TimeWindow } from '../../../policies/access/settings.js'

const DAY = 86_400_000
const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/**
 * The same question, asked of the platform's own calendar: what a clock on the wall of the zone shows at the instant, read as a person
 * would read it.
 */
export function insideByCalendar(window: TimeWindow): (instant: number) => boolean {
  const { zone: timeZone, from, to } = window
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
  return (instant) => {
    const shown = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const number = (name: string) => Number(shown[name])
    const time =
      ((number('hour') * 60 + number('minute')) * 60 + number('second')) * 1000 + (((instant % 1000) + 1000) % 1000)
    const today = { year: number('year'), month: number('month'), day: number('day') }
    const weekday = NAMES.indexOf(shown['weekday'] ?? '')
    const begins = (at: typeof today, dayOfWeek: number) => isListed(window, at, dayOfWeek)
    if (to > from) return time >= from && time < to && begins(today, weekday)
    if (time >= from && begins(today, weekday)) return true
    return time < to && begins(dayBefore(today), (weekday + 6) % 7)
  }
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

function isListed({ days, monthDays, dates }: TimeWindow, { year, month, day }: Day, weekday: number): boolean {
  if (days && !days.includes(weekday)) return false
  const number = Date.UTC(year, month - 1, day) / DAY
  if (dates && !dates.some(({ first, last }) => first <= number && number <= last)) return false
  const end = (one: MonthDay) => (one === 'last' ? lengthOf(year, month) : one)
  return monthDays === undefined || monthDays.some(({ first, last }) => end(first) <= day && day <= end(last))
}

/** Thirty days has September. */
function lengthOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function dayBefore({ year, month, day }: Day): Day {
  if (day > 1) return { year, month, day: day - 1 }
  if (month > 1) return { year, month: month - 1, day: lengthOf(year, month - 1) }
  return { year: year - 1, month: 12, day: 31 }
}
