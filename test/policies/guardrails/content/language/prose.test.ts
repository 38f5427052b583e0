import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proseIn } from '../../../../../policies/guardrails/content/language/prose.js'

const prose = (text: string, least = 1) => [...proseIn(text, least)].flatMap((part) => part?.words ?? [])

test('words are taken as they are written, in small letters', () => {
  assert.deepEqual(prose('The cat (which is old) sat; it slept.'), ['the cat which is old sat it slept'])
  assert.deepEqual(prose('One day in Paris we met Jane. She left.'), ['one day in we met she left'])
  assert.deepEqual(prose('PLEASE READ THE MANUAL of the API now'), ['read the manual of the now'])
})

test('what belongs to no language is left out', () => {
  assert.deepEqual(prose('see https://a.test/the/path or me@the.test, v2.0 of camelCase and snake_case'), [
    'see or of and',
  ])
  assert.deepEqual(prose('before\n```ts\nthe code here\n```\nafter `the name` it'), ['before after it'])
  assert.deepEqual(prose('~~~\nthe code\n```\nstill code\n~~~\ntext'), ['text'])
  assert.deepEqual(prose('if (the) { return of; }\n| a | b | c |'), [])
  assert.deepEqual(prose('```\nnever closed'), [])
})

test('long texts come in parts, with their places', () => {
  const text = `${'word after word '.repeat(60)}end`
  const parts = [...proseIn(text, 20)].filter((part) => part !== undefined)
  assert.ok(parts.length >= 3)
  for (const { words, start, end } of parts) {
    assert.equal(text.slice(start, end), words)
    assert.ok(words.length <= 345)
  }
  assert.equal(parts.at(-1)?.end, text.length, 'the end is judged with what stands before it')
})

test('scripts without spaces are cut into parts, too', () => {
  const parts = prose('这是一个很长的句子'.repeat(60))
  assert.ok(parts.length > 3)
  assert.equal(parts.join('').replaceAll(' ', '').slice(0, 9), '这是一个很长的句子')
})

test('work may be interrupted in what has no words', () => {
  assert.ok([...proseIn('12 34 '.repeat(5000), 1)].length > 5)
  assert.ok([...proseIn('{ "a": 1 }\n'.repeat(5000), 1)].length > 5)
})
