import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { windowAt } from '../../../policies/budget/period.js'
import { CALENDAR_UNITS, type CalendarUnit } from '../../../policies/budget/rules.js'

const HOUR = 3_600_000

/** A period of its own, so that nothing is remembered from another call. */
const windowOf = (unit: CalendarUnit, timeZone: string, now: number) => {
  const window = windowAt({ kind: 'calendar', unit, timeZone }, now)
  assert.ok(window.kind === 'calendar')
  return window
}

const spelled = (unit: CalendarUnit, timeZone: string, now: string) => {
  const { start, end } = windowOf(unit, timeZone, Date.parse(now))
  return `${iso(start)} ${iso(end)}`
}

const iso = (instant: number) => new Date(instant).toISOString().replace(/(:00)?\.000Z$/, 'Z')

test('units begin where they begin in their time zone', () => {
  const now = '2024-05-15T23:30:45.678Z'
  assert.equal(spelled('minute', 'UTC', now), '2024-05-15T23:30Z 2024-05-15T23:31Z')
  assert.equal(spelled('hour', 'UTC', now), '2024-05-15T23:00Z 2024-05-16T00:00Z')
  assert.equal(spelled('day', 'UTC', now), '2024-05-15T00:00Z 2024-05-16T00:00Z')
  assert.equal(spelled('week', 'UTC', now), '2024-05-13T00:00Z 2024-05-20T00:00Z')
  assert.equal(spelled('month', 'UTC', now), '2024-05-01T00:00Z 2024-06-01T00:00Z')
  assert.equal(spelled('quarter', 'UTC', now), '2024-04-01T00:00Z 2024-07-01T00:00Z')
  assert.equal(spelled('year', 'UTC', now), '2024-01-01T00:00Z 2025-01-01T00:00Z')
  assert.equal(spelled('day', 'Europe/Berlin', now), '2024-05-15T22:00Z 2024-05-16T22:00Z')
  assert.equal(spelled('year', 'Europe/Berlin', now), '2023-12-31T23:00Z 2024-12-31T23:00Z')
  assert.equal(spelled('day', 'America/Los_Angeles', now), '2024-05-15T07:00Z 2024-05-16T07:00Z')
  assert.equal(spelled('day', 'Pacific/Kiritimati', now), '2024-05-15T10:00Z 2024-05-16T10:00Z')
})

test('weeks begin on Monday, across years and before 1970', () => {
  assert.equal(spelled('week', 'UTC', '2024-12-31T12:00Z'), '2024-12-30T00:00Z 2025-01-06T00:00Z')
  assert.equal(spelled('week', 'UTC', '2024-12-29T23:59:59Z'), '2024-12-23T00:00Z 2024-12-30T00:00Z')
  assert.equal(spelled('week', 'UTC', '1969-12-31T00:00Z'), '1969-12-29T00:00Z 1970-01-05T00:00Z')
})

test('months end where they end, in leap years too', () => {
  assert.equal(spelled('month', 'UTC', '2024-02-29T23:59:59.999Z'), '2024-02-01T00:00Z 2024-03-01T00:00Z')
  assert.equal(spelled('month', 'UTC', '2023-02-28T12:00Z'), '2023-02-01T00:00Z 2023-03-01T00:00Z')
  assert.equal(spelled('month', 'Asia/Tokyo', '2024-01-31T15:00Z'), '2024-01-31T15:00Z 2024-02-29T15:00Z')
  assert.equal(spelled('month', 'Europe/Berlin', '2024-03-31T12:00Z'), '2024-02-29T23:00Z 2024-03-31T22:00Z')
})

test('a day has 23 hours when the clock goes forward and 25 when it goes back', () => {
  assert.equal(spelled('day', 'America/New_York', '2024-03-10T12:00Z'), '2024-03-10T05:00Z 2024-03-11T04:00Z')
  assert.equal(spelled('day', 'America/New_York', '2024-11-03T12:00Z'), '2024-11-03T04:00Z 2024-11-04T05:00Z')
  assert.equal(spelled('day', 'Australia/Lord_Howe', '2024-04-06T20:00Z'), '2024-04-06T13:00Z 2024-04-07T13:30Z')
})

test('where midnight does not exist the day begins with the first instant of its date', () => {
  assert.equal(spelled('day', 'America/Sao_Paulo', '2018-11-04T12:00Z'), '2018-11-04T03:00Z 2018-11-05T02:00Z')
  assert.equal(spelled('day', 'America/Sao_Paulo', '2018-11-04T02:59:59.999Z'), '2018-11-03T03:00Z 2018-11-04T03:00Z')
  assert.equal(spelled('day', 'Asia/Beirut', '2024-03-31T12:00Z'), '2024-03-30T22:00Z 2024-03-31T21:00Z')
  assert.equal(spelled('day', 'Africa/Cairo', '2024-04-26T12:00Z'), '2024-04-25T22:00Z 2024-04-26T21:00Z')
})

test('where the clock goes back over midnight no window begins twice', () => {
  // Sunday's midnight is put back to Saturday 23:00.
  assert.equal(spelled('day', 'America/Sao_Paulo', '2018-02-18T02:30Z'), '2018-02-17T02:00Z 2018-02-18T03:00Z')
  // 00:01 is put back to 23:01 of the day before; Sunday has begun by then.
  const sunday = '2010-11-07T02:30Z 2010-11-08T03:30Z'
  assert.equal(spelled('day', 'America/St_Johns', '2010-11-07T02:30Z'), sunday)
  assert.equal(spelled('day', 'America/St_Johns', '2010-11-07T02:45Z'), sunday)
  assert.equal(spelled('day', 'America/St_Johns', '2010-11-07T02:29Z'), '2010-11-06T02:30Z 2010-11-07T02:30Z')
})

test('a date that a zone left out has no window', () => {
  assert.equal(spelled('day', 'Pacific/Apia', '2011-12-30T09:59:59Z'), '2011-12-29T10:00Z 2011-12-30T10:00Z')
  assert.equal(spelled('day', 'Pacific/Apia', '2011-12-30T10:00Z'), '2011-12-30T10:00Z 2011-12-31T10:00Z')
})

test('hours follow the wall clock of zones with half hours', () => {
  assert.equal(spelled('hour', 'Asia/Kolkata', '2024-05-15T12:15Z'), '2024-05-15T11:30Z 2024-05-15T12:30Z')
  assert.equal(spelled('hour', 'Asia/Kathmandu', '2024-05-15T12:20Z'), '2024-05-15T12:15Z 2024-05-15T13:15Z')
})

test('an hour that the clock repeats has a window of its own', () => {
  assert.equal(spelled('hour', 'America/New_York', '2024-11-03T05:30Z'), '2024-11-03T05:00Z 2024-11-03T06:00Z')
  assert.equal(spelled('hour', 'America/New_York', '2024-11-03T06:30Z'), '2024-11-03T06:00Z 2024-11-03T07:00Z')
  assert.equal(spelled('hour', 'America/New_York', '2024-03-10T07:30Z'), '2024-03-10T07:00Z 2024-03-10T08:00Z')
})

test('a change by half an hour ends the hour that it cuts into', () => {
  // 02:00 is put back to 01:30: 15:00Z.
  assert.equal(spelled('hour', 'Australia/Lord_Howe', '2024-04-06T14:30Z'), '2024-04-06T14:00Z 2024-04-06T15:00Z')
  assert.equal(spelled('hour', 'Australia/Lord_Howe', '2024-04-06T15:10Z'), '2024-04-06T15:00Z 2024-04-06T15:30Z')
  // 02:00 is put forward to 02:30: 15:30Z.
  assert.equal(spelled('hour', 'Australia/Lord_Howe', '2024-10-05T15:40Z'), '2024-10-05T15:30Z 2024-10-05T16:00Z')
  assert.equal(spelled('minute', 'Australia/Lord_Howe', '2024-10-05T15:40Z'), '2024-10-05T15:40Z 2024-10-05T15:41Z')
})

test('a period remembers its window as long as it lasts', () => {
  const period = { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } as const
  const noon = Date.parse('2024-05-15T12:00Z')
  const today = windowAt(period, noon)
  assert.equal(windowAt(period, noon + 9 * HOUR), today)
  assert.notEqual(windowAt(period, noon + 10 * HOUR), today)
  assert.deepEqual(windowAt(period, noon), today)
})

test('rolling and life-long windows are the same at any time', () => {
  const rolling = { kind: 'rolling', length: 60_000, slices: 60 } as const
  assert.deepEqual(windowAt(rolling, 5), rolling)
  assert.deepEqual(windowAt({ kind: 'life' }, 5), { kind: 'life' })
})

test('a zone that does not exist throws', () => {
  assert.throws(() => windowOf('day', 'Europe/Atlantis', 0), RangeError)
})

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')]
const ODD_ZONES = [
  ...[
    'America/New_York',
    'America/Sao_Paulo',
    'America/St_Johns',
    'America/Havana',
    'Africa/Cairo',
    'Africa/Casablanca',
  ],
  ...[
    'Asia/Beirut',
    'Asia/Gaza',
    'Asia/Kolkata',
    'Asia/Tehran',
    'Australia/Lord_Howe',
    'Antarctica/Troll',
    'Pacific/Apia',
  ],
]

test('windows hold their time, follow each other without gap or overlap, and begin where their unit does', () => {
  const instant = fc.date({ min: new Date('1971-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
  const zone = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...ZONES))
  fc.assert(
    fc.property(instant, zone, fc.constantFrom(...CALENDAR_UNITS), (date, timeZone, unit) => {
      follows(date.getTime(), timeZone, unit)
    }),
    { numRuns: 2000 },
  )
})

test('the same around every change of the clock', () => {
  for (const timeZone of ODD_ZONES) {
    for (const change of changesOf(timeZone)) {
      for (const unit of ['minute', 'hour', 'day', 'week'] as const) {
        for (const near of [-HOUR - 1, -1, 0, 59_999, HOUR, 23 * HOUR]) follows(change + near, timeZone, unit)
      }
    }
  }
})

function follows(now: number, timeZone: string, unit: CalendarUnit): void {
  const { start, end } = windowOf(unit, timeZone, now)
  const told = `${unit} of ${new Date(now).toISOString()} in ${timeZone}`
  assert.ok(start <= now && now < end, told)
  assert.deepEqual(windowOf(unit, timeZone, start), { kind: 'calendar', start, end }, told)
  assert.deepEqual(windowOf(unit, timeZone, end - 1), { kind: 'calendar', start, end }, told)
  assert.equal(windowOf(unit, timeZone, end).start, end, told)

  const first = shown(start, timeZone)
  const before = shown(start - 1, timeZone)
  const jumped = Math.round((first.wall - before.wall) / 1000) !== 0
  const cutHour = (unit === 'hour' || unit === 'minute') && jumped
  assert.ok(cutHour || beginning(unit, first.wall) !== beginning(unit, before.wall), told)
  assert.ok(jumped || beginning(unit, first.wall) === first.wall, told)
}

/** The wall clock, as the instant at which UTC shows the same; built without what is tested. */
function shown(instant: number, timeZone: string): { readonly wall: number } {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(timeZone, format)
  }
  return { wall: Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) + (instant < 0 ? 0 : instant % 1000) }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function beginning(unit: CalendarUnit, wall: number): number {
  const text = new Date(wall).toISOString()
  const day = Date.parse(text.slice(0, 10))
  const month = new Date(day).getUTCMonth()
  const year = Number(text.slice(0, 4))
  switch (unit) {
    case 'minute':
      return Date.parse(`${text.slice(0, 16)}Z`)
    case 'hour':
      return Date.parse(`${text.slice(0, 13)}:00Z`)
    case 'day':
      return day
    case 'week':
      return day - ((new Date(day).getUTCDay() + 6) % 7) * 24 * HOUR
    case 'month':
      return Date.UTC(year, month)
    case 'quarter':
      return Date.UTC(year, Math.floor(month / 3) * 3)
    case 'year':
      return Date.UTC(year, 0)
  }
}

/** Of the years 2009 to 2012, to the minute. */
function changesOf(timeZone: string): readonly number[] {
  const changes: number[] = []
  const offset = (instant: number) => shown(instant, timeZone).wall - instant
  const last = Date.parse('2012-12-31')
  for (let day = Date.parse('2009-01-01'); day < last; day += 7 * 24 * HOUR) {
    let [low, high] = [day, day + 7 * 24 * HOUR]
    if (offset(low) === offset(high)) continue
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000
      if (offset(middle) === offset(low)) low = middle
      else high = middle
    }
    changes.push(high)
  }
  return changes
}
