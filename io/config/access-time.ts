import { z } from 'zod'
import type { AccessCondition, DayRange, MonthDay, TimeWindow } from '../../policies/access/settings.js'
import { byShape } from './by-shape.js'
import { keyed } from './maps.js'
import { timeZone } from './time-zone.js'

type TimeCondition = Extract<AccessCondition, { readonly kind: 'time' }>

/** When a rule is for a call: one window, several of which one must hold, or `{ not: ... }`. */
export function accessTime() {
  const one = window().transform((window): readonly TimeWindow[] => [window])
  const error = 'must be a window such as { days: mon-fri, from: "08:00", to: "18:00" }, or a list of windows'
  const several = z.array(window(), { error }).min(1, { error: `must not be empty; it ${error}` })
  const windows = byShape<readonly TimeWindow[]>((input) => (Array.isArray(input) ? several : one))
  const not = keyed({ not: windows }).transform(
    ({ not }): TimeCondition => ({ kind: 'time', how: 'not', windows: not }),
  )
  const among = windows.transform((windows): TimeCondition => ({ kind: 'time', how: 'in', windows }))
  return byShape<TimeCondition>((input) => (input instanceof Map && input.has('not') ? not : among))
}

const DAY = 86_400_000
const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

function window() {
  return keyed({
    zone: timeZone().default('UTC'),
    days: weekdays(),
    monthDays: monthDays(),
    dates: dates(),
    from: timeOfDay().optional(),
    to: timeOfDay().optional(),
  })
    .superRefine(({ days, monthDays, dates, from, to }, context) => {
      if ((days ?? monthDays ?? dates ?? from ?? to) === undefined) {
        context.addIssue({
          code: 'custom',
          message: 'must have at least one of the keys days, monthDays, dates, from, to',
        })
      }
      if (from === DAY) context.addIssue({ code: 'custom', path: ['from'], message: 'must be before 24:00' })
      else if (from !== undefined && from === to) {
        const message = 'must differ from `from`; leave both out for the whole day'
        context.addIssue({ code: 'custom', path: ['to'], message })
      }
      if (to === 0)
        context.addIssue({ code: 'custom', path: ['to'], message: 'must be after 00:00; midnight is 24:00' })
    })
    .transform(
      ({ zone, days, monthDays, dates, from = 0, to = DAY }): TimeWindow => ({
        ...{ zone, from, to },
        ...(days && { days: [...new Set(days.flat())] }),
        ...(monthDays && { monthDays }),
        ...(dates && { dates }),
      }),
    )
}

/** One value or a list of them, each read from text or a number; undefined is what it cannot be read as. */
function list<Value>(error: string, what: string, read: (written: string) => Value | undefined) {
  const one = readable(error, z.union([z.string(), z.number()], { error }), read)
  const several = z.array(one, { error: `must be ${what}` }).min(1, { error: `must not be empty; it must be ${what}` })
  const single = one.transform((value): readonly Value[] => [value])
  return byShape<readonly Value[]>((input) => (Array.isArray(input) ? several : single)).optional()
}

function readable<Value>(
  error: string,
  written: z.ZodType<string | number>,
  read: (written: string) => Value | undefined,
) {
  return written.transform((text, context): Value => {
    const value = read(String(text))
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

/** 0 is Sunday; a range may go over the week's end. */
function weekdays() {
  const error = `must be a day such as mon, or days such as mon-fri, of ${WEEK.join(', ')}`
  return list(error, 'days such as mon or mon-fri', (written) => {
    const [first = '', last = first, more] = written.toLowerCase().split('-')
    const from = WEEK.findIndex((day) => day === first)
    const to = WEEK.findIndex((day) => day === last)
    if (from < 0 || to < 0 || more !== undefined) return undefined
    const length = ((to - from + 7) % 7) + 1
    return Array.from({ length }, (_, index) => (from + index) % 7)
  })
}

function monthDays() {
  const error = 'must be a day of the month such as 1 or last, or days such as 1-5 or 28-last'
  return list(error, 'days of the month such as 1, 1-5 or last', (written): DayRange<MonthDay> | undefined => {
    const [, from, to = from] = /^(\d{1,2}|last)(?:-(\d{1,2}|last))?$/.exec(written) ?? []
    const first = monthDay(from)
    const last = monthDay(to)
    if (first === undefined || last === undefined || (first === 'last' && last !== 'last')) return undefined
    if (typeof first === 'number' && typeof last === 'number' && first > last) return undefined
    return { first, last }
  })
}

function monthDay(written: string | undefined): MonthDay | undefined {
  if (written === 'last') return written
  const day = Number(written)
  return day >= 1 && day <= 31 ? day : undefined
}

/** As days since the epoch. */
function dates() {
  const error = 'must be a date such as 2026-12-24, or two with a slash between, the first and the last'
  return list(error, 'dates such as 2026-12-24 or 2026-12-24/2027-01-01', (written) => {
    const [from = '', to = from, more] = written.split('/')
    const first = dateOf(from)
    const last = dateOf(to)
    if (first === undefined || last === undefined || more !== undefined || first > last) return undefined
    return { first, last }
  })
}

function dateOf(written: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return undefined
  const at = Date.parse(`${written}T00:00:00Z`)
  // A 31st of April may be read as the 1st of May.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(written)) return undefined
  return at / DAY
}

/** Milliseconds since midnight. */
function timeOfDay() {
  const error = 'must be a time of day from "00:00" to "24:00", in quotes'
  return readable(error, z.string({ error }), (written) => {
    const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(written) ?? []
    const time = (Number(hours) * 60 + Number(minutes)) * 60_000
    return Number(minutes) <= 59 && time <= DAY ? time : undefined
  })
}
