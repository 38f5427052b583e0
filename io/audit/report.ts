import { type DayStatement, integrityFold } from './integrity.js'
import type { Erasure } from './keeper.js'
import type { Line } from './line.js'
import { type AuditReader, isIn, type Span } from './reader.js'
import type { AuditRecord } from './record.js'

/** Who used which model of which provider with what class of data. Where something is unknown there is ''. */
export interface UseRow {
  readonly team: string
  readonly user: string
  readonly model: string
  /** Of the last attempt for `requests`, of each attempt for `attempts`, tokens and money. */
  readonly provider: string
  readonly label: string
  readonly requests: number
  /** Of `requests`: not let through, without an answer, broken off. */
  readonly refused: number
  readonly failed: number
  readonly cut: number
  readonly attempts: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** Integer nano-dollars. */
  readonly nano: bigint
  /** Attempts whose price nobody knows. */
  readonly unpriced: number
}

/** What one guard did; in shadow what it would have done. */
export interface GuardRow {
  readonly guard: string
  readonly mode: 'enforced' | 'shadow'
  readonly requests: number
  readonly passed: number
  readonly flagged: number
  readonly changed: number
  readonly blocked: number
  readonly failed: number
  readonly cancelled: number
}

/** Personal data and secrets that were found. */
export interface EntityRow {
  readonly entity: string
  readonly direction: 'request' | 'answer'
  readonly requests: number
  readonly values: number
}

/** One version of the configuration, and when requests were first and last judged by it. */
export interface VersionRow {
  readonly version: string
  readonly first: string
  readonly last: string
  readonly requests: number
}

/** Requests that were not let through, by what for. */
export interface DeniedRow {
  readonly code: string
  readonly rule: string
  readonly requests: number
}

/** What was done with models over a span of time, and what was not done. */
export interface AuditReport {
  readonly span: Span
  readonly requests: number
  readonly use: readonly UseRow[]
  readonly guards: readonly GuardRow[]
  /** Requests that no guard read, and of those the ones that a provider was sent. */
  readonly unread: { readonly requests: number; readonly sent: number }
  readonly entities: readonly EntityRow[]
  readonly versions: readonly VersionRow[]
  readonly denied: readonly DeniedRow[]
  readonly days: readonly DayStatement[]
  readonly erasures: readonly Erasure[]
}

/** Which records a report is made from. */
export interface ReportOptions {
  readonly span: Span
  /** Whether a record belongs in it. */
  includes(record: AuditRecord): boolean
  readonly erasures: readonly Erasure[]
}

/** More kinds of users, models and labels than this are added up under one name. */
const MOST_GROUPS = 50_000
const OTHERS = '(others)'

/** Reads all records of a span once; what is kept in memory grows with the groups, not with the records. */
export async function makeReport(
  reader: Pick<AuditReader, 'segments' | 'lines'>,
  { span, includes, erasures }: ReportOptions,
  signal: AbortSignal,
): Promise<AuditReport> {
  const fold = reportFold()
  const integrity = integrityFold(span)
  for (const segment of await reader.segments(span)) {
    const file = integrity.begin(segment)
    for await (const read of reader.lines(segment, signal)) {
      file.saw(read)
      if (read.kind === 'line' && isWanted(read.line, span) && includes(read.line)) fold.add(read.line)
    }
    file.end()
  }
  return { span, ...fold.sums(), days: integrity.days(), erasures }
}

function isWanted(line: Line, span: Span): line is Extract<Line, { kind: 'request' }> {
  return line.kind === 'request' && isIn(span, line)
}

type Counts<Row> = { -readonly [K in keyof Row]: Row[K] }

/** Adds up records. */
function reportFold() {
  const use = new Map<string, Counts<UseRow>>()
  const guards = new Map<string, Counts<GuardRow>>()
  const entities = new Map<string, Counts<EntityRow>>()
  const versions = new Map<string, Counts<VersionRow>>()
  const denied = new Map<string, Counts<DeniedRow>>()
  const unread = { requests: 0, sent: 0 }
  let requests = 0

  const useOf = (record: AuditRecord, provider: string): Counts<UseRow> => {
    const { caller = { tags: {} }, model = '', label = '' } = record
    const who = { team: caller.team ?? '', user: caller.user ?? '', model, provider, label }
    const key = JSON.stringify(Object.values(who))
    if (use.has(key) || use.size < MOST_GROUPS) return entry(use, key, () => ({ ...who, ...NOTHING_USED }))
    const others = { team: OTHERS, user: OTHERS, model, provider, label }
    return entry(use, JSON.stringify(Object.values(others)), () => ({ ...others, ...NOTHING_USED }))
  }

  const addUse = (record: AuditRecord) => {
    const row = useOf(record, record.attempts.at(-1)?.provider ?? '')
    row.requests++
    const became = becameOf(record)
    if (became !== 'served') row[became]++
    for (const { provider, usage, nano } of record.attempts) {
      const ofProvider = useOf(record, provider)
      ofProvider.attempts++
      ofProvider.promptTokens += usage.prompt ?? 0
      ofProvider.completionTokens += usage.completion ?? 0
      if (nano === null) ofProvider.unpriced++
      else ofProvider.nano += BigInt(nano)
    }
  }

  const addGuards = (record: AuditRecord) => {
    for (const { guard, outcome, shadow, request = {}, answer = {} } of record.guards) {
      const mode = shadow ? 'shadow' : 'enforced'
      const row = entry(guards, `${mode} ${guard}`, () => ({ guard, mode, ...NOTHING_JUDGED }))
      row.requests++
      row[outcome]++
      addEntities(request, 'request')
      addEntities(answer, 'answer')
    }
    if (record.guards.length > 0) return
    unread.requests++
    if (record.attempts.length > 0) unread.sent++
  }

  const addEntities = (found: Readonly<Record<string, number>>, direction: EntityRow['direction']) => {
    for (const [entity, values] of Object.entries(found)) {
      const row = entry(entities, `${direction} ${entity}`, () => ({ entity, direction, requests: 0, values: 0 }))
      row.requests++
      row.values += values
    }
  }

  const addVersion = ({ policyVersion, at }: AuditRecord) => {
    const row = entry(versions, policyVersion, () => ({ version: policyVersion, first: at, last: at, requests: 0 }))
    row.requests++
    if (at < row.first) row.first = at
    if (at > row.last) row.last = at
  }

  return {
    add(record: AuditRecord) {
      requests++
      addUse(record)
      addGuards(record)
      addVersion(record)
      if (becameOf(record) !== 'refused') return
      const { code = '', rule = '' } = record
      entry(denied, `${code} ${rule}`, () => ({ code, rule, requests: 0 })).requests++
    },
    sums: () => ({
      requests,
      use: sorted(use, ({ team, user, model, provider, label }) => [team, user, model, provider, label]),
      guards: sorted(guards, ({ guard, mode }) => [guard, mode]),
      unread: { ...unread },
      entities: sorted(entities, ({ entity, direction }) => [entity, direction]),
      versions: sorted(versions, ({ first, version }) => [first, version]),
      denied: sorted(denied, ({ code, rule }) => [code, rule]),
    }),
  }
}

const NOTHING_USED = {
  ...{ requests: 0, refused: 0, failed: 0, cut: 0, attempts: 0, promptTokens: 0, completionTokens: 0 },
  ...{ nano: 0n, unpriced: 0 },
}
const NOTHING_JUDGED = { requests: 0, passed: 0, flagged: 0, changed: 0, blocked: 0, failed: 0, cancelled: 0 }

/** Nobody was asked for what is `refused`; what `failed` has no answer though somebody was. */
function becameOf({ how, status, attempts }: AuditRecord): 'served' | 'refused' | 'failed' | 'cut' {
  if (how === 'cut') return 'cut'
  if (status < 400) return 'served'
  return attempts.length === 0 ? 'refused' : 'failed'
}

function entry<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row {
  const known = rows.get(key) ?? make()
  rows.set(key, known)
  return known
}

function sorted<Row>(rows: ReadonlyMap<string, Row>, by: (row: Row) => readonly string[]): readonly Row[] {
  const keyed = [...rows.values()].map((row) => [by(row), row] as const)
  keyed.sort(([a], [b]) => compared(a, b))
  return keyed.map(([, row]) => row)
}

function compared(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  if (at === -1) return 0
  return (a[at] ?? '') < (b[at] ?? '') ? -1 : 1
}
