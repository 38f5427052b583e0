import { z } from 'zod'
import type { Clock } from '../../core/clock.js'
import { type Answer, json, type Operation, type Principal, type Role } from '../admin/operation.js'
import { instant } from '../admin/query-values.js'
import { isEverything, seesTeam } from '../admin/scope.js'
import { operation } from '../admin/typed-operation.js'
import { findRecords } from './find-records.js'
import type { Erasure, Keeper } from './keeper.js'
import type { AuditReader, Span } from './reader.js'
import type { AuditRecord } from './record.js'
import { makeReport } from './report.js'
import { reportCsv } from './report-csv.js'
import { reportHtml } from './report-html.js'
import { tablesOf } from './report-tables.js'
import { StillOpen } from './roll.js'
import { SUBJECT_MEMBERS, type Subject } from './subject.js'

export interface AuditOperationsOptions {
  readonly reader: Pick<AuditReader, 'segments' | 'lines'>
  readonly keeper: Pick<Keeper, 'erase'>
  /** The erasures of a span of time. */
  erasures(span: Span): Promise<readonly Erasure[]>
  readonly clock: Pick<Clock, 'now'>
  /** A signal that aborts after so many milliseconds. */
  timeout(ms: number): AbortSignal
}

const DAY = 86_400_000
const USUAL_SPAN = 30 * DAY
const MOST_RECORDS = 1000
/** Milliseconds that reading the files may take, and erasing from them. */
const READING = 120_000
const ERASING = 60_000

const NAME = z.string().min(1).max(512)
const SPAN = { from: instant().optional(), to: instant().optional() }
const REQUESTS = z.strictObject({
  ...SPAN,
  user: NAME.optional(),
  team: NAME.optional(),
  model: NAME.optional(),
  status: z.coerce.number().int().min(100).max(599).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_RECORDS).default(100),
})
const SUBJECT = z
  .strictObject(Object.fromEntries(SUBJECT_MEMBERS.map((member) => [member, NAME.optional()])))
  .refine((subject) => Object.values(subject).some((value) => value !== undefined), {
    error: `must say whose: at least one of ${SUBJECT_MEMBERS.join(', ')}`,
  })
const REPORT = z.strictObject({ ...SPAN, format: z.enum(['html', 'csv']).default('html') })

const RECORD = z.looseObject({
  at: z.string(),
  request: z.string(),
  path: z.string(),
  how: z.enum(['refused', 'complete', 'cut']),
  status: z.int(),
  policyVersion: z.string(),
})
const FOUND = z.object({ records: z.array(RECORD), truncated: z.boolean() })
const ERASED = z.object({ records: z.int(), files: z.int() })

const SEE: readonly Role[] = ['admin', 'auditor', 'team-lead']
const MISORDERED = { error: 'from must be before to' }

/** Reading the records of requests, reporting on them, and erasing somebody's. */
export function auditOperations(options: AuditOperationsOptions): readonly Operation[] {
  const { reader, keeper, clock } = options
  const spanOf = ({ from, to = clock.now() + 1 }: { from?: number | undefined; to?: number | undefined }): Span => ({
    from: from ?? to - USUAL_SPAN,
    to,
  })
  const tag = 'audit'
  return [
    operation({
      ...{ method: 'GET', path: '/audit/requests', id: 'listAuditRecords', tag, roles: SEE, effect: 'reads' },
      summary:
        'Records of requests, the latest first; of the last 30 days unless said. Team leads see those of their teams, without content',
      query: REQUESTS,
      answers: {
        200: { description: 'The records', json: FOUND },
        400: { description: 'The span of time is none' },
      },
      async handle({ principal, query }) {
        const span = spanOf(query)
        if (span.from >= span.to) return json(400, MISORDERED)
        const includes = (record: AuditRecord) => isSeen(principal, record) && isAsked(record, query)
        const found = await findRecords(reader, { span, limit: query.limit, includes }, options.timeout(READING))
        const records = isEverything(principal) ? found.records : found.records.map(withoutContent)
        return json(200, { records, truncated: found.truncated })
      },
    }),
    operation({
      ...{
        method: 'DELETE',
        path: '/audit/requests',
        id: 'eraseAuditRecords',
        tag,
        roles: ['admin'],
        effect: 'changes',
      },
      summary:
        'Erases all records of somebody: of callers that have everything that is given. What was spent stays in the ledger, which has no content',
      query: SUBJECT,
      answers: {
        200: { description: 'No file and no process has any of them', json: ERASED },
        503: { description: 'A process did not answer, or a file could not be rewritten: some may be left' },
      },
      async handle({ principal, query, note }) {
        try {
          const erased = await keeper.erase(subjectOf(query), principal.name, options.timeout(ERASING))
          note({ records: erased.records, files: erased.files })
          return json(200, erased)
        } catch (error) {
          if (!(error instanceof StillOpen)) throw error
          return json(503, { error: 'a process that writes records did not answer: some may be left' })
        }
      },
    }),
    operation({
      ...{ method: 'GET', path: '/audit/report', id: 'getAuditReport', tag, roles: SEE, effect: 'reads' },
      summary:
        'Who used which model with which data class, and what guards covered; of the last 30 days unless said. Team leads get one of their teams',
      query: REPORT,
      answers: {
        200: { description: 'The report', types: ['text/html', 'text/csv'] },
        400: { description: 'The span of time is none' },
      },
      async handle({ principal, query }) {
        const span = spanOf(query)
        if (span.from >= span.to) return json(400, MISORDERED)
        const erasures = isEverything(principal) ? await options.erasures(span) : []
        const includes = (record: AuditRecord) => isSeen(principal, record)
        const report = await makeReport(reader, { span, includes, erasures }, options.timeout(READING))
        if (query.format === 'csv') return answer('text/csv', reportCsv(tablesOf(report)), 'csv')
        return answer('text/html', reportHtml(report, new Date(clock.now()).toISOString()), 'html')
      },
    }),
  ]
}

function answer(type: 'text/csv' | 'text/html', pieces: Iterable<string>, extension: string): Answer {
  const headers = {
    'content-disposition': `attachment; filename="tollgate-audit.${extension}"`,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  }
  return { status: 200, contentType: `${type}; charset=utf-8`, body: eachOf(pieces), headers }
}

async function* eachOf(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces
}

function isSeen(principal: Principal, { caller }: AuditRecord): boolean {
  return isEverything(principal) || seesTeam(principal, caller?.team)
}

function isAsked({ caller, model, status }: AuditRecord, query: z.infer<typeof REQUESTS>): boolean {
  if (query.user !== undefined && caller?.user !== query.user) return false
  if (query.team !== undefined && caller?.team !== query.team) return false
  if (query.model !== undefined && model !== query.model) return false
  return query.status === undefined || status === query.status
}

function withoutContent({ prompt: _, answer: __, ...record }: AuditRecord): AuditRecord {
  return record
}

function subjectOf(query: Readonly<Record<string, string | undefined>>): Subject {
  return Object.fromEntries(
    SUBJECT_MEMBERS.flatMap((member) => {
      const value = query[member]
      return value === undefined ? [] : [[member, value]]
    }),
  )
}
