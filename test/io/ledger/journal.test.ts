import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openJournal } from '../../../io/ledger/journal.js'
import { JournalUnusable } from '../../../io/ledger/ledger-file.js'
import { createMemoryLedger } from '../../../io/ledger/memory-ledger.js'
import type { Bucket, Lease } from '../../../policies/budget/ledger.js'
import { eventually } from '../../support/eventually.js'

const clock = { now: () => 5000, monotonic: () => 0 }
const bucket: Bucket = { key: 'b', budget: 'budget', window: { kind: 'life' } }
const leaseOf = (id: string, amount: number, onLost: Lease['onLost'] = 'charge'): Lease => ({
  id,
  claims: [{ bucket, amount, limit: 1000, mode: 'hard', onStoreDown: 'refuse' }],
  ttl: 60_000,
  onLost,
})

function newPath(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'state', 'journal')
}

/** What is committed and reserved by a ledger that begins with the journal at `path`. */
async function holds(path: string): Promise<readonly [number, number]> {
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  const [state] = ledger.read([bucket])
  await ledger.close()
  return [state?.committed ?? 0, state?.reserved ?? 0]
}

/** A process that opens the journal, does what `script` says with `ledger` and `lease(id, amount)`, and waits to be killed. */
async function otherProcess(context: TestContext, path: string, script: string) {
  const io = new URL('../../../io/ledger/', import.meta.url)
  const source = `
    const { openJournal } = await import('${new URL('journal.js', io)}')
    const { createMemoryLedger } = await import('${new URL('memory-ledger.js', io)}')
    const clock = { now: () => 5000, monotonic: () => 0 }
    const ledger = createMemoryLedger({ clock, journal: openJournal(${JSON.stringify(path)}) })
    const model = ${JSON.stringify(leaseOf('', 0))}
    const lease = (id, amount) => ({ ...model, id, claims: [{ ...model.claims[0], amount }] })
    ${script}
    process.stdout.write('ready')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  context.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { kill }
}

test('a process killed right after a provider might have been asked finds the lease charged, and takes the lock over', async (context) => {
  const path = newPath(context)
  const other = await otherProcess(
    context,
    path,
    `ledger.reserve(lease('asked', 30)); ledger.reserve(lease('not asked', 500)); ledger.dispatched('asked'); await ledger.kept()`,
  )
  assert.throws(() => openJournal(path), /held by process/)
  await other.kill()
  assert.deepEqual(await holds(path), [30, 0])
})

test('leases that were open are charged what they used, or released, as they said', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  for (const lease of [
    leaseOf('used', 100),
    leaseOf('full', 20),
    leaseOf('free', 100, 'release'),
    leaseOf('idle', 100),
  ]) {
    ledger.reserve(lease)
    if (lease.id !== 'idle') ledger.dispatched(lease.id)
  }
  ledger.renew('used', [3], 60_000)
  await ledger.close()
  assert.deepEqual(await holds(path), [23, 0])
  const again = createMemoryLedger({ clock, journal: openJournal(path) })
  again.settle('full', [7])
  await again.close()
  assert.deepEqual(await holds(path), [10, 0])
})

test('what is dispatched in one turn of the event loop is in the file before anybody is asked, and not before its end', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  context.after(() => ledger.close())
  assert.equal(ledger.kept?.(), undefined)
  for (const id of ['one', 'two']) {
    ledger.reserve(leaseOf(id, 10))
    ledger.dispatched(id)
  }
  const kept = ledger.kept?.()
  await Promise.resolve()
  assert.doesNotMatch(readFileSync(path, 'utf8'), /dispatched/)
  await kept
  assert.match(readFileSync(path, 'utf8'), /"dispatched","one"[\s\S]*"dispatched","two"/)
  assert.equal(ledger.kept?.(), undefined)
})

test('what is dispatched right before the end is in the file, which nobody touches after that', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  ledger.reserve(leaseOf('last', 10))
  ledger.dispatched('last')
  const kept = ledger.kept?.()
  const closed = ledger.close()
  const text = readFileSync(path, 'utf8')
  assert.match(text, /"dispatched","last"/)
  writeFileSync(path, `${text}another's`)
  await closed
  await kept
  await new Promise((resolve) => setImmediate(resolve))
  ledger.dispatched('last')
  await ledger.close()
  assert.equal(readFileSync(path, 'utf8'), `${text}another's`)
})

test('a settlement is in the file soon', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  context.after(() => ledger.close())
  ledger.reserve(leaseOf('l', 10))
  ledger.settle('l', [4])
  assert.doesNotMatch(readFileSync(path, 'utf8'), /settle/, 'not at once')
  const line = '["settle",5000,"l",[4]]\n'
  await eventually('the settlement is in the file', () => readFileSync(path, 'utf8').includes(line), 1000)
})

test('a line that was not finished is left out, wherever the file was cut in it', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path) })
  ledger.charge('c1', leaseOf('', 10).claims)
  ledger.charge('c2', leaseOf('', 5).claims)
  await ledger.close()
  const text = readFileSync(path, 'utf8')
  const lastLine = text.lastIndexOf('\n', text.length - 2) + 1
  for (let cut = lastLine; cut < text.length; cut++) {
    writeFileSync(path, text.slice(0, cut))
    assert.deepEqual(await holds(path), [10, 0])
  }
})

test('an unreadable line before the last is an error that names it, and the lock is given back', async (context) => {
  const path = newPath(context)
  await holds(path)
  appendFileSync(path, '["charge",5000,"c\n["reset",1]\n')
  for (const _ of [1, 2]) {
    const journal = openJournal(path)
    assert.throws(() => createMemoryLedger({ clock, journal }), /state\/journal cannot be read in line 2/)
    await journal.close()
  }
  writeFileSync(path, '{"something":"else"}\n')
  await assert.rejects(holds(path), JournalUnusable)
})

test('a place that cannot be written is a clear error', (context) => {
  const path = newPath(context)
  openJournal(path).close()
  writeFileSync(path, '')
  assert.throws(() => openJournal(join(path, 'below-a-file')), JournalUnusable)
  const folder = join(path, '..', 'folder')
  mkdirSync(folder)
  const journal = openJournal(folder)
  context.after(() => journal.close())
  assert.throws(() => createMemoryLedger({ clock, journal }), /folder cannot be read: EISDIR/)
})

test('one journal is open once at a time', async (context) => {
  const path = newPath(context)
  const first = openJournal(path)
  assert.throws(() => openJournal(path), /held by process/)
  await first.close()
  const second = openJournal(path)
  await first.close()
  assert.throws(() => openJournal(path), /held by process/, 'closing the first again does not free it')
  await second.close()
})

test('a lock is stale when its process is gone, is this one, or began at another time', async (context) => {
  const path = newPath(context)
  await holds(path)
  for (const stale of ['99999999 123', `${process.pid} 1`, `${process.ppid} 1`, '', 'rubbish']) {
    writeFileSync(`${path}.lock`, stale)
    assert.deepEqual(await holds(path), [0, 0], stale)
  }
  assert.equal(existsSync(`${path}.lock`), false)
})

test('the file is rewritten when it has grown, and holds what it held', async (context) => {
  const path = newPath(context)
  const ledger = createMemoryLedger({ clock, journal: openJournal(path, { compactAt: 10_000 }) })
  for (let i = 0; i < 2000; i++) {
    ledger.reserve(leaseOf(`l${i}`, 10))
    ledger.dispatched(`l${i}`)
    ledger.settle(`l${i}`, [i % 4 === 0 ? 1 : 0])
    await ledger.kept?.()
    assert.ok(statSync(path).size < 11_000)
  }
  await ledger.close()
  assert.deepEqual(await holds(path), [500, 0])
})

test('counting goes on when the file cannot be written, and nothing is missing once it can', async (context) => {
  const path = newPath(context)
  const errors: Error[] = []
  const journal = openJournal(path, { compactAt: 0, onError: (error) => errors.push(error) })
  const ledger = createMemoryLedger({ clock, journal })
  mkdirSync(`${path}.new`)
  for (let i = 0; i < 20; i++) {
    ledger.reserve(leaseOf(`l${i}`, 10))
    ledger.dispatched(`l${i}`)
    ledger.settle(`l${i}`, [1])
    await ledger.kept?.()
  }
  assert.ok(errors.length > 0)
  assert.match(errors[0]?.message ?? '', /cannot be written: EISDIR/)
  rmSync(`${path}.new`, { recursive: true })
  await ledger.close()
  assert.deepEqual(await holds(path), [20, 0])
})

test('a correction after a restart takes back its own charge, and nothing after a reset', async (context) => {
  const path = newPath(context)
  const begin = () => createMemoryLedger({ clock, journal: openJournal(path) })
  const first = begin()
  for (const id of ['before', 'after']) {
    first.reserve(leaseOf(id, 100))
    first.dispatched(id)
  }
  await first.close()
  const second = begin()
  second.settle('before', [1])
  assert.equal(second.read([bucket])[0]?.committed, 101)
  second.reset('b')
  second.charge('c', leaseOf('', 30).claims)
  await second.close()
  const third = begin()
  third.charge('c', leaseOf('', 30).claims)
  third.settle('after', [5])
  await third.close()
  assert.deepEqual(await holds(path), [35, 0])
})
