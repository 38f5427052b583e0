import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { outbox } from '../../../extproc/http2/outbox.js'
import { generator } from '../../support/random.js'
import { frame } from './raw-frames.js'

/** Something to write to that counts how often it is; it takes what is written when it is told to, and looks at it only then. */
function slowSocket(takes: 'at once' | 'when told') {
  const taken: Buffer[] = []
  let writes = 0
  let take: (() => void) | undefined
  const accept = (chunks: readonly Buffer[], done: () => void) => {
    writes++
    take = () => {
      take = undefined
      for (const chunk of chunks) taken.push(Buffer.from(chunk))
      done()
    }
    if (takes === 'at once') take()
  }
  const socket = new Writable({
    write: (chunk: Buffer, _, done) => accept([chunk], done),
    writev: (chunks, done) =>
      accept(
        chunks.map(({ chunk }) => chunk),
        done,
      ),
  })
  return {
    socket,
    taken: () => Buffer.concat(taken),
    writes: () => writes,
    /** Takes what is being written; says whether anything was. */
    take: () => {
      take?.()
      return take !== undefined
    },
  }
}

test('frames wait for a flush, which writes them at once and in order, long payloads where they are', () => {
  const slow = slowSocket('at once')
  const out = outbox(slow.socket)
  const long = Buffer.alloc(8 * 1024, 'l')
  out.frame(0, 0, 1, [Buffer.from('ab'), Buffer.from('c')])
  out.frame(0, 0, 3, [Buffer.from('x'), long, Buffer.from('y')])
  out.frame(6, 1, 0, [])
  assert.equal(slow.taken().length, 0)
  out.flush()
  const expected = [frame(0, 0, 1, Buffer.from('abc')), frame(0, 0, 3, Buffer.from(`x${long}y`)), frame(6, 1, 0)]
  assert.deepEqual(slow.taken(), Buffer.concat(expected))
  assert.equal(slow.writes(), 1)
})

test('nothing is written where there is nothing', () => {
  const slow = slowSocket('at once')
  const out = outbox(slow.socket)
  out.flush()
  out.frame(4, 0, 0, [])
  out.flush()
  out.flush()
  assert.equal(slow.writes(), 1)
})

test('what was given may be written into again, if it is short', () => {
  const slow = slowSocket('at once')
  const out = outbox(slow.socket)
  const payload = Buffer.from('before')
  out.frame(0, 0, 1, [payload])
  payload.fill('x')
  out.flush()
  assert.deepEqual(slow.taken(), frame(0, 0, 1, Buffer.from('before')))
})

for (const takes of ['at once', 'when told'] as const) {
  test(`frames of all sizes are what they were, written to a socket that takes them ${takes}`, () => {
    const below = generator(11)
    const slow = slowSocket(takes)
    const out = outbox(slow.socket)
    const expected: Buffer[] = []
    for (let times = 0; times < 3000; times++) {
      const pieces = Array.from({ length: below(4) }, () =>
        Buffer.alloc(below(20) === 0 ? below(40_000) : below(300), 1 + below(255)),
      )
      out.frame(times % 10, 0, times, pieces)
      expected.push(frame(times % 10, 0, times, Buffer.concat(pieces)))
      if (below(3) === 0) out.flush()
      if (below(5) === 0) slow.take()
    }
    out.flush()
    while (slow.socket.writableLength > 0) slow.take()
    assert.ok(slow.taken().equals(Buffer.concat(expected)))
  })
}
