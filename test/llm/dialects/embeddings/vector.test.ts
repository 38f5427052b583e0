import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readVector, writeVector } from '../../../../llm/dialects/embeddings/vector.js'

const floats32 = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 64 })

/** As OpenAI's clients read it. */
function clientReads(base64: unknown): readonly number[] {
  const bytes = Uint8Array.from(Buffer.from(String(base64), 'base64'))
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

test('floats become base64 that clients read as the same 32-bit floats', () => {
  fc.assert(
    fc.property(floats32, (values) => {
      assert.deepEqual(clientReads(writeVector({ kind: 'floats', values }, 'base64')), values)
    }),
  )
})

test('decimals are rounded to the nearest 32-bit float', () => {
  fc.assert(
    fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (value) => {
      assert.deepEqual(clientReads(writeVector({ kind: 'floats', values: [value] }, 'base64')), [Math.fround(value)])
    }),
  )
})

test('base64 becomes exactly the floats that it holds, and base64 again', () => {
  fc.assert(
    fc.property(floats32, (values) => {
      const bytes = Buffer.alloc(values.length * 4)
      for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4)
      const data = bytes.toString('base64')
      const numbers = writeVector({ kind: 'base64', data }, 'float')
      assert.deepEqual(numbers, values)
      assert.equal(writeVector({ kind: 'floats', values: numbers as number[] }, 'base64'), data)
    }),
  )
})

test('what has the right form already stays as it is', () => {
  const values = [0.1, 1e-45, 123456789.123]
  assert.equal(writeVector({ kind: 'floats', values }, 'float'), values)
  assert.equal(writeVector({ kind: 'base64', data: 'not/floats' }, 'base64'), 'not/floats')
})

test('base64 of anything but finite 32-bit floats is no vector', () => {
  const infinity = Buffer.alloc(4)
  infinity.writeFloatLE(Number.POSITIVE_INFINITY)
  for (const data of ['AAAA', '!', infinity.toString('base64')]) {
    assert.throws(() => writeVector({ kind: 'base64', data }, 'float'), { code: 'upstream_error' })
  }
})

test('only numbers and base64 are read as vectors', () => {
  assert.deepEqual(readVector([1, -2.5]), { kind: 'floats', values: [1, -2.5] })
  assert.deepEqual(readVector('AACAPw=='), { kind: 'base64', data: 'AACAPw==' })
  for (const value of [undefined, null, '', [], [[1, 2]], [1, '2'], [null], {}, 3]) {
    assert.equal(readVector(value), undefined, JSON.stringify(value))
  }
})
