import { z } from 'zod'
import { addresses, type Environment } from './configuration.js'
import { Failure } from './failure.js'
import { checkPortVariables, urlOf } from './ports.js'

/** What `tollgate budget show` is asked for; without a name all budgets and limits. */
export interface ShowOptions {
  readonly name: string | undefined
  readonly form: 'table' | 'json'
  readonly env: Environment
}

/** How long the running Tollgate may take to answer, in milliseconds. */
const DEADLINE = 10_000

const AMOUNT = z.union([z.string(), z.number()])
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
})
const SHOWN = z.object({ buckets: z.array(ROW), truncated: z.boolean() })
const RESET = z.object({ reset: z.boolean() })
const REFUSED = z.object({ error: z.string() })

type Row = z.infer<typeof ROW>

/** `tollgate budget show`: what budgets and limits of the running Tollgate hold, on stdout. Returns the exit code. */
export async function showBudgets({ name, form, env }: ShowOptions): Promise<number> {
  const path = name === undefined ? '/budgets' : `/budgets/${encodeURIComponent(name)}`
  const { buckets, truncated } = await ask(env, path, {}, SHOWN)
  process.stdout.write(`${form === 'json' ? JSON.stringify({ buckets, truncated }, null, 2) : table(buckets)}\n`)
  if (truncated && form === 'table') process.stderr.write('tollgate: there are more: name a budget to see its own\n')
  return 0
}

/** `tollgate budget reset`: sets what is spent in one bucket to zero. Returns the exit code; throws `Failure` when there is none. */
export async function resetBudget(key: string, env: Environment): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const { reset } = await ask(env, '/budgets/reset', { method: 'POST', headers, body: JSON.stringify({ key }) }, RESET)
  if (!reset) throw new Failure(`there is no bucket '${printable(key)}': the last column of 'budget show' has the keys`)
  process.stdout.write(`${printable(key)}: reset\n`)
  return 0
}

interface Question {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function ask<T>(env: Environment, path: string, question: Question, answers: z.ZodType<T>): Promise<T> {
  checkPortVariables(env)
  const { bind, adminPort } = addresses(env)
  const base = urlOf(bind, adminPort)
  const token = env['TOLLGATE_ADMIN_TOKEN'] ?? ''
  const { status, body } = await fetchJson(base, path, {
    ...question,
    headers: { ...question.headers, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
  })
  if (status === 401) {
    const advice = token === '' ? 'set TOLLGATE_ADMIN_TOKEN to it' : 'TOLLGATE_ADMIN_TOKEN is not the one that it has'
    throw new Failure(`${base} wants a token: ${advice}`)
  }
  if (status !== 200) {
    const refused = REFUSED.safeParse(body)
    throw new Failure(refused.success ? printable(refused.data.error) : `${base} answered ${status}`)
  }
  const read = answers.safeParse(body)
  if (!read.success) throw new Failure(`what listens on ${base} is not the admin port of this version of Tollgate`)
  return read.data
}

async function fetchJson(base: string, path: string, question: Question): Promise<{ status: number; body: unknown }> {
  try {
    // The token is for this address and no other.
    const init = { ...question, redirect: 'manual' as const, signal: AbortSignal.timeout(DEADLINE) }
    const response = await fetch(`${base}${path}`, init)
    return { status: response.status, body: jsonIn(await response.text()) }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new Failure(`${base} did not answer within ${DEADLINE / 1000} s`)
    }
    const where = 'TOLLGATE_BIND and TOLLGATE_ADMIN_PORT say where'
    throw new Failure(`nothing answers on ${base}: is Tollgate running there? (${where})`)
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const HEAD = ['budget', 'subject', 'spent', 'reserved', 'limit', 'remaining', 'window end', 'key']

function table(rows: readonly Row[]): string {
  if (rows.length === 0) return 'nothing is spent or reserved'
  const lines = [HEAD, ...rows.map((row) => cells(row).map(printable))]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const text = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return lines.map((line) => text(line).trimEnd()).join('\n')
}

function cells(row: Row): readonly string[] {
  const { budget, subject, unit, committed, reserved, limit, remaining, windowEnd, key } = row
  const amounts = [committed, reserved, limit, remaining].map((amount) =>
    unit === 'usd' ? `$${amount}` : `${amount} ${unit}`,
  )
  return [budget, subject || 'all', ...amounts, windowEnd ?? '-', key]
}

/** Names of users come from outside: nothing in them may steer a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
