import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openJournal } from '../../../io/ledger/journal.js'
import { beginRewrite } from '../../../io/ledger/journal-rewrite.js'
import { createMemoryLedger, type MemoryLedger } from '../../../io/ledger/memory-ledger.js'
import { eventually } from '../../support/eventually.js'

const clock = { now: () => 5000, monotonic: () => 0 }
const COUNTERS = 3000

function newPath(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rewrite-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'journal')
}

/** Counts 1 for the user. */
function use(ledger: MemoryLedger, user: number, id: string): void {
  const bucket = { key: `user ${user}`, budget: 'users', window: { kind: 'life' } } as const
  const claim = { bucket, amount: 10, limit: 1000, mode: 'hard', onStoreDown: 'refuse' } as const
  assert.equal(ledger.reserve({ id, claims: [claim], ttl: 60_000, onLost: 'charge' }).kind, 'reserved')
  ledger.dispatched(id)
  ledger.settle(id, [1])
}

/** What each user has by the file, sorted. */
async function counted(path: string): Promise<readonly string[]> {
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  const states = ledger.list()
  await ledger.close()
  return states.map(({ bucket, committed }) => `${bucket.key}: ${committed}`).sort()
}

function shown(ledger: MemoryLedger): readonly string[] {
  return ledger
    .list()
    .map(({ bucket, committed }) => `${bucket.key}: ${committed}`)
    .sort()
}

/** A ledger of many users whose journal is about to be rewritten, with the steps of that in the test's hands. */
async function grown(context: TestContext, onError?: (error: Error) => void) {
  const path = newPath(context)
  const steps: (() => void)[] = []
  const soon = (run: () => void) => void steps.push(run)
  const journal = openJournal(path, { compactAt: 1, soon, ...(onError && { onError }) })
  const ledger = createMemoryLedger({ clock, journal })
  // Nothing is written before this turn is over.
  for (let user = 0; user < COUNTERS; user++) use(ledger, user, `first ${user}`)
  return { path, ledger, steps }
}

test('a long journal is rewritten in steps, while it goes on as it is', async (context) => {
  const { path, ledger, steps } = await grown(context)
  await ledger.kept?.()
  const before = statSync(path).size
  let taken = 0
  for (let step = steps.shift(); step; step = steps.shift()) {
    taken++
    const size = existsSync(`${path}.new`) ? statSync(`${path}.new`).size : 0
    step()
    assert.ok(statSync(`${path}.new`).size - size < 30_000)
    use(ledger, taken * 100, `meanwhile ${taken}`)
    await ledger.kept?.()
    // What a process finds that begins where this one is killed.
    copyFileSync(path, `${path}.found`)
    assert.deepEqual(await counted(`${path}.found`), shown(ledger))
  }
  assert.ok(taken > 20)
  await eventually('the new file is in place', () => !existsSync(`${path}.new`))
  assert.ok(statSync(path).size < before)
  use(ledger, 7, 'after')
  const all = shown(ledger)
  await ledger.close()
  assert.ok(all.includes('user 7: 2') && all.includes('user 100: 2'))
  assert.deepEqual(await counted(path), all)
  // Each user is named once.
  const names = readFileSync(path, 'utf8').match(/\["bucket",/g)
  assert.equal(names?.length, COUNTERS)
})

test('a journal that is closed while it is rewritten stays as it is, and leaves nothing beside it', async (context) => {
  const { path, ledger, steps } = await grown(context)
  await ledger.kept?.()
  steps.shift()?.()
  use(ledger, 5, 'meanwhile')
  const all = shown(ledger)
  await ledger.close()
  assert.equal(existsSync(`${path}.new`), false)
  for (const step of steps) step()
  assert.equal(existsSync(`${path}.new`), false)
  assert.deepEqual(await counted(path), all)
})

test('a journal that cannot be rewritten goes on as it is, and says so', async (context) => {
  const errors: string[] = []
  const { path, ledger } = await grown(context, ({ message }) => errors.push(message))
  mkdirSync(`${path}.new`)
  await ledger.kept?.()
  assert.match(errors.join(), /cannot be written: EISDIR/)
  use(ledger, 5, 'meanwhile')
  await ledger.kept?.()
  copyFileSync(path, `${path}.found`)
  assert.deepEqual(await counted(`${path}.found`), shown(ledger))
  await ledger.close()
})

test('what cannot be made into lines ends the rewriting, and nothing of it stays', async (context) => {
  const path = newPath(context)
  function* lines() {
    yield 'a\n'
    throw new Error('no line')
  }
  const told: unknown[] = []
  const steps: (() => void)[] = []
  const rewrite = beginRewrite(lines(), {
    ...{ path, atOnce: 1, soon: (run) => void steps.push(run) },
    done: () => told.push('done'),
    failed: (cause) => told.push(cause),
  })
  for (let step = steps.shift(); step; step = steps.shift()) step()
  assert.deepEqual(told, [new Error('no line')])
  rewrite.add('b\n')
  rewrite.abort()
  assert.equal(existsSync(`${path}.new`), false)
})

test('a counter that the file has not named yet is named when it is used, also while it is rewritten', async (context) => {
  const path = newPath(context)
  let steps = 0
  const journal = openJournal(path, { compactAt: 20_000, atOnce: 1, soon: () => void steps++ })
  let now = 0
  const ledger = createMemoryLedger({ clock: { now: () => now, monotonic: () => now }, journal })
  const bucket = { key: 'b', budget: 'budget', window: { kind: 'life' } } as const
  const leaseOf = (id: string, amount: number) => {
    const claim = { bucket, amount, limit: 100, mode: 'hard', onStoreDown: 'refuse' } as const
    return { id, claims: [claim], ttl: 1000, onLost: 'charge' } as const
  }
  ledger.reserve(leaseOf('lost', 10))
  ledger.dispatched('lost')
  now = 5000
  ledger.lose('lost')
  ledger.reset('b')
  for (let i = 0; steps === 0; i++) {
    // Drops the counter sooner or later, which holds nothing; a request that it refuses makes it anew, and is not in the file.
    use(ledger, i % 30, `other ${i}`)
    assert.equal(ledger.reserve(leaseOf('too much', 200)).kind, 'exhausted')
    await ledger.kept?.()
  }
  assert.equal(ledger.reserve(leaseOf('next', 10)).kind, 'reserved')
  ledger.dispatched('next')
  await ledger.kept?.()
  copyFileSync(path, `${path}.found`)
  await ledger.close()
  const found = createMemoryLedger({ clock, journal: openJournal(`${path}.found`) })
  assert.deepEqual(found.lose('next'), [['b', 10]])
  await found.close()
})
