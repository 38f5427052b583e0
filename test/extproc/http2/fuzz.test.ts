import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLAG, FRAME } from '../../../extproc/http2/frames.js'
import { headerBlock } from '../../../extproc/http2/hpack.js'
import { generator } from '../../support/random.js'
import { type React, rawClient } from './raw-client.js'
import { frame, framesOf, number } from './raw-frames.js'
import { PREFACE } from './strict-client.js'

type Below = (limit: number) => number

const REQUEST = headerBlock({ ':method': 'POST', ':path': '/', 'x-a': 'b' })
const HEADERS = headerBlock({ ':status': '200' })

/** A server that does something of everything. */
const busy =
  (below: Below): React =>
  (event, { stream, responses }) => {
    if (event === 'closed') return
    const what = below(6)
    if (what === 0) responses.begin(stream, HEADERS)
    else if (what < 3) responses.data(stream, [Buffer.alloc(below(3) === 0 ? below(200_000) : below(50))])
    else if (what === 3 && event === 'ended') responses.end(stream, HEADERS)
    else if (event !== 'flush') responses.wantsFlush(stream)
  }

/** A frame as a client might send it, of one of a few streams. */
function likely(below: Below, opened: (id: number) => void): Buffer {
  const stream = 1 + 2 * below(12)
  const end = below(2)
  switch (below(10)) {
    case 0:
    case 1:
      opened(stream)
      return frame(FRAME.headers, FLAG.endHeaders | end, stream, REQUEST)
    case 2:
      opened(stream)
      return Buffer.concat([
        frame(FRAME.headers, end, stream, REQUEST.subarray(0, 3)),
        frame(FRAME.continuation, FLAG.endHeaders, stream, REQUEST.subarray(3)),
      ])
    case 3:
    case 4:
      return frame(FRAME.data, end, stream, Buffer.alloc(below(300)))
    case 5:
      return frame(FRAME.reset, 0, stream, number(8))
    case 6:
      return frame(FRAME.settings, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(below(100_000))]))
    case 7:
      return frame(FRAME.ping, 0, 0, Buffer.alloc(8))
    case 8:
      return frame(FRAME.window, 0, below(2) * stream, number(1 + below(200_000)))
    default:
      return frame(below(12), below(256), below(30), Buffer.alloc(below(20), below(256)))
  }
}

/** Sends `bytes` in pieces and holds what comes of it against the protocol. */
function converse(below: Below, bytes: Buffer): 'goes on' | 'ended' {
  const client = rawClient(busy(below))
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = 1 + below(below(2) === 0 ? 20 : 2000)
    client.send(bytes.subarray(at, at + size))
  }
  const { frames, rest } = framesOf(client.heard())
  assert.equal(rest.length, 0)
  const last = frames.findIndex(({ type }) => type === FRAME.goaway)
  const over = client.errors.length > 0
  assert.equal(client.errors.length, over ? 1 : 0)
  assert.equal(client.ended(), over ? 1 : 0)
  assert.equal(last, over ? frames.length - 1 : -1)
  for (const { events } of client.streams) {
    const closed = events.filter((event) => event === 'closed').length
    assert.ok(closed <= 1 && (closed === 1 ? events.at(-1) === 'closed' : !over))
    assert.ok(events.filter((event) => event === 'ended').length <= 1)
  }
  return over ? 'ended' : 'goes on'
}

test('any frames of a client are served, or end the connection in order', () => {
  const outcomes = { 'goes on': 0, ended: 0 }
  for (let seed = 0; seed < 1500; seed++) {
    const below = generator(seed)
    const frames = Array.from({ length: below(40) }, () => likely(below, () => {}))
    outcomes[converse(below, Buffer.concat([PREFACE, frame(FRAME.settings), ...frames]))]++
  }
  assert.ok(outcomes['goes on'] > 50 && outcomes.ended > 50, JSON.stringify(outcomes))
})

test('a conversation of which bytes were changed, left out or put in is served, or ends the connection in order', () => {
  const outcomes = { 'goes on': 0, ended: 0 }
  for (let seed = 0; seed < 1500; seed++) {
    const below = generator(seed)
    const parts = [PREFACE, frame(FRAME.settings)]
    for (let stream = 1; stream < 30; stream += 2) {
      parts.push(frame(FRAME.headers, FLAG.endHeaders, stream, REQUEST))
      parts.push(frame(FRAME.data, FLAG.end, stream, Buffer.alloc(below(200))), frame(FRAME.window, 0, 0, number(500)))
    }
    let bytes = Buffer.concat(parts)
    for (let times = 1 + below(3); times > 0; times--) {
      const at = below(bytes.length)
      const put = Buffer.alloc(below(3), below(256))
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + below(3))])
    }
    outcomes[converse(below, bytes)]++
  }
  assert.ok(outcomes['goes on'] > 50 && outcomes.ended > 50, JSON.stringify(outcomes))
})
