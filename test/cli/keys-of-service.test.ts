import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Failure } from '../../cli/failure.js'
import { createKeys, type KeysHooks, keyCounts, keysCheck, noKeys } from '../../cli/keys-of-service.js'
import { issued } from '../policies/keys/keys.js'

const folder = mkdtempSync(join(tmpdir(), 'tollgate-keys-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const SETTINGS = { store: { kind: 'file' }, required: true, onStoreDown: 'refuse', overlap: 0 } as const
const HOOKS: KeysHooks = { refused() {}, onState() {}, onUnreadable() {} }

function world(name: string) {
  let now = Date.parse('2024-05-15T12:00Z')
  const file = join(folder, name)
  return {
    file,
    keys: createKeys({ now: () => now, monotonic: () => now }, file, HOOKS),
    clock: { now: () => now, monotonic: () => now },
    pass(ms: number) {
      now += ms
    },
  }
}

test('the store is opened when it is first asked for, and stays the same', async () => {
  const { keys, clock } = world('first.json')
  assert.equal(keys.opened(), undefined)
  assert.equal(keyCounts(keys, clock), undefined)
  assert.deepEqual(keysCheck(keys, SETTINGS), [])
  const { book, required } = keys.admission(SETTINGS)
  const other = keys.admission({ ...SETTINGS, required: false, store: { kind: 'file', path: '/elsewhere' } })
  assert.equal(other.book, book)
  assert.deepEqual([required, other.required], [true, false])
  assert.deepEqual(keys.opened()?.settings, SETTINGS.store)
  await keys.opened()?.store.put(issued().key)
  assert.deepEqual(keyCounts(keys, clock), { active: 1, expired: 0, revoked: 0 })
})

test('what would refuse every key is unready, and says why', async () => {
  const { keys, file, pass } = world('second.json')
  keys.admission(SETTINGS)
  assert.deepEqual(keysCheck(keys, SETTINGS), [{ name: 'keys', ok: true }])
  writeFileSync(file, 'nonsense')
  pass(1000)
  const [refusing] = keysCheck(keys, SETTINGS)
  assert.deepEqual([refusing?.ok, refusing?.detail], [false, 'the store of virtual keys does not answer'])
  assert.equal(keysCheck(keys, { ...SETTINGS, onStoreDown: 'admit' })[0]?.ok, true)
  assert.deepEqual(keysCheck(keys, undefined), [])
})

test('a file that cannot be read is a failure that says what to do', () => {
  const { keys, file } = world('third.json')
  writeFileSync(file, '{')
  assert.throws(
    () => keys.admission(SETTINGS),
    (error) =>
      error instanceof Failure &&
      /third\.json cannot be read: mend the file, or set keys\.store\.path/.test(error.message),
  )
})

test('whoever only looks at a configuration touches no store, and lets nobody in', () => {
  const { clock } = world('fourth.json')
  const keys = noKeys(clock)
  const { book, hash } = keys.admission({ ...SETTINGS, store: { kind: 'redis', url: 'redis://nowhere', prefix: 'x' } })
  assert.equal(book.freshness(), 'fresh')
  assert.equal(book.find(hash(issued().text)), undefined)
  assert.equal(keys.opened(), undefined)
})
