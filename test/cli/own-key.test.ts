import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownKey, passingKey } from '../../cli/own-key.js'

function folder(t: { after(done: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-key-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('a key is made once, kept, and readable by its user only', (t) => {
  const file = join(folder(t), 'state', 'own.key')
  const key = ownKey(file)()
  assert.equal(key.length, 32)
  assert.deepEqual(ownKey(file)(), key)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(join(file, '..')), ['own.key'])
})

test('two processes that make it at the same time get the same', (t) => {
  const file = join(folder(t), 'own.key')
  const [first, second] = [ownKey(file), ownKey(file)]
  assert.deepEqual(first(), second())
})

test('a file that holds no key is not taken for one, nor replaced', (t) => {
  const file = join(folder(t), 'own.key')
  writeFileSync(file, 'short')
  assert.throws(() => ownKey(file)(), /does not hold a key/)
})

test('without a place each process has its own', () => {
  const key = passingKey()
  assert.deepEqual(key(), key())
  assert.notDeepEqual(passingKey()(), key())
})
