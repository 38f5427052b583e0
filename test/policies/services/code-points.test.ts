import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { atOnce } from '../../../core/turns.js'
import { codePointOffsets, codePointsBefore } from '../../../policies/services/code-points.js'

test('code points are turned into UTF-16 units, for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const points = [...text]
      const offsets = atOnce(codePointOffsets(text))
      for (let point = 0; point <= points.length; point++) {
        const unit = points.slice(0, point).join('').length
        assert.equal(offsets(point), unit)
        assert.equal(atOnce(codePointsBefore(text, unit)), point)
      }
      for (const wrong of [-1, points.length + 1, 0.5, Number.NaN]) assert.equal(offsets(wrong), undefined)
    }),
  )
})

test('the same in a long text', () => {
  const text = 'ab\u{1f600}c'.repeat(20_000)
  const offsets = atOnce(codePointOffsets(text))
  for (const point of [0, 1, 3, 255, 256, 257, 16_384, 65_535, 80_000]) {
    const unit = Math.floor(point / 4) * 5 + ([0, 1, 2, 4][point % 4] ?? 0)
    assert.equal(offsets(point), unit)
    assert.equal(atOnce(codePointsBefore(text, unit)), point)
  }
  assert.equal(offsets(80_001), undefined)
})
