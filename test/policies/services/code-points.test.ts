import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePointOffsets } from '../../../policies/services/code-points.js'

test('code points are turned into UTF-16 units, for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const points = [...text]
      const offsets = codePointOffsets(text)
      for (let point = 0; point <= points.length; point++) {
        assert.equal(offsets(point), points.slice(0, point).join('').length)
      }
      for (const wrong of [-1, points.length + 1, 0.5, Number.NaN]) assert.equal(offsets(wrong), undefined)
    }),
  )
})
