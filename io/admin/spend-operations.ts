import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import { timeZone } from '../config/time-zone.js'
import type { SpendCell, SpendStore } from '../spend/spend-store.js'
import { type Answer, json, type Operation, type Principal, ROLES } from './operation.js'
import { instant, isDate } from './query-values.js'
import { isEverything, seesUser } from './scope.js'
import { groupIn, SPEND_DIMENSIONS, SPEND_TIMES, startOfDay, timesIn } from './spend-groups.js'
import { csvOf, reportOf } from './spend-report.js'
import { operation } from './typed-operation.js'

export interface SpendOperationsOptions {
  /** Undefined where nothing is kept of what was spent. */
  store(): Pick<SpendStore, 'read'> | undefined
  readonly clock: Clock
  /** The store failed. */
  failed(error: unknown): void
}

const DAY = 24 * 3_600_000
const MOST_DAYS = 800
const MOST_GROUPS = 5

function moment(what: string) {
  const error = 'must be a date such as 2026-05-01, or a moment such as 2026-05-01T00:00:00Z'
  return z
    .string({ error })
    .refine((text) => isDate(text) || instant().safeParse(text).success, { error })
    .meta({
      description: what,
      examples: ['2026-05-01'],
    })
}

const BY = z
  .string()
  .default('model')
  .transform((text, context) => {
    const groups = text.split(',').map((one) => groupIn(one.trim()))
    const found = groups.filter((group) => group !== undefined)
    if (found.length === groups.length && found.length <= MOST_GROUPS && new Set(found).size === found.length)
      return found
    const known = [...SPEND_DIMENSIONS, ...SPEND_TIMES, 'tag:NAME'].join(', ')
    context.addIssue({
      code: 'custom',
      message: `must be 1 to ${MOST_GROUPS} different of ${known}, with commas between`,
    })
    return z.NEVER
  })

const TAG = z.string().regex(/^[A-Za-z0-9._-]{1,64}=/, { error: 'must be NAME=VALUE' })

const values = () => z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat())

const FILTERS = Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, values().optional()]))

const QUERY = z.strictObject({
  from: moment('The beginning, a date in `zone`; of this month unless said').optional(),
  to: moment('The end: a moment is left out, a date is the last day; now unless said').optional(),
  by: BY.meta({ description: 'What is told apart, such as `model,day` or `tag:project`', examples: ['team,day'] }),
  zone: timeZone()
    .default('UTC')
    .meta({
      description: 'In which days and months are meant; hours are those of UTC, each in the day in which it begins',
      examples: ['Europe/Berlin'],
    }),
  format: z.enum(['json', 'csv']).default('json'),
  tag: z
    .union([TAG, z.array(TAG)])
    .transform((one) => [one].flat())
    .optional()
    .meta({ description: 'Only what has this tag: NAME=VALUE' }),
  ...FILTERS,
})

const SUMS = {
  requests: z.int(),
  attempts: z.int(),
  failed: z.int(),
  promptTokens: z.int(),
  cachedTokens: z.int(),
  cacheWriteTokens: z.int(),
  completionTokens: z.int(),
  reasoningTokens: z.int(),
  cost: z.string().meta({ description: 'Dollars, exact to the nano-dollar' }),
  unpriced: z.int().meta({ description: 'Attempts whose price nobody knows' }),
}

const REPORT = z.object({
  from: z.string(),
  to: z.string(),
  zone: z.string(),
  rows: z.array(z.object({ group: z.record(z.string(), z.string().nullable()), ...SUMS })),
  total: z.object(SUMS),
})

/** `GET /spend`: what was spent, by whatever it is asked by, as JSON or CSV. */
export function spendOperations(options: SpendOperationsOptions): readonly Operation[] {
  return [
    operation({
      method: 'GET',
      path: '/spend',
      id: 'getSpend',
      summary: 'What was spent in a span of time, from the ledger; by time in its order, else the most expensive first',
      tag: 'spend',
      roles: ROLES,
      effect: 'reads',
      query: QUERY,
      answers: { 200: { description: 'The report', json: REPORT, types: ['text/csv; charset=utf-8'] } },
      handle: ({ principal, query }) => report(options, principal, query),
    }),
  ]
}

type Query = z.infer<typeof QUERY>

async function report(options: SpendOperationsOptions, principal: Principal, query: Query): Promise<Answer> {
  const { by, zone, format } = query
  const span = spanOf(query, options.clock.now())
  if (span.to - span.from > MOST_DAYS * DAY) {
    return json(400, { error: `the query's from: must not be more than ${MOST_DAYS} days before to`, field: 'from' })
  }
  const store = options.store()
  if (!store) return json(503, { error: 'nothing is kept of what is spent: the configuration has no ledger' })
  const read = async () => store.read(span.from, span.to)
  const cells = await read().catch((error: unknown) => {
    options.failed(error)
    return undefined
  })
  if (!cells) return json(503, { error: 'the store of what was spent does not answer' })
  const seen = cells.filter((cell) => isSeen(principal, cell) && isWanted(cell, query))
  const made = reportOf(seen, by, timesIn(zone))
  if (format === 'csv') {
    const headers = { 'content-disposition': 'attachment; filename="spend.csv"' }
    return { status: 200, contentType: 'text/csv; charset=utf-8', body: csvOf(made, by), headers }
  }
  const when = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }
  return json(200, { ...when, zone, ...made })
}

/** Milliseconds, `to` exclusive. */
function spanOf({ from, to, zone }: Query, now: number): { readonly from: number; readonly to: number } {
  const today = timesIn(zone)(now, 'day')
  const begin = from ?? `${today.slice(0, 8)}01`
  const end = to === undefined ? now : isDate(to) ? startOfDay(nextDate(to), zone) : Date.parse(to)
  const start = isDate(begin) ? startOfDay(begin, zone) : Date.parse(begin)
  return { from: start, to: Math.max(start, end) }
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY).toISOString().slice(0, 10)
}

function isSeen(principal: Principal, { team, user }: SpendCell): boolean {
  if (isEverything(principal)) return true
  return seesUser(principal, { ...(team !== undefined && { team }), ...(user !== undefined && { user }) })
}

function isWanted(cell: SpendCell, query: Query): boolean {
  const wanted: Readonly<Record<string, unknown>> = query
  for (const name of SPEND_DIMENSIONS) {
    const allowed = wanted[name]
    if (Array.isArray(allowed) && !allowed.includes(cell[name])) return false
  }
  return (query.tag ?? []).every((tag) => {
    const at = tag.indexOf('=')
    const name = tag.slice(0, at)
    return Object.hasOwn(cell.tags, name) && cell.tags[name] === tag.slice(at + 1)
  })
}
