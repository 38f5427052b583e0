import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table, text, texts } from '../../plugins/lua-values.js'

test('nil is no table, an empty table has no members, and anything else is not taken for nil', () => {
  assert.equal(table(null), undefined)
  assert.equal(table(undefined), undefined)
  assert.deepEqual(table([]), {})
  assert.deepEqual(table({ id: 1 }), { id: 1 })
  for (const other of ['', 'text', 0, false]) assert.throws(() => table(other), /a table was expected/)
})

test('text is text, and a number its digits', () => {
  assert.deepEqual(['a', 7, '', null, undefined, true, {}].map(text), ['a', '7', ...new Array(5).fill(undefined)])
})

test('a list is read from an array and from the numbered members of a map', () => {
  assert.deepEqual(texts(['a', 'b']), ['a', 'b'])
  assert.deepEqual(texts({ 1: 'a', 2: 'b', a: 'a', b: 'b' }), ['a', 'b'])
  assert.deepEqual(texts([]), [])
  assert.deepEqual(texts(['a', 1, null]), ['a'])
  assert.equal(texts(null), undefined)
  assert.throws(() => texts('a'), /a list was expected/)
})
