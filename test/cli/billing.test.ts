import assert from 'node:assert/strict'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type BillingPlace, createBilling } from '../../cli/billing.js'
import { Failure } from '../../cli/failure.js'
import type { Outcome } from '../../core/outcome.js'
import { createReader } from '../../io/billing/reader.js'
import { sourcesIn } from '../../io/billing/segments.js'
import type { LedgerFileSettings } from '../../io/billing/settings.js'
import { writeShipped } from '../../io/billing/shipped.js'
import { verifyLedgers } from '../../io/billing/verify.js'
import { systemClock } from '../../io/system-clock.js'
import { folder } from '../io/billing/folder.js'
import { target } from '../policies/fakes.js'
import { eventually } from '../support/eventually.js'

const SETTINGS: LedgerFileSettings = {
  ...{ kind: 'files', segment: 1_000_000, keep: 1000, disk: 1000, onFull: 'refuse', fsync: 5, sinks: [] },
}
const SILENT = { info() {}, warn() {}, error() {}, ended() {}, close: async () => {} }

const make = (place: BillingPlace) => createBilling(systemClock, place, SILENT)

const ask = (billing: ReturnType<typeof make>, id: string) =>
  billing.observer.asked({ id, attempt: 1, target: target('p/m'), model: 'm', identity: { tags: {} }, leases: [] })

test('while rows cannot be written requests are refused once many wait, and all rows are there in the end', async () => {
  const root = folder()
  const billing = make({ root, number: 0 })
  await billing.open({ ...SETTINGS, segment: 50_000 }, undefined)
  await billing.adjusted('b', 1, 'a test')
  const [source = ''] = await sourcesIn(root)
  // Wherever the next segment begins, there is a directory.
  const inTheWay = Array.from({ length: 600 }, (_, index) => billing.figures().last + 1 + index).map((seq) =>
    join(root, source, `${String(seq).padStart(12, '0')}.jsonl`),
  )
  for (const path of inTheWay) mkdirSync(path)
  assert.deepEqual([billing.room(), billing.checks()], ['some', [{ name: 'ledger', ok: true }]])

  for (let number = 0; number < 11_000; number++) ask(billing, `r${number}`)
  await eventually('writing fails', async () => !billing.figures().up)
  assert.equal(billing.room(), 'none')
  assert.deepEqual(billing.checks(), [{ name: 'ledger', ok: false, detail: 'rows cannot be written' }])
  assert.ok(billing.figures().waiting > 10_000)

  for (const path of inTheWay) rmdirSync(path)
  await eventually('all is written', async () => billing.figures().waiting === 0, 20_000)
  assert.deepEqual([billing.room(), billing.figures().lost, billing.figures().up], ['some', 0, true])
  await billing.close()
  const report = await verifyLedgers({ roots: [root], reading: undefined })
  assert.deepEqual([report.findings, report.attemptFindings.length], [[], 1_000])
})

test('when sinks are too far behind requests are refused, unless they are to be admitted', async () => {
  for (const [onFull, room] of [
    ['refuse', 'none'],
    ['admit', 'some'],
  ] as const) {
    const root = folder()
    await writeShipped(root, { unshippedBytes: 1000, sources: {} })
    const billing = make({ root, number: 0 })
    await billing.open({ ...SETTINGS, onFull }, undefined)
    assert.deepEqual([billing.room(), billing.figures().up], [room, false])
    await writeShipped(root, { unshippedBytes: 999, sources: {} })
    await eventually('there is room', async () => billing.room() === 'some' && billing.figures().up)
    await billing.close()
  }
})

test('what workers left that are not there any more is done by the process with the admin port', async () => {
  const root = folder()
  const worker = make({ root, number: 3 })
  await worker.open(SETTINGS, undefined)
  ask(worker, 'r')
  await worker.observer.settling({ ...OUTCOME, id: 'none' }, [])
  await worker.close()
  const [left = ''] = await sourcesIn(root)

  const present = make({ root, number: 0, workers: 3 })
  await present.open(SETTINGS, undefined)
  assert.equal(
    (await createReader(root).read(left, 0, 100)).some((row) => row.kind === 'attempt'),
    false,
  )
  await present.close()

  const alone = make({ root, number: 0 })
  await alone.open(SETTINGS, undefined)
  const rows = await createReader(root).read(left, 0, 100)
  assert.deepEqual(
    rows.map((row) => (row.kind === 'attempt' ? [row.request, row.outcome] : row.kind)),
    ['opened', 'asked', 'opened', ['r', 'lost'], 'closed'],
  )
  await alone.close()
  assert.equal((await verifyLedgers({ roots: [root], reading: undefined })).ok, true)

  // It ended in order: nobody touches it again.
  const again = make({ root, number: 0 })
  await again.open(SETTINGS, undefined)
  assert.equal((await createReader(root).read(left, 0, 100)).length, rows.length)
  await again.close()
})

const OUTCOME: Omit<Outcome, 'id'> = {
  ...{ path: '/v1', policyVersion: 'v', chain: [], how: 'complete', status: 200, attempts: [], failures: [] },
  ...{ dropped: [], audits: [], durationMs: 1, overheadMs: 1 },
}

test('two processes never write the same part, and a place that cannot be used is said at the start', async () => {
  const root = folder()
  const first = make({ root, number: 0 })
  await first.open(SETTINGS, undefined)
  await assert.rejects(make({ root, number: 0 }).open(SETTINGS, undefined), (error) => {
    return error instanceof Failure && /is held by process \d+\): set ledger\.dir/.test(error.message)
  })
  await first.close()
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  await assert.rejects(make({ root: file, number: 0 }).open(SETTINGS, undefined), Failure)
})

test('without a ledger nothing is kept and nothing refused', async () => {
  const billing = make({ root: '/nowhere', number: 0 })
  await billing.open({ kind: 'off' }, undefined)
  ask(billing, 'r')
  assert.deepEqual([billing.opened(), billing.room(), billing.checks()], [undefined, 'some', []])
  assert.match(billing.leaseId(), /^[0-9a-f-]{36}$/)
  await billing.close()
})
