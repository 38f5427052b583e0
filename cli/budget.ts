import { z } from 'zod'
import { type AdminPlace, askAdmin, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { type CommandLine, readArguments } from './command-line.js'
import type { Environment } from './configuration.js'
import { Failure, UsageError } from './failure.js'
import { printable, table } from './table.js'

const AMOUNT = z.union([z.string(), z.number()])
const FORECAST = z.looseObject({
  exhaustedAt: z.string().nullable(),
  earliest: z.string().nullable(),
  latest: z.string().nullable(),
  probability: z.number(),
  projected: AMOUNT,
  projectedLow: AMOUNT,
  projectedHigh: AMOUNT,
})
const ROW = z.looseObject({
  budget: z.string(),
  unit: z.string(),
  subject: z.string(),
  key: z.string(),
  committed: AMOUNT,
  reserved: AMOUNT,
  limit: AMOUNT,
  remaining: AMOUNT,
  windowEnd: z.string().nullable(),
  forecast: FORECAST.nullable().optional(),
})
const SHOWN = z.object({ buckets: z.array(ROW), truncated: z.boolean() })
const RESET = z.object({ reset: z.boolean() })
const RAISED = z.object({ raised: z.boolean(), limit: AMOUNT.optional(), until: z.string().nullable().optional() })

type Row = z.infer<typeof ROW>

const OPTIONS = {
  ...PLACE_OPTIONS,
  json: { type: 'boolean' },
  by: { type: 'string' },
  limit: { type: 'string' },
} as const

const ACTIONS = ['show', 'forecast', 'reset', 'raise']

/** `tollgate budget`: what budgets and limits of the running Tollgate hold and when they will be gone; resets or raises one. Returns the exit code. */
export async function budget(args: readonly string[], env: Environment): Promise<number> {
  const line = readArguments(args, OPTIONS)
  const [action = '', what, extra] = line.positionals
  if (!ACTIONS.includes(action)) throw new UsageError('budget needs show, forecast, reset or raise')
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  const shows = action === 'show' || action === 'forecast'
  if (!shows && line.has('json')) throw new UsageError(`budget ${action} knows no '--json'`)
  const misplaced = ['by', 'limit'].find((name) => action !== 'raise' && line.has(name))
  if (misplaced !== undefined) throw new UsageError(`budget ${action} knows no '--${misplaced}'`)
  if (shows) return show(placeOf(line, env), what, line.has('json') ? 'json' : action)
  if (what === undefined) throw new UsageError(`budget ${action} needs a KEY`)
  return action === 'reset' ? reset(placeOf(line, env), what) : raise(line, env, what)
}

async function show(place: AdminPlace, name: string | undefined, form: string): Promise<number> {
  const path = name === undefined ? '/budgets' : `/budgets/${encodeURIComponent(name)}`
  const { buckets, truncated } = await askAdmin(place, { path }, SHOWN)
  const text = form === 'json' ? JSON.stringify({ buckets, truncated }, null, 2) : tableOf(buckets, form)
  process.stdout.write(`${text}\n`)
  if (truncated && form !== 'json') process.stderr.write('tollgate: there are more: name a budget to see its own\n')
  return 0
}

async function reset(place: AdminPlace, key: string): Promise<number> {
  const question = { method: 'POST', path: '/budgets/reset', body: { key } } as const
  const { reset } = await askAdmin(place, question, RESET)
  if (!reset) throw missing(key)
  process.stdout.write(`${printable(key)}: reset\n`)
  return 0
}

async function raise(line: CommandLine, env: Environment, key: string): Promise<number> {
  const [by, limit] = [line.text('by'), line.text('limit')]
  if ((by === undefined) === (limit === undefined)) throw new UsageError('budget raise needs either --by or --limit')
  const body = { key, ...(by === undefined ? { limit } : { by }) }
  const raised = await askAdmin(placeOf(line, env), { method: 'POST', path: '/budgets/raise', body }, RAISED)
  if (!raised.raised) throw missing(key)
  const until = typeof raised.until === 'string' ? ` until ${raised.until}` : ''
  process.stdout.write(`${printable(key)}: the limit is ${printable(String(raised.limit))}${printable(until)}\n`)
  return 0
}

function missing(key: string): Failure {
  return new Failure(`there is no bucket '${printable(key)}': the last column of 'budget show' has the keys`)
}

const HEAD = ['budget', 'subject', 'spent', 'reserved', 'limit', 'remaining', 'window end', 'key']
const FORECAST_HEAD = ['budget', 'subject', 'spent', 'limit', 'gone at', 'earliest', 'latest', 'at window end', 'key']

function tableOf(rows: readonly Row[], form: string): string {
  if (rows.length === 0) return 'nothing is spent or reserved'
  return form === 'forecast' ? table([FORECAST_HEAD, ...rows.map(forecastCells)]) : table([HEAD, ...rows.map(cells)])
}

function cells(row: Row): readonly string[] {
  const { budget, subject, committed, reserved, limit, remaining, windowEnd, key } = row
  const amounts = [committed, reserved, limit, remaining].map((value) => amount(row, value))
  return [budget, subject || 'all', ...amounts, windowEnd ?? '-', key]
}

function forecastCells(row: Row): readonly string[] {
  const { budget, subject, committed, limit, key, forecast } = row
  const who = [budget, subject || 'all', amount(row, committed), amount(row, limit)]
  if (!forecast) return [...who, '-', '-', '-', '-', key]
  const { exhaustedAt, earliest, latest, projected, projectedLow, projectedHigh } = forecast
  const when = [exhaustedAt, earliest, latest].map((moment) => moment ?? 'not in this window')
  const end = `${amount(row, projected)} (${amount(row, projectedLow)} to ${amount(row, projectedHigh)})`
  return [...who, ...when, end, key]
}

function amount({ unit }: Row, value: string | number): string {
  return unit === 'usd' ? `$${value}` : `${value} ${unit}`
}
