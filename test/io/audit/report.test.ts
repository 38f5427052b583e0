import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AttemptRecord, AuditRecord, GuardRecord } from '../../../io/audit/record.js'
import { makeReport } from '../../../io/audit/report.js'
import { reportCsv } from '../../../io/audit/report-csv.js'
import { reportHtml } from '../../../io/audit/report-html.js'
import { tablesOf } from '../../../io/audit/report-tables.js'
import { DAY, directoryFor, NOON, readerOf, recordAt, writerIn } from './parts.js'

const attempt = (provider: string, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  target: `${provider}/m`,
  provider,
  outcome: 'served',
  status: 200,
  usage: { prompt: 100, completion: 10 },
  usageSource: 'provider',
  nano: '1000000000',
  durationMs: 5,
  ...more,
})
const guard = (name: string, outcome: GuardRecord['outcome'], more: Partial<GuardRecord> = {}): GuardRecord => ({
  guard: name,
  outcome,
  scanned: { texts: 1, characters: 5, unscannable: 0 },
  ms: 1,
  ...more,
})
const caller = (team: string, user: string) => ({ caller: { team, user, tags: {} } })

/** Seven requests over two days, whose sums are in the test below. */
const RECORDS: readonly AuditRecord[] = [
  recordAt(NOON, {
    ...caller('blue', 'ann'),
    label: 'public',
    attempts: [attempt('oa')],
    guards: [guard('pii', 'changed', { request: { email: 2 }, answer: { email: 1 } }), guard('words', 'passed')],
  }),
  recordAt(NOON + 1, {
    ...caller('blue', 'ann'),
    label: 'public',
    // The first provider was asked in vain, and paid.
    attempts: [attempt('oa', { outcome: 'failed', nano: '500000000' }), attempt('an', { nano: null })],
    guards: [guard('pii', 'passed', { request: { email: 1 } }), guard('words', 'flagged', { shadow: true })],
  }),
  recordAt(NOON + 2, {
    ...caller('blue', 'bob'),
    ...{ label: 'restricted', how: 'refused', status: 400, code: 'guardrail_blocked', rule: 'words', attempts: [] },
    guards: [guard('words', 'blocked')],
  }),
  recordAt(NOON + 3, {
    ...caller('red', 'cid'),
    ...{ how: 'refused', status: 403, code: 'model_not_allowed', rule: 'no-nights', attempts: [] },
    policyVersion: 'v2',
  }),
  recordAt(NOON + DAY, {
    ...caller('red', 'cid'),
    how: 'cut',
    attempts: [attempt('oa', { nano: '250000000' })],
    policyVersion: 'v2',
  }),
  recordAt(NOON + DAY + 1, {
    ...caller('red', 'cid'),
    ...{ how: 'refused', status: 502, code: 'upstream_error', policyVersion: 'v2' },
    attempts: [attempt('oa', { outcome: 'failed', usage: {}, nano: '0' })],
  }),
  recordAt(NOON + 2 * DAY, { ...caller('red', 'late'), policyVersion: 'v2' }),
]
const SPAN = { from: Date.UTC(2026, 10, 21), to: Date.UTC(2026, 10, 23) }

async function reportOf(parent: string, includes: (record: AuditRecord) => boolean = () => true) {
  const erasures = [{ at: '2026-11-22T00:00:00.000Z', by: 'root', named: ['user'], records: 3, files: 1 }]
  return makeReport(readerOf(parent), { span: SPAN, includes, erasures }, AbortSignal.timeout(5000))
}

test('the figures are those that were worked out by hand', async (t) => {
  const parent = await directoryFor(t)
  for (const [index, name] of ['audit-1-1', 'audit-1-2'].entries()) {
    const { writer } = writerIn(join(parent, name))
    for (const [at, record] of RECORDS.entries()) if (at % 2 === index) writer.add(record, 30)
    await writer.close()
  }
  const report = await reportOf(parent)
  assert.equal(report.requests, 6)
  const tables = Object.fromEntries(
    tablesOf(report).map(({ name, rows }) => [name, rows.map((row) => row.join(' | '))]),
  )
  assert.deepEqual(tables, {
    totals: ['6 | 3 | 2'],
    use: [
      // The last asked was an: the request is its, oa has what its attempts took.
      'blue | ann | gpt | an | public | 1 | 0 | 0 | 0 | 1 | 100 | 10 | 0 | 1',
      'blue | ann | gpt | oa | public | 1 | 0 | 0 | 0 | 2 | 200 | 20 | 1.5 | 0',
      'blue | bob | gpt |  | restricted | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0',
      'red | cid | gpt |  |  | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0',
      'red | cid | gpt | oa |  | 2 | 0 | 1 | 1 | 2 | 100 | 10 | 0.25 | 0',
    ],
    guards: [
      'pii | enforced | 2 | 1 | 0 | 1 | 0 | 0 | 0',
      'words | enforced | 2 | 1 | 0 | 0 | 1 | 0 | 0',
      'words | shadow | 1 | 0 | 1 | 0 | 0 | 0 | 0',
    ],
    entities: ['email | answer | 1 | 1', 'email | request | 2 | 3'],
    denied: ['guardrail_blocked | words | 1', 'model_not_allowed | no-nights | 1'],
    versions: [
      'v1 | 2026-11-21T10:00:00.000Z | 2026-11-21T10:00:00.002Z | 3',
      'v2 | 2026-11-21T10:00:00.003Z | 2026-11-22T10:00:00.001Z | 3',
    ],
    integrity: ['2026-11-21 | 2 | 4 | 0 | 0 | 0 | 0', '2026-11-22 | 2 | 2 | 0 | 0 | 0 | 0'],
    erasures: ['2026-11-22T00:00:00.000Z | root | user | 3 | 1'],
  })
  const blue = await reportOf(parent, ({ caller }) => caller?.team === 'blue')
  assert.equal(blue.requests, 3)
  assert.deepEqual([...new Set(blue.use.map(({ team }) => team))], ['blue'])
})

test('days without any records are told', async (t) => {
  const report = await reportOf(await directoryFor(t))
  assert.deepEqual(
    report.days.map(({ day, writers, records }) => [day, writers, records]),
    [
      ['2026-11-21', 0, 0],
      ['2026-11-22', 0, 0],
    ],
  )
})

test('names from outside are text in the page, and no formulas in the table', async (t) => {
  const parent = await directoryFor(t)
  const { writer } = writerIn(join(parent, 'audit-1'))
  writer.add(recordAt(NOON, caller('<script>alert(1)</script>', '=HYPERLINK("http://x.test","a")')), 30)
  writer.add(recordAt(NOON, caller('"quoted", \'name\'', 'right\u202eleft')), 30)
  await writer.close()
  const report = await reportOf(parent)
  const page = [...reportHtml(report, '2026-11-23T00:00:00.000Z')].join('')
  assert.match(page, /^<!doctype html>\n<html lang="en">/)
  assert.doesNotMatch(page, /<script|<a |<img|href=|src=|\u202e/)
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.match(page, /&quot;quoted&quot;, &#39;name&#39;/)
  // Each table has a caption, and heads for its columns.
  const tables = page.match(
    /<table>\n<caption>[^<]+<\/caption>\n<thead><tr>(?:<th scope="col" class="(?:text|number)">[^<]+<\/th>)+<\/tr>/g,
  )
  assert.equal(tables?.length, page.match(/<table/g)?.length)
  const table = [...reportCsv(tablesOf(report))].join('')
  assert.match(table, /,"'=HYPERLINK\(""http:\/\/x\.test"",""a""\)",/)
  assert.match(table, /^section,requests,unread,/)
  assert.ok(table.endsWith('\r\n'))
})

test('every line of the table has as many fields', async (t) => {
  const parent = await directoryFor(t)
  const { writer } = writerIn(join(parent, 'audit-1'))
  for (const record of RECORDS) writer.add(record, 30)
  await writer.close()
  const lines = [...reportCsv(tablesOf(await reportOf(parent)))]
  assert.equal(new Set(lines.map((line) => line.split(',').length)).size, 1)
  assert.deepEqual(
    [...new Set(lines.map((line) => line.split(',')[0]))],
    ['section', 'totals', 'use', 'guards', 'entities', 'denied', 'versions', 'integrity', 'erasures'],
  )
})
