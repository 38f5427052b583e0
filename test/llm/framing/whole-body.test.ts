import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wholeBody } from '../../../llm/framing/whole-body.js'

const LONG = Buffer.from('{"text":"é 😀 and more"}'.repeat(200_000))

function read(bytes: Uint8Array, cuts: readonly number[]) {
  const decoder = wholeBody.decode()
  let at = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    assert.deepEqual(decoder.push(Buffer.from(bytes.subarray(at, cut))), [])
    at = cut
  }
  assert.deepEqual(decoder.push(Buffer.from(bytes.subarray(at))), [])
  return decoder.end('complete')
}

test('a long body is the same wherever it is cut', () => {
  const expected = [{ type: 'body', data: LONG.toString('utf8'), raw: LONG }]
  const cuts = fc.array(fc.nat(LONG.length), { maxLength: 6 })
  fc.assert(
    fc.property(cuts, (at) => {
      const [frame] = read(LONG, at)
      assert.ok(frame?.type === 'body' && frame.raw)
      assert.equal(Buffer.compare(frame.raw, LONG), 0)
      assert.equal(frame.data, expected[0]?.data)
    }),
    { numRuns: 20 },
  )
})

test('a long body in many pieces is put together as they come', () => {
  const cuts = Array.from({ length: Math.floor(LONG.length / 65_536) }, (_, index) => (index + 1) * 65_536)
  const decoder = wholeBody.decode()
  let at = 0
  for (const cut of cuts) {
    const piece = Buffer.from(LONG.subarray(at, cut))
    decoder.push(piece)
    // What has been put together may be written over by whoever sent it.
    if (cut > 2 * 1024 * 1024) piece.fill(0)
    at = cut
  }
  decoder.push(LONG.subarray(at))
  const [frame] = decoder.end('complete')
  assert.equal(frame?.data, LONG.toString('utf8'))
})

test('a body that was cut is none', () => {
  const decoder = wholeBody.decode()
  decoder.push(LONG)
  decoder.push(LONG)
  assert.deepEqual(decoder.end('cut'), [])
})
