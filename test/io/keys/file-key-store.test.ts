import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createFileKeyStore } from '../../../io/keys/file-key-store.js'
import { revokeKey } from '../../../io/keys/key-changes.js'
import { KeysUnavailable } from '../../../io/keys/key-store.js'
import { systemClock } from '../../../io/system-clock.js'
import type { VirtualKey } from '../../../policies/keys/virtual-key.js'
import { issued, maker, NOON } from '../../policies/keys/keys.js'
import { storeWorld } from './store-world.js'

const folder = mkdtempSync(join(tmpdir(), 'tollgate-keys-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshPath = () => join(folder, `${++files}`, 'keys.json')

function open(path: string) {
  const world = storeWorld()
  return { ...world, store: createFileKeyStore({ path, clock: world.clock, wait: delay, ...world.hooks }) }
}

const revoked = (key: VirtualKey) => revokeKey(key, NOON) ?? key

test('a key is kept as hashes, in a file for its user alone, and survives a restart', async () => {
  const path = freshPath()
  const { store } = open(path)
  const { key, text } = issued({
    ...{ user: 'ann', team: 'red', models: ['m'], networks: ['10.0.0.0/8'], tags: { a: 'b' }, expiresAt: NOON + 1 },
    budgets: [{ unit: 'usd', limit: 5, per: 'month', timeZone: 'Europe/Berlin' }],
  })
  assert.equal(await store.put(key), 'done')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.ok(!readFileSync(path, 'utf8').includes(text.slice(11, 20)))
  const again = open(path).store
  assert.deepEqual(again.known(), [key])
  assert.deepEqual(again.book.find(maker.hash(text))?.key, key)
})

test('others who have the file see a change within the time between two looks', async () => {
  const path = freshPath()
  const [one, two] = [open(path), open(path)]
  const { key, text } = issued()
  await one.store.put(key)
  assert.equal(two.store.book.find(maker.hash(text)), undefined)
  two.pass(200)
  assert.equal(two.store.book.freshness(), 'fresh')
  assert.ok(two.store.book.find(maker.hash(text)))
  await two.store.put(revoked(key))
  one.pass(200)
  assert.equal(one.store.book.freshness(), 'fresh')
  assert.equal(one.store.book.find(maker.hash(text))?.key.revokedAt, NOON)
})

test('a change of another version than is there is none', async () => {
  const { store } = open(freshPath())
  const { key } = issued()
  assert.equal(await store.put(revoked(key)), 'conflict')
  assert.equal(await store.put(key), 'done')
  assert.equal(await store.put(key), 'conflict')
  const next = { ...key, name: 'next', version: 2 }
  assert.equal(await store.put(next), 'done')
  assert.equal(await store.remove(key), 'conflict')
  assert.deepEqual(await store.list(), [next])
  assert.equal(await store.remove(next), 'done')
  assert.deepEqual(await store.list(), [])
})

for (const [what, damage] of [
  ['torn', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20))],
  ['gone', (path: string) => rmSync(path)],
  ['no JSON', (path: string) => writeFileSync(path, 'nonsense')],
  ['of another format', (path: string) => writeFileSync(path, '{"format":2,"keys":[]}')],
] as const) {
  test(`a file that is ${what} leaves what is known until that is too old, and is not written over`, async () => {
    const path = freshPath()
    const { store, pass, told } = open(path)
    const { key, text } = issued()
    await store.put(key)
    damage(path)
    pass(300)
    assert.equal(store.book.freshness(), 'fresh')
    assert.ok(store.book.find(maker.hash(text)))
    pass(700)
    assert.equal(store.book.freshness(), 'stale')
    await assert.rejects(store.list(), KeysUnavailable)
    await assert.rejects(store.put(issued().key), KeysUnavailable)
    if (what !== 'gone') assert.throws(() => open(path), KeysUnavailable)
    writeFileSync(path, `{"format":1,"keys":[${JSON.stringify(revoked(key))}]}`)
    pass(200)
    assert.equal(store.book.freshness(), 'fresh')
    assert.equal(store.book.find(maker.hash(text))?.key.revokedAt, NOON)
    assert.deepEqual(told, ['fresh', 'stale', 'fresh'])
  })
}

test('a record that this version does not know is a key of nobody, and stays', async () => {
  const path = freshPath()
  const { store, told } = open(path)
  const [good, strange] = [issued(), issued()]
  await store.put(good.key)
  writeFileSync(path, `{"format":1,"keys":[${JSON.stringify({ ...strange.key, onlyOn: 'sundays' })}]}`)
  await store.list()
  assert.equal(store.book.find(maker.hash(strange.text)), undefined)
  assert.equal(await store.put(good.key), 'done')
  assert.equal(await store.put(revoked(strange.key)), 'conflict')
  assert.match(readFileSync(path, 'utf8'), /"onlyOn":"sundays"/)
  assert.deepEqual(told, ['fresh', `unreadable: ${strange.key.id}`])
})

test('a lock that somebody holds is waited for, and not for ever', async () => {
  const path = freshPath()
  const first = open(path)
  await first.store.put(issued().key)
  // Process 1 is not this one, and lives.
  writeFileSync(`${path}.lock`, `1 ${startOf(1)}`)
  const world = storeWorld()
  let waits = 0
  const wait = async (ms: number) => {
    waits++
    world.pass(ms)
    if (waits === 20) rmSync(`${path}.lock`)
  }
  const store = createFileKeyStore({ path, clock: world.clock, wait, ...world.hooks })
  assert.equal(await store.put(issued().key), 'done')
  assert.equal(waits, 20)
  writeFileSync(`${path}.lock`, `1 ${startOf(1)}`)
  await assert.rejects(store.put(issued().key), KeysUnavailable)
  assert.ok(waits <= 20 + 501)
})

/** When a process was started, as a lock tells it. */
function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-'
}

test('processes that change one file at the same time lose no change', { timeout: 60_000 }, async () => {
  const path = freshPath()
  const shared = issued().key
  const { store } = open(path)
  await store.put(shared)
  const entry = fileURLToPath(new URL('../../support/key-writer.js', import.meta.url))
  const writers = ['a', 'b', 'c'].map((name) => fork(entry, [path, name, shared.id, '25']))
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]))
  assert.deepEqual(codes, [0, 0, 0])
  const keys = await store.list()
  assert.equal(keys.length, 1 + 3 * 25)
  // Each writer has counted it up as often as it has made a key.
  assert.equal(keys.find(({ id }) => id === shared.id)?.version, 1 + 3 * 25)
})

test('a real clock finds the file fresh', async () => {
  const { hooks } = storeWorld()
  const store = createFileKeyStore({ path: freshPath(), clock: systemClock, wait: delay, ...hooks })
  assert.equal(store.book.freshness(), 'fresh')
  await store.close()
})
