import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRAME } from '../../../extproc/http2/frames.js'
import { headerBlock } from '../../../extproc/http2/hpack.js'
import { type React, rawClient, type Told } from './raw-client.js'
import type { Frame } from './raw-frames.js'

const HEADERS = headerBlock({ ':status': '200' })
const TRAILERS = headerBlock({ 'grpc-status': '0' })
/** More than any of these tests sends. */
const ENDLESS = 100_000_000

/** Answers each request with `size` bytes that count up. */
const answering =
  (size: number): React =>
  (event, { stream, responses }) => {
    if (event !== 'headers') return
    responses.begin(stream, HEADERS)
    responses.data(stream, [counting(size)])
    responses.end(stream, TRAILERS)
  }

function counting(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at++) bytes[at] = at % 251
  return bytes
}

const sizes = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type === FRAME.data).map(({ stream, payload }) => [stream, payload.length])

/** A client that has said how large a stream's window is. */
function withWindow(firstWindow: number, react: React) {
  const client = rawClient(react)
  client.greet()
  client.send(client.settings({ firstWindow }))
  client.take()
  return client
}

test('a window of 10 bytes lets 10 bytes pass, and each widening as many as it says', () => {
  const client = withWindow(10, answering(25))
  client.send(client.request(1, 'ends'))
  assert.deepEqual(sizes(client.take()), [[1, 10]])
  client.send(client.widen(1, 1))
  assert.deepEqual(sizes(client.take()), [[1, 1]])
  client.send(client.widen(1, 13))
  assert.deepEqual(sizes(client.take()), [[1, 13]])
  assert.equal(client.state(1), 'headers')
  client.send(client.widen(1, 1))
  assert.deepEqual(client.data(1), counting(25))
  assert.equal(client.state(1), 'over')
  assert.deepEqual(client.fields(1).at(-1), [{ name: 'grpc-status', value: '0' }])
})

test('a response that fits its window exactly ends at once', () => {
  const client = withWindow(25, answering(25))
  client.send(client.request(1, 'ends'))
  assert.equal(client.state(1), 'over')
})

test('a response without data ends although its window is closed', () => {
  const client = withWindow(0, answering(0))
  client.send(client.request(1, 'ends'))
  assert.equal(client.state(1), 'over')
  client.take()
})

test("the connection's window holds for all streams together", () => {
  const client = withWindow(ENDLESS, answering(40_000))
  client.send(client.request(1, 'ends'), client.request(3, 'ends'))
  assert.deepEqual([client.data(1).length, client.data(3).length], [40_000, 65_535 - 40_000])
  client.send(client.widen(3, 5))
  assert.equal(client.data(3).length, 65_535 - 40_000)
  client.send(client.widen(0, 1000))
  assert.equal(client.data(3).length, 66_535 - 40_000)
  client.send(client.widen(0, ENDLESS))
  assert.deepEqual(client.data(3), counting(40_000))
  assert.equal(client.state(3), 'over')
  client.take()
})

test('both windows hold', () => {
  const client = withWindow(50_000, answering(100_000))
  client.send(client.request(1, 'ends'), client.request(3, 'ends'))
  assert.deepEqual([client.data(1).length, client.data(3).length], [50_000, 15_535])
  client.send(client.widen(0, 40_000))
  assert.deepEqual([client.data(1).length, client.data(3).length], [50_000, 50_000])
  client.send(client.widen(1, 50_000))
  assert.equal(client.data(1).length, 50_000 + 5535)
  client.send(client.widen(0, 50_000), client.widen(3, 50_000))
  for (let times = 0; times < 2; times++) client.send(client.widen(0, 50_000))
  for (const stream of [1, 3]) assert.deepEqual(client.data(stream), counting(100_000))
  client.take()
})

test('a window that settings make smaller than what was sent must be widened beyond that', () => {
  const client = withWindow(100, answering(300))
  client.send(client.request(1, 'ends'))
  assert.deepEqual(sizes(client.take()), [[1, 100]])
  client.send(client.settings({ firstWindow: 10 }))
  client.send(client.widen(1, 90))
  assert.deepEqual(sizes(client.take()), [])
  client.send(client.widen(1, 1))
  assert.deepEqual(sizes(client.take()), [[1, 1]])
  client.send(client.settings({ firstWindow: 50 }))
  assert.deepEqual(sizes(client.take()), [[1, 40]])
  client.send(client.request(3, 'ends'))
  assert.deepEqual(sizes(client.take()), [[3, 50]])
})

test('a stream whose window is below zero while it waits for the connection goes on in its turn', () => {
  const client = withWindow(ENDLESS, answering(80_000))
  client.send(client.request(1, 'ends'), client.settings({ firstWindow: 10 }), client.widen(0, 1000))
  assert.equal(client.data(1).length, 65_535)
  client.send(client.widen(0, ENDLESS))
  assert.equal(client.data(1).length, 65_535)
  client.send(client.settings({ firstWindow: 70_000 }))
  assert.equal(client.data(1).length, 70_000)
  client.send(client.widen(1, 10_000))
  assert.deepEqual(client.data(1), counting(80_000))
  client.take()
})

test('settings are acknowledged before what they leave room for is sent', () => {
  const client = withWindow(10, answering(60_000))
  client.send(client.request(1, 'ends'))
  client.take()
  client.send(client.settings({ firstWindow: 60_000, frameSize: 60_000 }))
  assert.deepEqual(
    client.take().map(({ type, payload }) => [type, payload.length]),
    [
      [FRAME.settings, 0],
      [FRAME.data, 59_990],
      [FRAME.headers, TRAILERS.length],
    ],
  )
})

test('no frame is larger than the client has it', () => {
  const client = withWindow(ENDLESS, answering(50_000))
  client.send(client.request(1, 'ends'))
  assert.deepEqual(
    sizes(client.take()).map(([, size]) => size),
    [16_384, 16_384, 16_384, 848],
  )
  client.send(client.widen(0, ENDLESS), client.settings({ frameSize: 20_000 }), client.request(3, 'ends'))
  assert.deepEqual(
    sizes(client.take()).map(([, size]) => size),
    [20_000, 20_000, 10_000],
  )
  client.send(client.settings({ frameSize: 2 ** 24 - 1 }), client.request(5, 'ends'))
  assert.deepEqual(
    sizes(client.take()).map(([, size]) => size),
    [50_000],
  )
})

test('many megabytes of one stream do not keep a few bytes of others waiting', () => {
  const client = withWindow(ENDLESS, (event, told) => answering(told.stream.id === 1 ? 10_000_000 : 100)(event, told))
  client.send(client.request(1, 'ends'), client.request(3, 'ends'), client.request(5, 'ends'))
  assert.deepEqual([client.data(3).length, client.data(5).length], [0, 0])
  for (let times = 0; times < 3; times++) client.send(client.widen(0, 1000))
  assert.deepEqual([client.state(3), client.state(5)], ['over', 'over'])
  client.send(client.widen(0, 200_000), client.request(7, 'ends'))
  client.send(client.widen(0, 80_000))
  assert.equal(client.state(7), 'over')
  client.take()
})

test('large responses share what the connection has room for', () => {
  const client = withWindow(ENDLESS, answering(5_000_000))
  client.send(client.request(1, 'ends'), client.request(3, 'ends'), client.request(5, 'ends'))
  const before = client.data(1).length
  client.send(client.widen(0, 6 * 65_536))
  assert.deepEqual(
    [client.data(1).length - before, client.data(3).length, client.data(5).length],
    [2 * 65_536, 2 * 65_536, 2 * 65_536],
  )
  client.take()
})

test('trailers come after the data that were queued, those that are sent later too', () => {
  let told: Told | undefined
  const client = withWindow(3, (event, its) => {
    told = its
    if (event === 'headers') its.responses.begin(its.stream, HEADERS)
    if (event === 'headers') its.responses.data(its.stream, [Buffer.from('abcde')])
    if (event !== 'ended') return
    its.responses.data(its.stream, [Buffer.from('f'), Buffer.from('gh')])
    its.responses.end(its.stream, TRAILERS)
    its.responses.data(its.stream, [Buffer.from('too late')])
    its.responses.end(its.stream, TRAILERS)
  })
  client.send(client.request(1, 'ends'))
  assert.equal(client.data(1).toString(), 'abc')
  client.send(client.widen(1, 4))
  assert.equal(client.data(1).toString(), 'abcdefg')
  assert.deepEqual(told?.events, ['ended'])
  client.send(client.widen(1, 100))
  assert.equal(client.data(1).toString(), 'abcdefgh')
  assert.deepEqual(told?.events, ['ended', 'closed'])
  client.take()
})

test('nothing is sent of a stream that the client resets, which is told once, and others go on', () => {
  const client = withWindow(ENDLESS, answering(100_000))
  client.send(client.request(1, 'ends'), client.request(3, 'ends'))
  client.take()
  client.send(client.reset(1), client.widen(1, 100))
  client.send(client.widen(0, 50_000), client.settings({ firstWindow: ENDLESS + 1 }))
  assert.ok(client.take().every(({ stream }) => stream !== 1))
  client.send(client.widen(0, ENDLESS), client.reset(1))
  assert.deepEqual(client.data(3), counting(100_000))
  assert.deepEqual(
    client.streams.map(({ events }) => events),
    [
      ['ended', 'closed'],
      ['ended', 'closed'],
    ],
  )
  client.take()
})

test('what a stream that is gone had queued is let go of', () => {
  const client = withWindow(10, answering(100_000))
  client.send(client.request(1, 'ends'), client.reset(1))
  const { queue, trailers } = (client.streams[0]?.stream ?? {}) as { queue?: unknown; trailers?: unknown }
  assert.deepEqual([queue, trailers], [undefined, undefined])
})

test('a stream may send more when another one ends in its turn', () => {
  let first: Told | undefined
  const client = withWindow(ENDLESS, (event, told) => {
    if (told.stream.id === 1) {
      first = told
      if (event === 'headers') told.responses.begin(told.stream, HEADERS)
      return
    }
    answering(70_000)(event, told)
    if (event !== 'closed' || first === undefined) return
    first.responses.data(first.stream, [counting(70_000)])
    first.responses.end(first.stream, TRAILERS)
  })
  client.send(client.request(1, 'ends'), client.request(3, 'ends'), client.request(5, 'ends'))
  for (let times = 0; times < 200; times++) client.send(client.widen(0, 1000))
  for (const stream of [1, 3, 5]) assert.deepEqual(client.data(stream), counting(70_000))
  client.take()
})
