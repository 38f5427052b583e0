import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DayRange, MonthDay, TimeWindow } from '../../../policies/access/settings.js'
import { insideOf } from '../../../policies/access/time-window.js'
import { insideByCalendar } from './wall-oracle.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const at = (hour: number, minute = 0) => hour * HOUR + minute * MINUTE
const daily = (zone: string, from: number, to: number): TimeWindow => ({ zone, from, to })
const whole = (zone: string, more: Partial<TimeWindow>): TimeWindow => ({ zone, from: 0, to: DAY, ...more })

/** Minutes of a stretch of time for which a window holds. */
function minutesInside(window: TimeWindow, from: string, until: string): number {
  const inside = insideOf(window)
  let minutes = 0
  for (let instant = Date.parse(from); instant < Date.parse(until); instant += MINUTE) if (inside(instant)) minutes++
  return minutes
}

test('an hour that the clock skips is never there', () => {
  const night = ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'] as const
  assert.equal(minutesInside(daily('Europe/Berlin', at(2), at(3)), ...night), 0)
  assert.equal(minutesInside(daily('Europe/Berlin', at(1, 30), at(3, 30)), ...night), 60)
  assert.equal(minutesInside(daily('Europe/Berlin', at(0), at(24)), ...night), 23 * 60)
})

test('an hour that comes twice is inside both times', () => {
  const night = ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'] as const
  assert.equal(minutesInside(daily('Europe/Berlin', at(2), at(3)), ...night), 120)
  assert.equal(minutesInside(daily('Europe/Berlin', at(2, 30), at(3)), ...night), 60)
})

test('a window over midnight belongs to the day on which it begins', () => {
  const friday = { ...daily('Europe/Berlin', at(22), at(6)), days: [5] }
  const inside = insideOf(friday)
  // Friday 20 November 2026, and the Saturday after it; Berlin is an hour ahead.
  for (const [instant, expected] of [
    ['2026-11-20T04:59:59Z', false],
    ['2026-11-20T20:59:59.999Z', false],
    ['2026-11-20T21:00:00Z', true],
    ['2026-11-21T04:59:59.999Z', true],
    ['2026-11-21T05:00:00Z', false],
    ['2026-11-21T21:00:00Z', false],
  ] as const) {
    assert.equal(inside(Date.parse(instant)), expected, instant)
  }
})

test('a month ends on the day on which it does', () => {
  const last = insideOf(whole('UTC', { monthDays: [{ first: 'last', last: 'last' }] }))
  const ends = ['2026-01-31', '2026-02-28', '2028-02-29', '2026-04-30', '2026-12-31']
  for (const date of ends) assert.equal(last(Date.parse(`${date}T12:00:00Z`)), true, date)
  for (const date of ['2026-01-30', '2028-02-28', '2026-05-01']) {
    assert.equal(last(Date.parse(`${date}T12:00:00Z`)), false, date)
  }
  const thirtyFirst = insideOf(whole('UTC', { monthDays: [{ first: 31, last: 31 }] }))
  assert.equal(thirtyFirst(Date.parse('2026-04-30T12:00:00Z')), false)
})

test('over midnight at the end of a month, it is the month in which it begins', () => {
  const night = insideOf({ ...daily('America/New_York', at(20), at(4)), monthDays: [{ first: 'last', last: 'last' }] })
  assert.equal(night(Date.parse('2026-03-01T08:59:00Z')), true)
  assert.equal(night(Date.parse('2026-03-01T09:00:00Z')), false)
  assert.equal(night(Date.parse('2026-02-28T08:59:00Z')), false)
})

/** Zones and when their clocks are changed, or a date: half hours, midnights, skipped days, the southern half, quarter hours. */
const CHANGES: readonly (readonly [zone: string, around: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/St_Johns', '2010-11-07T02:31:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Pacific/Chatham', '2026-04-04T14:00:00Z'],
  ['Asia/Kathmandu', '2026-02-28T18:15:00Z'],
  ['Asia/Kolkata', '2028-02-29T18:30:00Z'],
  ['UTC', '2027-01-01T00:00:00Z'],
]

const monthDay: fc.Arbitrary<MonthDay> = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const))
const range = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<DayRange<Value>> =>
  fc.record({ first: value, last: value })

/** Times of day, most of them near those that the wall shows around a change: that is where a wrong offset tells. */
function timesNear(zone: string, around: string): fc.Arbitrary<number> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const [hour, minute] = format.format(Date.parse(around)).split(':').map(Number)
  const shown = (hour ?? 0) * 60 + (minute ?? 0)
  const near = fc.integer({ min: -90, max: 90 }).map((minutes) => (((shown + minutes) % 1440) + 1440) % 1440)
  const any = fc.integer({ min: 0, max: 1439 })
  return fc.oneof({ weight: 3, arbitrary: near }, { weight: 1, arbitrary: any }).map((minutes) => minutes * MINUTE)
}

const cases = fc
  .constantFrom(...CHANGES)
  .chain(([zone, around]) => {
    const day = Math.floor(Date.parse(around) / DAY)
    const near = fc.integer({ min: day - 2, max: day + 2 })
    const window = fc.record(
      {
        zone: fc.constant(zone),
        from: timesNear(zone, around),
        to: timesNear(zone, around).map((time) => time + MINUTE),
        days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
        monthDays: fc.array(range(monthDay), { minLength: 1, maxLength: 2 }),
        dates: fc.array(range(near), { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ['zone', 'from', 'to'] },
    )
    return fc.record({ window, around: fc.constant(Date.parse(around)) })
  })
  .filter(({ window }) => window.from !== window.to)

test('every minute around a change of the clock is as the calendar says', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 0, max: MINUTE - 1 }), ({ window, around }, offset) => {
      const inside = insideOf(window)
      const expected = insideByCalendar(window)
      for (let instant = around - 3 * HOUR; instant < around + 3 * HOUR; instant += MINUTE) {
        assert.equal(inside(instant + offset), expected(instant + offset), new Date(instant + offset).toISOString())
      }
    }),
    { numRuns: 250 },
  )
})

test('the order in which instants are asked about changes nothing', () => {
  fc.assert(
    fc.property(cases, fc.array(fc.integer({ min: -3 * 24 * 60, max: 3 * 24 * 60 })), ({ window, around }, minutes) => {
      const inside = insideOf(window)
      const expected = insideByCalendar(window)
      for (const minute of minutes) {
        const instant = around + minute * MINUTE
        assert.equal(inside(instant), expected(instant), new Date(instant).toISOString())
      }
    }),
  )
})
