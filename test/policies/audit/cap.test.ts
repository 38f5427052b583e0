import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../core/turns.js'
import { keptOf, readingOf, shares } from '../../../policies/audit/cap.js'
import type { Said } from '../../../policies/audit/said.js'

const kept = (texts: readonly string[], most: number, margin = 0) => {
  const said = texts.map((text): Said => ({ role: 'user', kind: 'text', text }))
  return atOnce(shares(said, most)).map((share) => keptOf(share, readingOf(share, margin), margin))
}

test('what fits is kept as it is', () => {
  assert.deepEqual(kept(['abc', 'def'], 6), [
    { role: 'user', kind: 'text', text: 'abc' },
    { role: 'user', kind: 'text', text: 'def' },
  ])
})

test('of what does not fit the beginning and the end are kept, and the length', () => {
  assert.deepEqual(kept(['0123456789'], 4), [{ role: 'user', kind: 'text', text: '01', tail: '89', length: 10 }])
  assert.deepEqual(kept(['abcd', 'efgh', 'ijkl'], 6), [
    { role: 'user', kind: 'text', text: 'abc', length: 4 },
    { role: 'user', kind: 'text', length: 4 },
    { role: 'user', kind: 'text', tail: 'jkl', length: 4 },
  ])
})

test('no more is kept than may be, each part is where it was, and nothing else is', () => {
  const run = fc.property(
    fc.array(fc.string({ maxLength: 60 }), { maxLength: 8 }),
    fc.integer({ min: 1, max: 120 }),
    fc.integer({ min: 0, max: 20 }),
    (texts, most, margin) => {
      const all = kept(texts, most, margin)
      const total = texts.reduce((sum, { length }) => sum + length, 0)
      const held = all.reduce((sum, { text = '', tail = '' }) => sum + text.length + tail.length, 0)
      assert.equal(held, Math.min(most, total))
      all.forEach(({ text = '', tail = '', length }, at) => {
        const whole = texts[at] ?? ''
        assert.ok(whole.startsWith(text) && whole.endsWith(tail))
        assert.equal(length, text.length + tail.length < whole.length ? whole.length : undefined)
      })
    },
  )
  fc.assert(run)
})
