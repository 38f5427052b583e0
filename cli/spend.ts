import { z } from 'zod'
import { type AdminPlace, askAdmin, askAdminText, PLACE_OPTIONS, placeOf } from './admin-client.js'
import { readArguments } from './command-line.js'
import type { Environment } from './configuration.js'
import { UsageError } from './failure.js'
import { queryOf } from './query.js'
import { table } from './table.js'

const FILTERS = ['model', 'provider', 'upstreamModel', 'team', 'user', 'key', 'organization', 'route', 'label'] as const
const SPAN = ['by', 'from', 'to', 'zone'] as const

const SUMS = {
  requests: z.number(),
  attempts: z.number(),
  failed: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  cost: z.string(),
  unpriced: z.number(),
}
const ROW = z.looseObject({ group: z.record(z.string(), z.string().nullable()), ...SUMS })
const REPORT = z.looseObject({ rows: z.array(ROW), total: z.looseObject(SUMS) })

type Sums = Pick<z.infer<typeof ROW>, keyof typeof SUMS>

const several = { type: 'string', multiple: true } as const

const OPTIONS = {
  ...PLACE_OPTIONS,
  ...Object.fromEntries(SPAN.map((name) => [name, { type: 'string' as const }])),
  ...Object.fromEntries(FILTERS.map((name) => [name, several])),
  tag: several,
  csv: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

/** `tollgate spend`: what was spent, as a table, CSV or JSON on stdout. Returns the exit code. */
export async function spend(args: readonly string[], env: Environment): Promise<number> {
  const line = readArguments(args, OPTIONS)
  const [extra] = line.positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  if (line.has('csv') && line.has('json')) throw new UsageError('either --csv or --json')
  const place = placeOf(line, env)
  const filters = [...FILTERS, 'tag'].flatMap((name) => line.texts(name).map((value) => [name, value] as const))
  const query = [...SPAN.map((name) => [name, line.text(name)] as const), ...filters]
  if (line.has('csv')) return csv(place, queryOf([...query, ['format', 'csv']]))
  const report = await askAdmin(place, { path: `/spend${queryOf(query)}` }, REPORT)
  process.stdout.write(`${line.has('json') ? JSON.stringify(report, null, 2) : tableOf(report)}\n`)
  return 0
}

async function csv(place: AdminPlace, query: string): Promise<number> {
  process.stdout.write(await askAdminText(place, { path: `/spend${query}` }))
  return 0
}

function tableOf({ rows, total }: z.infer<typeof REPORT>): string {
  const names = Object.keys(rows[0]?.group ?? {})
  if (rows.length === 0) return 'nothing was spent'
  const lines = rows.map((row) => [...names.map((name) => row.group[name] ?? '-'), ...cells(row)])
  const last = [...names.map((_, at) => (at === 0 ? 'total' : '')), ...cells(total)]
  return table([[...names, ...HEAD], ...lines, last])
}

const HEAD = ['requests', 'attempts', 'failed', 'input tokens', 'output tokens', 'cost', 'unpriced']

function cells({
  requests,
  attempts,
  failed,
  promptTokens,
  completionTokens,
  cost,
  unpriced,
}: Sums): readonly string[] {
  const counts = [requests, attempts, failed, promptTokens, completionTokens].map(String)
  return [...counts, `$${cost}`, String(unpriced)]
}
