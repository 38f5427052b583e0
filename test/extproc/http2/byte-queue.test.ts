import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { byteQueue } from '../../../extproc/http2/byte-queue.js'
import { collector } from '../../support/collector.js'

test('what is put in comes out in order, in whatever sizes', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 })
  fc.assert(
    fc.property(fc.array(fc.tuple(pieces, fc.nat(30))), (steps) => {
      const queue = byteQueue()
      let expected = Buffer.alloc(0)
      for (const [put, wanted] of steps) {
        queue.put(put.map((piece) => Buffer.from(piece)))
        expected = Buffer.concat([expected, ...put])
        assert.equal(queue.size(), expected.length)
        const size = Math.min(wanted, expected.length)
        assert.deepEqual(Buffer.concat(queue.take(size)), expected.subarray(0, size))
        expected = expected.subarray(size)
      }
      assert.equal(queue.size(), expected.length)
    }),
  )
})

test('nothing is copied', () => {
  const queue = byteQueue()
  const piece = Buffer.from('abcdef')
  queue.put([piece])
  const [first] = queue.take(2)
  const [second] = queue.take(4)
  assert.deepEqual([first?.buffer, second?.buffer], [piece.buffer, piece.buffer])
})

test('what was taken is let go of, although the queue is never empty', async () => {
  const collect = collector()
  const queue = byteQueue()
  const seen: WeakRef<Buffer>[] = []
  for (let at = 0; at < 1000; at++) {
    const piece = Buffer.alloc(1000)
    seen.push(new WeakRef(piece))
    queue.put([piece])
    if (at > 0) queue.take(1000)
  }
  await setImmediate()
  collect()
  const held = seen.filter((piece) => piece.deref() !== undefined).length
  assert.ok(held < 100, `${held} of 1000 are held`)
  assert.equal(queue.size(), 1000)
})

test('a million pieces are taken one by one, while others wait, in no more than moments', () => {
  const queue = byteQueue()
  const piece = Buffer.alloc(1)
  queue.put(Array.from({ length: 1_000_000 }, () => piece))
  const start = process.cpuUsage()
  while (queue.size() > 0) queue.take(1)
  const { user, system } = process.cpuUsage(start)
  assert.ok(user + system < 5_000_000)
})
