import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Answer, Principal } from '../../../io/admin/operation.js'
import { auditOperations } from '../../../io/audit/audit-operations.js'
import type { AuditRecord } from '../../../io/audit/record.js'
import { StillOpen } from '../../../io/audit/roll.js'
import type { Subject } from '../../../io/audit/subject.js'
import { directoryFor, NOON, readerOf, recordAt, writerIn } from './parts.js'

const ADMIN: Principal = { name: 'root', role: 'admin', teams: [] }
const LEAD: Principal = { name: 'lea', role: 'team-lead', teams: ['blue'] }
const said = [{ role: 'user', kind: 'text', text: 'hello' }] as const

async function apiFor(context: TestContext) {
  const parent = await directoryFor(context)
  const { writer } = writerIn(join(parent, 'audit-1'))
  const add = (at: number, team: string, more: Partial<AuditRecord> = {}) =>
    writer.add(
      recordAt(NOON + at, { request: `${team}-${at}`, caller: { user: 'ann', team, tags: {} }, prompt: said, ...more }),
      30,
    )
  for (let at = 0; at < 5; at++) add(at, 'blue')
  for (let at = 5; at < 8; at++) add(at, 'red', at === 5 ? { status: 429 } : {})
  add(-86_400_000, 'blue')
  await writer.close()
  const erased: { readonly subject: Subject; readonly by: string }[] = []
  let opens = 0
  const operations = auditOperations({
    reader: readerOf(parent),
    keeper: {
      async erase(subject, by) {
        if (opens > 0) throw new StillOpen('x')
        erased.push({ subject, by })
        return { records: 2, files: 1 }
      },
    },
    erasures: async () => [{ at: new Date(NOON).toISOString(), by: 'root', named: ['user'], records: 1, files: 1 }],
    clock: { now: () => NOON + 1000 },
    timeout: (ms) => AbortSignal.timeout(ms),
  })
  return {
    erased,
    open: () => void opens++,
    roles: (id: string) => operations.find((operation) => operation.id === id)?.roles,
    async ask(id: string, principal: Principal, query: Readonly<Record<string, string>>) {
      const operation = operations.find((one) => one.id === id)
      const read = operation?.query?.safeParse(query)
      if (!operation || !read?.success) return undefined
      const notes: unknown[] = []
      const task = { principal, parameters: {}, query: read.data, body: undefined, headers: {} }
      return { notes, answer: await operation.handle({ ...task, note: (fields) => void notes.push(fields) }) }
    },
  }
}

const textOf = async ({ body }: Answer) => {
  let text = ''
  if (typeof body === 'string') text = body
  else for await (const piece of body) text += piece
  return text
}
const found = async (asked: { readonly answer: Answer } | undefined) => {
  assert.equal(asked?.answer.status, 200)
  return JSON.parse(await textOf(asked.answer)) as { records: readonly AuditRecord[]; truncated: boolean }
}

test('the latest records come first, as many as are asked for', async (t) => {
  const { ask } = await apiFor(t)
  const few = await found(await ask('listAuditRecords', ADMIN, { limit: '3' }))
  assert.deepEqual([few.records.map(({ request }) => request), few.truncated], [['red-7', 'red-6', 'red-5'], true])
  const all = await found(await ask('listAuditRecords', ADMIN, {}))
  assert.deepEqual([all.records.length, all.truncated], [9, false])
  assert.deepEqual(all.records[0]?.prompt, said)
  const today = await found(await ask('listAuditRecords', ADMIN, { from: '2026-11-21', team: 'blue' }))
  assert.equal(today.records.length, 5)
  const limited = await found(await ask('listAuditRecords', ADMIN, { status: '429' }))
  assert.deepEqual(
    limited.records.map(({ request }) => request),
    ['red-5'],
  )
})

test('a team lead sees their own teams, and nothing that was said', async (t) => {
  const { ask } = await apiFor(t)
  const own = await found(await ask('listAuditRecords', LEAD, {}))
  assert.deepEqual([...new Set(own.records.map(({ caller }) => caller?.team))], ['blue'])
  assert.ok(own.records.every(({ prompt }) => prompt === undefined))
  assert.deepEqual((await found(await ask('listAuditRecords', LEAD, { team: 'red' }))).records, [])
  const report = await ask('getAuditReport', LEAD, { format: 'csv' })
  const text = await textOf(report?.answer ?? assert.fail())
  assert.match(text, /^use,.*blue,/m)
  assert.doesNotMatch(text, /red|^erasures/m)
})

test('only admins erase, and must say whose', async (t) => {
  const { ask, erased, roles, open } = await apiFor(t)
  assert.deepEqual(roles('eraseAuditRecords'), ['admin'])
  assert.equal(await ask('eraseAuditRecords', ADMIN, {}), undefined)
  assert.equal(await ask('eraseAuditRecords', ADMIN, { user: '' }), undefined)
  assert.equal(await ask('eraseAuditRecords', ADMIN, { name: 'ann' }), undefined)
  const done = await ask('eraseAuditRecords', ADMIN, { user: 'ann', team: 'blue' })
  assert.equal(done?.answer.status, 200)
  assert.deepEqual(done?.notes, [{ records: 2, files: 1 }])
  assert.deepEqual(erased, [{ subject: { user: 'ann', team: 'blue' }, by: 'root' }])
  open()
  assert.equal((await ask('eraseAuditRecords', ADMIN, { user: 'ann' }))?.answer.status, 503)
})

test('a report is a page that may load nothing, or a table', async (t) => {
  const { ask } = await apiFor(t)
  const page = await ask('getAuditReport', ADMIN, {})
  assert.match(page?.answer.contentType ?? '', /^text\/html/)
  assert.match(page?.answer.headers?.['content-security-policy'] ?? '', /^default-src 'none'/)
  assert.match(await textOf(page?.answer ?? assert.fail()), /Erasures/)
  assert.equal((await ask('getAuditReport', ADMIN, { from: '2026-11-22', to: '2026-11-21' }))?.answer.status, 400)
})
