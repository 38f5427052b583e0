import { formatUsd } from '../../core/money.js'
import type { AuditReport } from './report.js'

/** One part of a report, as a table. */
export interface ReportTable {
  readonly name: string
  readonly title: string
  /** What the figures mean. */
  readonly note: string
  readonly columns: readonly { readonly name: string; readonly title: string; readonly kind: 'text' | 'number' }[]
  readonly rows: readonly (readonly string[])[]
}

/** The parts of a report, in the order in which they are read. */
export function tablesOf(report: AuditReport): readonly ReportTable[] {
  return [
    totals(report),
    use(report),
    guards(report),
    entities(report),
    denied(report),
    versions(report),
    integrity(report),
    erasures(report),
  ]
}

type Cell = string | number | bigint

/** A table whose columns are `name: title`, those with a `#` numbers. */
function table<Row>(
  name: string,
  title: string,
  note: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
  cells: (row: Row) => readonly Cell[],
): ReportTable {
  return {
    name,
    title,
    note,
    columns: Object.entries(columns).map(([name, title]) => ({
      name,
      title: title.replace(/^#/, ''),
      kind: title.startsWith('#') ? 'number' : 'text',
    })),
    rows: rows.map((row) => cells(row).map(String)),
  }
}

function totals({ requests, unread }: AuditReport): ReportTable {
  const note = 'All requests that reached Tollgate, refused ones included.'
  const columns = { requests: '#Requests', unread: '#Read by no guard', unread_sent: '#Of these sent to a provider' }
  return table('totals', 'Requests', note, columns, [unread], ({ requests: none, sent }) => [requests, none, sent])
}

function use({ use }: AuditReport): ReportTable {
  const note =
    'Who used which model of which provider with what class of data. A request counts at the provider that was asked last; attempts, tokens and cost at each.'
  const columns = {
    ...{ team: 'Team', user: 'User', model: 'Model', provider: 'Provider', label: 'Data class' },
    ...{ requests: '#Requests', refused: '#Refused', failed: '#Failed', cut: '#Broken off', attempts: '#Attempts' },
    ...{ prompt_tokens: '#Prompt tokens', completion_tokens: '#Completion tokens' },
    ...{ cost_usd: '#Cost (USD)', unpriced: '#Attempts without a price' },
  }
  return table('use', 'Use of models', note, columns, use, (row) => [
    ...[row.team, row.user, row.model, row.provider, row.label],
    ...[row.requests, row.refused, row.failed, row.cut, row.attempts, row.promptTokens, row.completionTokens],
    ...[formatUsd(row.nano), row.unpriced],
  ])
}

function guards({ guards }: AuditReport): ReportTable {
  const note = 'How many requests each guard read, and what it did; in shadow mode what it would have done.'
  const columns = {
    ...{ guard: 'Guard', mode: 'Mode', requests: '#Read', passed: '#Passed', flagged: '#Flagged' },
    ...{ changed: '#Changed', blocked: '#Blocked', failed: '#Failed', cancelled: '#Cancelled' },
  }
  return table('guards', 'Coverage of guards', note, columns, guards, (row) => [
    ...[row.guard, row.mode, row.requests, row.passed, row.flagged, row.changed, row.blocked],
    ...[row.failed, row.cancelled],
  ])
}

function entities({ entities }: AuditReport): ReportTable {
  const note = 'Values that were found, whatever became of them.'
  const columns = { entity: 'Entity', direction: 'Found in', requests: '#Requests', values: '#Values' }
  return table('entities', 'Personal data and secrets', note, columns, entities, (row) => [
    ...[row.entity, row.direction, row.requests, row.values],
  ])
}

function denied({ denied }: AuditReport): ReportTable {
  const note = 'Requests that were not let through, by the error and the rule that refused them.'
  const columns = { code: 'Code', rule: 'Rule', requests: '#Requests' }
  return table('denied', 'Denied requests', note, columns, denied, ({ code, rule, requests }) => [code, rule, requests])
}

function versions({ versions }: AuditReport): ReportTable {
  const note = 'The versions of the configuration that requests were judged by.'
  const columns = { version: 'Version', first: 'First request', last: 'Last request', requests: '#Requests' }
  return table('versions', 'Policy versions in force', note, columns, versions, (row) => [
    ...[row.version, row.first, row.last, row.requests],
  ])
}

function integrity({ days }: AuditReport): ReportTable {
  const note =
    'By UTC day. Lost: could not be written. Erased: on request. Missing: gone from a file without a trace. Files that are gone as a whole leave no trace but a day without writers.'
  const columns = {
    ...{ day: 'Day', writers: '#Writers', records: '#Records', lost: '#Lost', erased: '#Erased' },
    ...{ missing: '#Missing', unreadable: '#Unreadable' },
  }
  return table('integrity', 'Completeness', note, columns, days, (row) => [
    ...[row.day, row.writers, row.records, row.lost, row.erased, row.missing, row.unreadable],
  ])
}

function erasures({ erasures }: AuditReport): ReportTable {
  const note = 'Records that were erased on request in this time; whose they were is not kept.'
  const columns = { at: 'When', by: 'Asked by', named: 'By', records: '#Records', files: '#Files' }
  return table('erasures', 'Erasures', note, columns, erasures, ({ at, by, named, records, files }) => [
    ...[at, by, named.join(' and '), records, files],
  ])
}
