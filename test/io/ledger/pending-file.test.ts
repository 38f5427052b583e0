import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
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
import { JournalUnusable } from '../../../io/ledger/ledger-file.js'
import { createMemoryLedger } from '../../../io/ledger/memory-ledger.js'
import type { PendingCall } from '../../../io/ledger/pending.js'
import { openPendingFile } from '../../../io/ledger/pending-file.js'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import { createResilientLedger, type ResilientLedger } from '../../../io/ledger/resilient-ledger.js'
import { systemClock } from '../../../io/system-clock.js'
import type { Bucket, Claim } from '../../../policies/budget/ledger.js'
import { eventually } from '../../support/eventually.js'
import { startRedis } from '../../support/redis.js'
import { createFakeTime } from './fake-time.js'

const bucket: Bucket = { key: 'b', budget: 'budget', window: { kind: 'life' } }
const claim: Claim = { bucket, amount: 100, limit: 1000, mode: 'hard', onStoreDown: 'admit' }
const dispatched = (id: string): PendingCall => ({ kind: 'dispatched', id })
const settle = (id: string, used: number): PendingCall => ({ kind: 'settle', id, used: [used] })
const charge = (id: string, amount: number): PendingCall => ({ kind: 'charge', id, claims: [{ ...claim, amount }] })

function newPath(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pending-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'state', 'pending')
}

/** What the next process finds. */
function held(path: string): readonly PendingCall[] {
  const file = openPendingFile(path)
  file.close()
  return file.pending
}

function connected(url: string, journal: string): ResilientLedger {
  const file = openPendingFile(journal)
  const ledger = createResilientLedger({
    primary: createRedisLedger({ url }),
    local: () => createMemoryLedger({ clock: systemClock }),
    clock: systemClock,
    share: 1,
    deadline: 500,
    journal: file,
  })
  const close = async () => {
    await ledger.close()
    file.close()
  }
  return { ...ledger, close }
}

/**
 * A process that holds the leases `known` and `cut` on Redis, says so, and on a line of input settles the first one with 7 and
 * uses 5 for a request that is admitted without Redis; then it says so and waits to be killed.
 */
async function otherProcess(context: TestContext, url: string, path: string) {
  const io = (name: string) => JSON.stringify(new URL(`../../../io/${name}.js`, import.meta.url))
  const source = `
    const { openPendingFile } = await import(${io('ledger/pending-file')})
    const { createMemoryLedger } = await import(${io('ledger/memory-ledger')})
    const { createRedisLedger } = await import(${io('ledger/redis-ledger')})
    const { createResilientLedger } = await import(${io('ledger/resilient-ledger')})
    const { systemClock: clock } = await import(${io('system-clock')})
    const ledger = createResilientLedger({
      primary: createRedisLedger({ url: '${url}' }),
      local: () => createMemoryLedger({ clock }),
      clock,
      share: 1,
      deadline: 500,
      journal: openPendingFile(${JSON.stringify(path)}),
    })
    const lease = (id) => ({ id, claims: [${JSON.stringify(claim)}], ttl: 60_000, onLost: 'charge' })
    for (const id of ['known', 'cut']) {
      await ledger.reserve(lease(id))
      await ledger.dispatched(id)
    }
    process.stdout.write('ready')
    process.stdin.once('data', async () => {
      await ledger.settle('known', [7])
      await ledger.reserve(lease('away'))
      await ledger.dispatched('away')
      await ledger.settle('away', [5])
      process.stdout.write(ledger.pending() + ' wait')
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  context.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return {
    async goOn() {
      child.stdin.write('\n')
      return String((await once(child.stdout, 'data'))[0])
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('what waits when a process is killed during an outage is replayed by the next one, once', async (context) => {
  const redis = await startRedis({ appendOnly: 'none' })
  context.after(redis.stop)
  const path = newPath(context)
  const other = await otherProcess(context, redis.url, path)
  redis.pause()
  assert.equal(await other.goOn(), '3 wait', 'the settlement, the release of a late reservation, the charge')
  assert.throws(() => openPendingFile(path), /held by process/)
  await other.kill()
  const left = readFileSync(path)
  redis.resume()

  const states = async () => {
    const ledger = connected(redis.url, path)
    await eventually('all is sent', () => ledger.pending() === 0)
    const [state] = await ledger.read([bucket])
    await ledger.close()
    return [state?.committed, state?.reserved]
  }
  const settled = [12, 100]
  assert.deepEqual(await states(), settled, 'the lease that was cut is still open')
  assert.deepEqual(held(path), [])
  // As if the process had been killed before it could note that all was sent.
  writeFileSync(path, left)
  assert.equal(held(path).length, 3)
  assert.deepEqual(await states(), settled, 'sent twice, counted once')
})

test('what was added and is not done is found again in order, and the latest call of an id in its place', (context) => {
  const path = newPath(context)
  const file = openPendingFile(path)
  assert.deepEqual(file.pending, [])
  for (const call of [settle('a', 1), dispatched('b'), charge('c', 3), settle('b', 2), settle('a', 4)]) file.added(call)
  file.done(dispatched('b'))
  const expected = [settle('a', 4), charge('c', 3), settle('b', 2)]
  // Without closing, as after a kill; the lock is this process's own.
  rmSync(`${path}.lock`)
  assert.deepEqual(held(path), expected)
  assert.deepEqual(held(path), expected, 'and again')
})

test('a line that was not finished is left out, wherever the file was cut in it', (context) => {
  const path = newPath(context)
  const file = openPendingFile(path)
  file.added(settle('a', 1))
  const whole = statSync(path).size
  file.added(charge('ü', 2))
  file.close()
  const bytes = readFileSync(path)
  for (let end = whole; end < bytes.length; end++) {
    writeFileSync(path, bytes.subarray(0, end))
    assert.deepEqual(held(path), [settle('a', 1)], `cut at ${end}`)
  }
  writeFileSync(path, bytes.subarray(0, 5))
  assert.deepEqual(held(path), [], 'cut in the header')
})

test('the file is emptied when all is sent, and rewritten when it has grown', (context) => {
  const path = newPath(context)
  const file = openPendingFile(path, { compactAt: 1000 })
  context.after(file.close)
  const empty = statSync(path).size
  file.added(settle('a', 1))
  file.added(settle('b', 1))
  file.done(settle('a', 1))
  assert.ok(statSync(path).size > empty)
  file.done(settle('b', 1))
  assert.equal(statSync(path).size, empty)
  for (let used = 0; used < 500; used++) file.added(settle('a', used))
  assert.ok(statSync(path).size < 1100, `${statSync(path).size} bytes`)
  file.close()
  assert.deepEqual(held(path), [settle('a', 499)])
})

/** A file of many calls that has just grown too long, with the steps of its rewriting in the test's hands. */
function grown(context: TestContext, onError: (error: Error) => void = () => {}) {
  const path = newPath(context)
  const steps: (() => void)[] = []
  const file = openPendingFile(path, { compactAt: 4000, atOnce: 10, soon: (run) => void steps.push(run), onError })
  let last = 0
  while (steps.length === 0) file.added(settle(`l${last++ % 60}`, last))
  return { path, file, steps, last }
}

/** What a process would find that begins now, after this one was killed. */
function ifKilled(path: string): readonly PendingCall[] {
  const copy = `${path}-copy`
  copyFileSync(path, copy)
  try {
    return held(copy)
  } finally {
    rmSync(copy)
  }
}

test('a long file is rewritten in steps, and whole whenever the process is killed', async (context) => {
  const { path, file, steps, last } = grown(context)
  const expected = new Map(Array.from({ length: 60 }, (_, id) => [`l${id}`, 0]))
  for (let used = 1; used <= last; used++) expected.set(`l${(used - 1) % 60}`, used)
  const check = () =>
    assert.deepEqual(
      ifKilled(path),
      [...expected].map(([id, used]) => settle(id, used)),
    )
  const before = statSync(path).size
  let taken = 0
  for (let step = steps.shift(); step; step = steps.shift()) {
    check()
    step()
    taken += 1
    file.added(settle(`m${taken}`, taken))
    expected.set(`m${taken}`, taken)
    file.done(settle(`l${taken}`, 0))
    expected.delete(`l${taken}`)
    check()
  }
  assert.equal(taken, 7)
  await eventually('the new file is there', () => statSync(path).size < before)
  check()
  file.added(settle('l0', 1000))
  expected.set('l0', 1000)
  file.close()
  assert.deepEqual(
    held(path),
    [...expected].map(([id, used]) => settle(id, used)),
  )
})

test('a rewriting is given up when all is sent, and when the file is closed', (context) => {
  const sent = grown(context)
  for (let id = 0; id < 60; id++) sent.file.done(settle(`l${id}`, 0))
  assert.deepEqual(ifKilled(sent.path), [])
  sent.file.added(settle('a', 1))
  for (const step of sent.steps) step()
  assert.equal(existsSync(`${sent.path}.new`), false)
  sent.file.close()
  assert.deepEqual(held(sent.path), [settle('a', 1)])

  const closed = grown(context)
  closed.file.close()
  for (const step of closed.steps) step()
  assert.equal(existsSync(`${closed.path}.new`), false)
  assert.equal(held(closed.path).length, 60)
})

test('where a rewriting fails the file goes on as it is', async (context) => {
  const errors: Error[] = []
  const { path, file, steps } = grown(context, (error) => errors.push(error))
  // Nothing can take its place.
  rmSync(`${path}.new`)
  for (let step = steps.shift(); step; step = steps.shift()) step()
  await eventually('it is told', () => errors.length === 1)
  assert.match(String(errors[0]), /cannot be written/)
  file.added(settle('a', 1))
  file.close()
  assert.deepEqual([held(path).length, held(path).at(-1)], [61, settle('a', 1)])
})

test('a file that cannot be written is told once and never throws, and nothing is missing once it can', async (context) => {
  const path = newPath(context)
  const errors: Error[] = []
  const time = createFakeTime()
  mkdirSync(`${path}.new`, { recursive: true })
  const file = openPendingFile(path, { onError: (error) => errors.push(error), schedule: time.schedule })
  for (let n = 0; n < 5; n++) file.added(settle(`l${n}`, n))
  file.done(settle('l0', 0))
  await time.advance(5000)
  assert.equal(errors.length, 1)
  assert.ok(errors[0] instanceof JournalUnusable)
  assert.match(errors[0].message, /cannot be written: EISDIR/)
  rmSync(`${path}.new`, { recursive: true })
  await time.advance(1000)
  file.added(settle('l5', 5))
  file.close()
  assert.deepEqual(
    held(path),
    [1, 2, 3, 4, 5].map((n) => settle(`l${n}`, n)),
  )
  assert.equal(time.timers(), 0)
})

test('another version and an unreadable line are errors that name them; the lock is given back and the file kept', (context) => {
  const path = newPath(context)
  openPendingFile(path).close()
  const header = readFileSync(path, 'utf8')
  for (const line of ['{"kind":"settle","id":"a"}', '{"kind":"other","id":"a"}', 'null', '{', '']) {
    writeFileSync(path, `${header}${line}\n`)
    assert.throws(() => openPendingFile(path), /cannot be read in line 2/, line)
    assert.equal(readFileSync(path, 'utf8'), `${header}${line}\n`)
  }
  writeFileSync(path, '["tollgate-pending",2]\n')
  assert.throws(() => openPendingFile(path), JournalUnusable)
  rmSync(path)
  const file = openPendingFile(path)
  assert.throws(() => openPendingFile(path), /held by process/)
  file.close()
  file.added(settle('late', 1))
  assert.deepEqual(held(path), [])
})
