import type { Row } from '../row.js'

/** One column of the table of rows in a database. */
export interface Column {
  readonly name: string
  readonly postgres: string
  readonly clickhouse: string
  readonly of: (row: Row, source: string) => Cell
}

/** A value as JSON writes it; undefined for none. Maps of texts are objects. */
export type Cell = string | number | boolean | Readonly<Record<string, unknown>> | undefined

type OfKind<K extends Row['kind']> = Extract<Row, { kind: K }>

const attempt = (of: (row: OfKind<'attempt'>) => Cell) => (row: Row) => (row.kind === 'attempt' ? of(row) : undefined)
const asked = (of: (row: OfKind<'attempt'> | OfKind<'asked'>) => Cell) => (row: Row) =>
  row.kind === 'attempt' || row.kind === 'asked' ? of(row) : undefined
const adjusted = (of: (row: OfKind<'adjusted'>) => Cell) => (row: Row) =>
  row.kind === 'adjusted' ? of(row) : undefined
const gap = (of: (row: OfKind<'gap'>) => Cell) => (row: Row) => (row.kind === 'gap' ? of(row) : undefined)

const text = (name: string, of: Column['of']): Column => ({
  ...{ name, postgres: 'text', clickhouse: 'Nullable(String)' },
  of: (row, source) => {
    const value = of(row, source)
    return typeof value === 'string' ? sound(value) : undefined
  },
})
const word = (name: string, of: Column['of']): Column => ({
  ...text(name, of),
  clickhouse: 'LowCardinality(Nullable(String))',
})
const count = (name: string, of: Column['of']): Column => ({
  ...{ name, postgres: 'bigint', clickhouse: 'Nullable(UInt64)', of },
})

/**
 * The columns, in their order. All kinds of rows are in one table, so that its rows follow each other as those of the files do; what a
 * kind does not have is null. `line` is the row's JSON: without its member `hash` it is what `hash` was made of.
 */
export const COLUMNS: readonly Column[] = [
  { name: 'source', postgres: 'text not null', clickhouse: 'LowCardinality(String)', of: (_, source) => source },
  { name: 'seq', postgres: 'bigint not null', clickhouse: 'UInt64', of: ({ seq }) => seq },
  { name: 'kind', postgres: 'text not null', clickhouse: 'LowCardinality(String)', of: ({ kind }) => kind },
  { name: 'at', postgres: 'timestamptz not null', clickhouse: "DateTime64(3, 'UTC')", of: ({ at }) => at },
  { name: 'prev', postgres: 'text not null', clickhouse: 'String', of: ({ prev }) => prev },
  { name: 'hash', postgres: 'text not null', clickhouse: 'String', of: ({ hash }) => hash },
  text(
    'request_id',
    asked(({ request }) => request),
  ),
  count(
    'attempt',
    asked(({ attempt }) => attempt),
  ),
  count(
    'attempts',
    attempt(({ attempts }) => attempts),
  ),
  word(
    'path',
    attempt(({ path }) => path),
  ),
  word(
    'model',
    asked(({ model }) => model),
  ),
  word(
    'target',
    asked(({ target }) => target),
  ),
  word(
    'provider',
    attempt(({ provider }) => provider),
  ),
  word(
    'upstream_model',
    attempt(({ upstreamModel }) => upstreamModel),
  ),
  {
    ...{ name: 'stream', postgres: 'boolean', clickhouse: 'Nullable(Bool)' },
    of: attempt(({ stream }) => stream),
  },
  word(
    'label',
    attempt(({ label }) => label),
  ),
  word(
    'outcome',
    attempt(({ outcome }) => outcome),
  ),
  count(
    'status',
    attempt(({ status }) => status),
  ),
  word(
    'code',
    attempt(({ code }) => code),
  ),
  text(
    'upstream_id',
    attempt(({ upstreamId }) => upstreamId),
  ),
  text(
    'user_id',
    asked(({ user }) => user),
  ),
  word(
    'team',
    asked(({ team }) => team),
  ),
  word(
    'organization',
    asked(({ organization }) => organization),
  ),
  text(
    'key_id',
    asked(({ key }) => key),
  ),
  word(
    'role',
    asked(({ role }) => role),
  ),
  word(
    'route',
    asked(({ route }) => route),
  ),
  {
    ...{ name: 'tags', postgres: 'jsonb', clickhouse: 'Map(String, String)' },
    of: asked(({ tags }) => tags && soundMap(tags)),
  },
  count(
    'prompt_tokens',
    attempt(({ usage }) => usage.prompt),
  ),
  count(
    'cached_tokens',
    attempt(({ usage }) => usage.cachedPrompt),
  ),
  count(
    'cache_write_tokens',
    attempt(({ usage }) => usage.cacheWrite),
  ),
  count(
    'completion_tokens',
    attempt(({ usage }) => usage.completion),
  ),
  count(
    'reasoning_tokens',
    attempt(({ usage }) => usage.reasoning),
  ),
  {
    ...{ name: 'usage', postgres: 'jsonb', clickhouse: 'Map(String, UInt64)' },
    of: attempt(({ usage }) => ({ ...usage })),
  },
  word(
    'usage_source',
    attempt(({ usageSource }) => usageSource),
  ),
  {
    ...{ name: 'nano_usd', postgres: 'numeric(38, 0)', clickhouse: 'Nullable(Decimal(38, 0))' },
    of: attempt(({ nano }) => nano ?? undefined),
  },
  word(
    'finish',
    attempt(({ finish }) => finish),
  ),
  {
    ...{ name: 'first_token_ms', postgres: 'double precision', clickhouse: 'Nullable(Float64)' },
    of: attempt(({ firstTokenMs }) => firstTokenMs),
  },
  {
    ...{ name: 'duration_ms', postgres: 'double precision', clickhouse: 'Nullable(Float64)' },
    of: attempt(({ durationMs }) => durationMs),
  },
  word(
    'policy_version',
    attempt(({ policyVersion }) => policyVersion),
  ),
  text(
    'bucket',
    adjusted(({ bucket }) => bucket),
  ),
  {
    ...{ name: 'amount', postgres: 'bigint', clickhouse: 'Nullable(Int64)' },
    of: adjusted(({ amount }) => amount),
  },
  text(
    'adjusted_by',
    adjusted(({ by }) => by),
  ),
  count(
    'missing_rows',
    gap(({ rows }) => rows),
  ),
  count(
    'missing_from',
    gap(({ from }) => from),
  ),
  text(
    'reason',
    gap(({ reason }) => reason),
  ),
  { name: 'line', postgres: 'text not null', clickhouse: 'String', of: (row) => JSON.stringify(row) },
]

/** A row as an object of its columns; those that it has no value for are left out. */
export function recordOf(row: Row, source: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    COLUMNS.map(({ name, of }) => [name, of(row, source)]).filter(([, value]) => value !== undefined),
  )
}

/** Without what databases refuse in texts: NUL, and halves of pairs of code units. `line` has them escaped. */
function sound(value: string): string {
  return value.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}

function soundMap(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [sound(key), sound(value)]))
}
