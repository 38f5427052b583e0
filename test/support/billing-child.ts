import { setTimeout as delay } from 'node:timers/promises'
import type { Outcome } from '../../core/outcome.js'
import { readingOf } from '../../io/billing/counter-reading.js'
import { systemFiles } from '../../io/billing/ledger-files.js'
import { openSource } from '../../io/billing/source.js'
import { verifyLedgers } from '../../io/billing/verify.js'
import { systemSchedule } from '../../io/ledger/deadline.js'
import { openJournal } from '../../io/ledger/journal.js'
import { createMemoryLedger } from '../../io/ledger/memory-ledger.js'
import { openPendingFile } from '../../io/ledger/pending-file.js'
import { createRedisLedger } from '../../io/ledger/redis-ledger.js'
import { createResilientLedger } from '../../io/ledger/resilient-ledger.js'
import { systemClock } from '../../io/system-clock.js'
import type { Claim, Ledger } from '../../policies/budget/ledger.js'
import { target } from '../policies/fakes.js'
import { generator } from './random.js'

// A process that spends under load until it is killed: `billing-child ROOT SEED memory:JOURNAL|redis:URL`. Says on stdout, one line each,
// `recovered REPORT` once what the process before left is done, and `settled ID ATTEMPTS` of each request that is recorded.

const [, , root = '', seed = '0', store = ''] = process.argv
const random = generator(Number(seed))
const clock = systemClock

function openLedger(): Ledger {
  const [kind, ...rest] = store.split(':')
  const place = rest.join(':')
  if (kind === 'memory') return createMemoryLedger({ clock, journal: openJournal(place) })
  const journal = openPendingFile(`${root}/pending.jsonl`)
  const primary = createRedisLedger({ url: place, prefix: 'crash' })
  const local = () => createMemoryLedger({ clock })
  return createResilientLedger({ primary, local, clock, share: 1, journal, deadline: 1000 })
}

const ledger = openLedger()
const source = await openSource({
  ...{ root, name: '0123456789ab-0', files: systemFiles, ledger, clock, schedule: systemSchedule, soon: setImmediate },
  settings: { segment: 64 * 1024, fsync: 20, onFull: 'refuse' },
  hooks: {
    trouble: (message) => process.stderr.write(`${message}\n`),
    writing: (state, error) => process.stderr.write(`${state}: ${error}\n`),
    recovered: () => {},
    recoveryFailed: (error) => process.stderr.write(`${error}\n`),
  },
})
await source.recovered
const counters = await ledger.list()
const at = clock.now()
const windows = counters.map(({ bucket, committed }) => ({ key: bucket.key, committed, window: bucket.window }))
const report = await verifyLedgers({
  roots: [root],
  reading: { ...readingOf({ at, counters: windows, windows: [] }), settling: 0 },
})
process.stdout.write(`recovered ${JSON.stringify(report)}\n`)

const NO_LIMIT = 2 ** 52
const claim = (key: string, window: Claim['bucket']['window'], amount: number): Claim => ({
  ...{ bucket: { key, budget: key, window }, amount, limit: NO_LIMIT, mode: 'hard', onStoreDown: 'refuse' },
})

/** One request: one to three attempts, the last of which may be served. */
async function request(number: number): Promise<void> {
  const id = `${seed}-${number}`
  const lease = source.leaseId(`${number}`)
  const reserved = 1000 + random(1000)
  const start = Math.floor(clock.now() / 3_600_000) * 3_600_000
  const hour = { kind: 'calendar', start, end: start + 3_600_000 } as const
  const claims = [
    claim('budgets/all/usd', { kind: 'life' }, reserved),
    claim(`budgets/hour/tokens/${new Date(start).toISOString()}`, hour, reserved),
    claim('limits/minute/requests', { kind: 'rolling', length: 60_000, slices: 60 }, 1),
  ]
  const held = await ledger.reserve({ id: lease, claims, ttl: 60_000, onLost: 'charge' })
  if (held.kind !== 'reserved') return
  const amounts = (values: readonly number[]) => ({
    lease,
    amounts: claims.map(({ bucket }, index) => [bucket.key, values[index] ?? 0] as const),
  })
  const attempts = 1 + random(3)
  void ledger.dispatched(lease)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    source.recorder.asked({
      ...{ id, attempt, target: target('openai/gpt'), model: 'gpt', identity: { user: `u${random(5)}`, tags: {} } },
      leases: [amounts(claims.map((each) => each.amount))],
    })
    await delay(random(4))
  }
  const used = random(reserved)
  const outcome = outcomeOf(id, attempts)
  const charges = amounts([used, used, 1])
  await source.recorder.settling(outcome, [charges])
  process.stdout.write(`settled ${id} ${attempts}\n`)
  await ledger.settle(
    lease,
    charges.amounts.map(([, amount]) => amount),
  )
  source.recorder.ended(outcome)
}

function outcomeOf(id: string, attempts: number): Outcome {
  const report = { target: target('openai/gpt'), usage: {}, usageSource: 'none', durationMs: 1, cost: 0n } as const
  return {
    ...{ id, path: '/v1/chat/completions', policyVersion: 'v', chain: [], how: 'complete', status: 200 },
    attempts: Array.from({ length: attempts }, (_, index) => ({
      ...report,
      outcome: index === attempts - 1 ? 'served' : 'failed',
    })),
    ...{ failures: [], dropped: [], audits: [], durationMs: 1, overheadMs: 1 },
  }
}

let next = 0
const worker = async () => {
  for (;;) await request(++next)
}
await Promise.all(Array.from({ length: 40 }, worker))
