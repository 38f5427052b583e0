import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../core/turns.js'
import type { Said } from '../../../policies/audit/said.js'
import { isProse, unescaped } from '../../../policies/audit/text-of-part.js'

const prose = (text: string, kind: Said['kind'] = 'text') => atOnce(isProse({ role: 'user', kind, text }))

test('what people write is prose unless it begins like JSON, after any number of spaces', () => {
  for (const text of ['', '  ', 'a', 'a {', ' '.repeat(40_000), `${' \n'.repeat(40_000)}a`])
    assert.equal(prose(text), true)
  for (const text of ['{', '\n[', ' "a', `${' \n'.repeat(40_000)}{`]) assert.equal(prose(text), false)
  assert.deepEqual([prose('a', 'tool-call'), prose('a', 'reasoning'), prose('a', 'refusal')], [false, true, true])
})

test('a part of JSON is read without its escapes, however many there are', () => {
  const plain = fc.string({
    unit: fc.constantFrom('a', '"', '\\', '/', '\n', '\t', 'é', '\u0001', '\u{1f600}'),
    maxLength: 400,
  })
  const run = fc.property(plain, fc.constantFrom(1, 50), (text, times) => {
    const all = text.repeat(times)
    assert.equal(atOnce(unescaped(JSON.stringify(all).slice(1, -1))), all)
  })
  fc.assert(run)
  assert.equal(atOnce(unescaped('cut \\u00')), 'cut u00')
  assert.equal(atOnce(unescaped('cut \\')), 'cut \\')
})
