import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { CODES } from '../../../extproc/http2/errors.js'
import { FLAG, FRAME } from '../../../extproc/http2/frames.js'
import { headerBlock } from '../../../extproc/http2/hpack.js'
import { type React, rawClient } from './raw-client.js'
import { type Frame, frame, number } from './raw-frames.js'
import { PREFACE } from './strict-client.js'

const HEADERS = headerBlock({ ':status': '200' })
const TRAILERS = headerBlock({ 'grpc-status': '0' })

/** Answers a request that has ended with what came of it. */
const echo: React = (event, { stream, responses, data }) => {
  if (event !== 'ended') return
  responses.begin(stream, HEADERS)
  responses.data(stream, data)
  responses.end(stream, TRAILERS)
}

/** A client that has been greeted. */
function greeted(react: React = () => {}) {
  const client = rawClient(react)
  client.greet()
  client.take()
  return client
}

const data = (stream: number, text: string, flags = 0) => frame(FRAME.data, flags, stream, Buffer.from(text))
const kinds = (frames: readonly Frame[]) => frames.map(({ type, flags, stream }) => [type, flags, stream])
const resets = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type === FRAME.reset).map(({ stream, payload }) => [stream, payload.readUInt32BE()])

test('a server begins with its settings and a window for the connection, at once and in one write', () => {
  const client = rawClient()
  const [settings, window, ...more] = client.take()
  assert.equal(settings?.type, FRAME.settings)
  assert.equal(settings?.payload.toString('hex'), '000400400000000600010000')
  assert.deepEqual([window?.type, window?.stream, window?.payload.readUInt32BE()], [8, 0, 64 * 1024 * 1024 - 65_535])
  assert.deepEqual([more, client.writes()], [[], 1])
})

test('a conversation is the same wherever it is cut in two, and byte by byte', async () => {
  const run = async (cut: (bytes: Buffer) => readonly Buffer[]) => {
    const client = rawClient(echo)
    const bytes = Buffer.concat([
      ...[PREFACE, client.settings({ firstWindow: 3 }), client.request(1, 'goes on'), data(1, 'abc')],
      ...[client.request(3, 'ends'), frame(FRAME.ping, 0, 0, Buffer.alloc(8)), data(1, 'def', FLAG.end)],
      ...[client.widen(1, 2), client.widen(1, 100), frame(FRAME.reset, 0, 3, number(8))],
    ])
    for (const piece of cut(bytes)) client.send(piece)
    await setImmediate()
    client.take()
    assert.equal(client.data(1).toString(), 'abcdef')
    assert.deepEqual([client.state(1), client.state(3)], ['over', 'over'])
    return client.streams.map(({ events, fields }) => [events, fields])
  }
  const whole = await run((bytes) => [bytes])
  assert.equal(whole.length, 2)
  const { length } = PREFACE
  for (let at = 0; at <= length + 9 + 6 + 9 + 30 + 9 + 6; at++) {
    assert.deepEqual(await run((bytes) => [bytes.subarray(0, at), bytes.subarray(at)]), whole, String(at))
  }
  assert.deepEqual(await run((bytes) => Array.from(bytes, (byte) => Buffer.from([byte]))), whole)
})

test('what is not HTTP/2 is ended at its first wrong byte', () => {
  const wrong = Buffer.from(PREFACE)
  wrong[PREFACE.length - 1] = 0x0d
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
    wrong,
    Buffer.from('PRI * HTTP/2.0\r\n\r\nX'),
  ]) {
    const client = rawClient()
    client.send(bytes)
    assert.deepEqual([client.errors.map(({ code }) => code), client.ended()], [['protocol'], 1])
    assert.equal(client.take().at(-1)?.type, FRAME.goaway)
  }
  const slow = rawClient()
  slow.send(Buffer.from('P'))
  assert.deepEqual(slow.errors, [])
  slow.send(Buffer.from('O'))
  assert.equal(slow.errors.length, 1)
})

const block = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const setting = (identifier: number, value: number) =>
  frame(FRAME.settings, 0, 0, Buffer.concat([Buffer.from([0, identifier]), number(value)]))
const within = (next: Buffer) => Buffer.concat([frame(FRAME.headers, 0, 7, block('82')), next])

for (const [code, what, bytes] of [
  ['frame size', 'a frame of 16,385 bytes', frame(FRAME.data, 0, 1, Buffer.alloc(16_385))],
  ['frame size', 'settings of five bytes', frame(FRAME.settings, 0, 0, Buffer.alloc(5))],
  ['frame size', 'a ping of seven bytes', frame(FRAME.ping, 0, 0, Buffer.alloc(7))],
  ['frame size', 'a widening of three bytes', frame(FRAME.window, 0, 0, Buffer.alloc(3))],
  ['frame size', 'a reset of five bytes', frame(FRAME.reset, 0, 1, Buffer.alloc(5))],
  [
    'frame size',
    'headers too short for their priority',
    frame(FRAME.headers, FLAG.endHeaders | 0x20, 7, block('828482')),
  ],
  ['protocol', 'data of the connection', data(0, 'a')],
  ['protocol', 'data of a stream that a server opens', data(2, 'a')],
  ['protocol', 'data of a stream that is not open yet', data(5, 'a')],
  ['protocol', 'headers of the connection', frame(FRAME.headers, FLAG.endHeaders, 0, block('82'))],
  ['protocol', 'headers of a stream that a server opens', frame(FRAME.headers, FLAG.endHeaders, 6, block('82'))],
  ['protocol', 'headers that are padded with more than there is', frame(FRAME.headers, 0xc, 7, block('0382'))],
  ['protocol', 'headers that are padded and empty', frame(FRAME.headers, 0xc, 7)],
  ['protocol', 'more headers where none were begun', frame(FRAME.continuation, FLAG.endHeaders, 1, block('82'))],
  ['protocol', 'a ping within headers', within(frame(FRAME.ping, 0, 0, Buffer.alloc(8)))],
  ['protocol', 'data within headers', within(data(1, 'a'))],
  ['protocol', 'empty data within headers', within(data(1, ''))],
  ['protocol', 'headers within headers', within(frame(FRAME.headers, FLAG.endHeaders, 7, block('82')))],
  ['protocol', 'more headers of another stream', within(frame(FRAME.continuation, FLAG.endHeaders, 9, block('82')))],
  ['protocol', 'an unknown frame within headers', within(frame(0xee, 0, 7))],
  ['protocol', 'a reset of the connection', frame(FRAME.reset, 0, 0, number(8))],
  ['protocol', 'a reset of a stream that is not open yet', frame(FRAME.reset, 0, 5, number(8))],
  ['protocol', 'settings of a stream', frame(FRAME.settings, 0, 1)],
  ['protocol', 'a ping of a stream', frame(FRAME.ping, 0, 1, Buffer.alloc(8))],
  ['protocol', 'a widening of a stream that is not open yet', frame(FRAME.window, 0, 5, number(1))],
  ['protocol', 'a widening by nothing', frame(FRAME.window, 0, 0, number(0))],
  ['protocol', 'a widening of a stream by nothing', frame(FRAME.window, 0, 1, number(0x80_00_00_00))],
  ['protocol', 'a promise', frame(FRAME.push, FLAG.endHeaders, 1, Buffer.alloc(5))],
  ['protocol', 'frames of fewer than 16,384 bytes', setting(5, 16_383)],
  ['protocol', 'frames of 16 MiB', setting(5, 2 ** 24)],
  ['flow control', 'a window of 2 GiB for the connection', frame(FRAME.window, 0, 0, number(2 ** 31 - 65_535))],
  ['flow control', 'a window of 2 GiB for a stream', frame(FRAME.window, 0, 1, number(2 ** 31 - 65_535))],
  ['flow control', 'a window of 2 GiB for streams that are opened', setting(4, 2 ** 31)],
  [
    ...(['flow control', 'settings that make a window of 2 GiB'] as const),
    Buffer.concat([frame(FRAME.window, 0, 1, number(2 ** 31 - 65_536)), setting(4, 65_536)]),
  ],
  ['compression', 'headers of a field that is in no table', frame(FRAME.headers, FLAG.endHeaders, 7, block('be'))],
  [
    'compression',
    'headers of a closed stream that cannot be read',
    frame(FRAME.headers, FLAG.endHeaders, 1, block('80')),
  ],
  ['too much', 'headers of more than 64 KiB', frame(FRAME.headers, FLAG.endHeaders, 7, Buffer.alloc(2000, 0x82))],
  [
    ...(['too much', 'headers that never end'] as const),
    within(Buffer.concat(Array.from({ length: 8000 }, () => frame(FRAME.continuation, 0, 7)))),
  ],
] as const) {
  test(`${what}: the connection is ended with the code for '${code}'`, () => {
    const client = greeted()
    client.send(client.request(1, 'goes on'), client.request(3, 'ends'))
    client.take()
    client.send(bytes, frame(FRAME.ping, 0, 0, Buffer.alloc(8)))
    const last = client.take().at(-1)
    assert.equal(last?.type, FRAME.goaway)
    assert.deepEqual([last?.payload.readUInt32BE(0), last?.payload.readUInt32BE(4)], [3, CODES[code]])
    client.send(client.request(5, 'ends'), bytes)
    assert.deepEqual([client.errors.map((error) => error.code), client.ended()], [[code], 1])
    assert.deepEqual(
      client.streams.map(({ events }) => events),
      [['closed'], ['ended', 'closed']],
    )
    assert.deepEqual(client.take(), [])
  })
}

test('windows of one byte less than 2 GiB are what may be', () => {
  const client = greeted()
  client.send(client.request(1, 'goes on'))
  client.send(client.widen(0, 2 ** 31 - 65_536), client.widen(1, 2 ** 31 - 65_536))
  assert.deepEqual(client.errors, [])
})

test('streams are told closed once each when the connection is', async () => {
  const client = greeted(echo)
  client.send(client.request(1, 'goes on'), client.request(3, 'ends'), client.request(5, 'goes on'))
  client.socket.destroy()
  await once(client.socket, 'close')
  assert.deepEqual(
    client.streams.map(({ events }) => events),
    [['closed'], ['ended', 'closed'], ['closed']],
  )
  for (const { stream, responses } of client.streams) {
    responses.begin(stream, HEADERS)
    responses.data(stream, [HEADERS])
    responses.wantsFlush(stream)
    responses.end(stream, HEADERS)
  }
  await setImmediate()
  assert.deepEqual(client.streams[0]?.events, ['closed'])
})

test('a ping is answered with what it says, and an answer to one is not', () => {
  const client = greeted()
  client.send(frame(FRAME.ping, 0, 0, Buffer.from('12345678')), frame(FRAME.ping, FLAG.ack, 0, Buffer.alloc(8)))
  const frames = client.take()
  assert.deepEqual(kinds(frames), [[FRAME.ping, FLAG.ack, 0]])
  assert.equal(frames[0]?.payload.toString(), '12345678')
})

test('settings are acknowledged once each, and unknown ones are passed over', () => {
  const client = greeted()
  client.send(client.settings({}), client.settings({ firstWindow: 5 }), frame(FRAME.settings, FLAG.ack))
  const acknowledgement = [FRAME.settings, FLAG.ack, 0]
  assert.deepEqual(kinds(client.take()), [acknowledgement, acknowledgement])
  client.send(setting(0xbc, 77))
  assert.deepEqual(client.errors, [])
})

test('headers may come in three parts, padded and with a priority', () => {
  const client = greeted(echo)
  const [, ...parts] = [0, 9, 10, undefined].map((to, at, all) =>
    client.request(1, 'ends').subarray(9 + (all[at - 1] ?? 0), to === undefined ? undefined : 9 + to),
  )
  const [first = HEADERS, second = HEADERS, third = HEADERS] = parts
  const padded = Buffer.concat([Buffer.from([4]), Buffer.alloc(5), first, Buffer.alloc(4)])
  client.send(frame(FRAME.headers, FLAG.end | FLAG.padded | FLAG.priority, 1, padded))
  client.send(frame(FRAME.continuation, 0, 1, second))
  assert.equal(client.streams.length, 0)
  client.send(frame(FRAME.continuation, FLAG.endHeaders, 1, third))
  assert.deepEqual(client.streams[0]?.fields, [
    { name: ':method', value: 'POST' },
    { name: ':scheme', value: 'http' },
    { name: ':path', value: '/' },
  ])
  assert.equal(client.state(1), 'over')
  client.take()
})

test('priorities, unknown frames and that the client leaves are passed over', () => {
  const client = greeted(echo)
  client.send(
    ...[client.request(1, 'goes on'), frame(FRAME.priority, 0, 1, Buffer.alloc(5))],
    ...[frame(FRAME.priority, 0, 99, Buffer.alloc(5)), frame(0xee, 0xff, 1, Buffer.alloc(100))],
    ...[frame(FRAME.goaway, 0, 0, Buffer.alloc(8)), data(1, 'a', FLAG.end)],
  )
  assert.equal(client.data(1).toString(), 'a')
  assert.deepEqual([client.errors, client.take().length], [[], 3])
})

test('padding is no data, and empty data are not told', () => {
  const client = greeted(echo)
  client.send(client.request(1, 'goes on'), frame(FRAME.data, FLAG.padded, 1, block('02 61 0000')), data(1, ''))
  client.send(frame(FRAME.data, FLAG.padded, 1, block('02 0000')), data(1, '', FLAG.end))
  assert.deepEqual(client.streams[0]?.data, [Buffer.from('a')])
  assert.equal(client.data(1).toString(), 'a')
})

test('trailers of a client end its half', () => {
  const client = greeted(echo)
  client.send(client.request(1, 'goes on'), data(1, 'a'))
  client.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.end, 1, headerBlock({ a: 'b' })))
  assert.deepEqual(
    [client.streams.length, client.streams[0]?.events, client.state(1)],
    [1, ['ended', 'closed'], 'over'],
  )
})

test('headers in the middle of a stream, and anything after its end, reset it and nothing else', () => {
  const client = greeted()
  client.send(
    client.request(1, 'ends'),
    client.request(3, 'ends'),
    client.request(5, 'goes on'),
    client.request(7, 'ends'),
  )
  client.take()
  client.send(
    ...[data(1, 'late'), frame(FRAME.headers, FLAG.endHeaders | FLAG.end, 3, block('400161 0162'))],
    frame(FRAME.headers, FLAG.endHeaders, 5, block('be')),
  )
  assert.deepEqual(resets(client.take()), [
    [1, CODES['stream closed']],
    [3, CODES['stream closed']],
    [5, CODES.protocol],
  ])
  assert.deepEqual(
    client.streams.map(({ events }) => events),
    [['ended', 'closed'], ['ended', 'closed'], ['closed'], ['ended']],
  )
  // The table goes on, whatever became of the streams.
  client.send(client.request(9, 'ends', block('be')))
  assert.deepEqual(client.streams.at(-1)?.fields, [{ name: 'a', value: 'b' }])
})

test('what comes of a stream after it was closed is passed over', () => {
  const client = greeted(echo)
  client.send(client.request(1, 'ends'), client.request(3, 'goes on'), client.reset(3))
  client.take()
  client.send(data(1, 'a'), data(3, 'a', FLAG.end), client.reset(1), client.widen(1, 5))
  client.send(frame(FRAME.headers, FLAG.endHeaders | FLAG.end, 3, block('82')))
  assert.deepEqual([client.take(), client.streams.length, client.errors], [[], 2, []])
  assert.deepEqual(client.streams[1]?.data, [])
})

test('data of closed streams count: the connection is widened by what came once more than half has', () => {
  const client = greeted()
  client.send(client.request(1, 'goes on'), client.reset(1))
  client.take()
  const full = frame(FRAME.data, 0, 1, Buffer.alloc(16_384))
  for (let times = 0; times < 2048; times++) client.send(full)
  assert.deepEqual(client.take(), [])
  client.send(frame(FRAME.data, FLAG.padded, 1, block('00')))
  const [window, ...more] = client.take()
  assert.deepEqual([window?.type, window?.stream, more], [FRAME.window, 0, []])
  assert.equal(window?.payload.readUInt32BE(), 32 * 1024 * 1024 + 1)
})

test('a stream is given back what came of it, padding too, once more than half has come', () => {
  const client = greeted()
  client.send(client.request(1, 'goes on'), client.request(3, 'goes on'))
  client.take()
  const full = frame(FRAME.data, FLAG.padded, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(16_383)]))
  for (let times = 0; times < 128; times++) client.send(full)
  assert.deepEqual(client.take(), [])
  client.send(data(3, 'a'), data(1, 'a'))
  const [window, ...more] = client.take()
  assert.deepEqual([window?.type, window?.stream, more], [FRAME.window, 1, []])
  assert.equal(window?.payload.readUInt32BE(), 2 * 1024 * 1024 + 1)
})

test('answers to streams that were read together are written together', async () => {
  const client = greeted(echo)
  await setImmediate()
  const before = client.writes()
  client.send(...Array.from({ length: 50 }, (_, at) => client.request(2 * at + 1, 'ends')))
  assert.equal(client.writes(), before + 1)
  for (let at = 0; at < 50; at++) assert.equal(client.state(2 * at + 1), 'over')
})

test('a stream is told to flush when all that came together was read, once', () => {
  const order: string[] = []
  const client = greeted((event, { stream, responses }) => {
    order.push(`${event} ${stream.id}`)
    if (event !== 'data') return
    responses.wantsFlush(stream)
    responses.wantsFlush(stream)
  })
  client.send(client.request(1, 'goes on'), data(1, 'a'), data(1, 'b'), client.request(3, 'goes on'), data(3, 'c'))
  assert.deepEqual(order, ['headers 1', 'data 1', 'data 1', 'headers 3', 'data 3', 'flush 1', 'flush 3'])
})

test('a flush may ask for another one, of its own stream and of others', () => {
  const order: string[] = []
  const client = greeted((event, { stream, responses }) => {
    if (event === 'headers') responses.wantsFlush(stream)
    if (event !== 'flush') return
    order.push(`flush ${stream.id}`)
    if (order.length === 1) for (const told of client.streams) responses.wantsFlush(told.stream)
    if (order.length === 4) responses.end(stream, HEADERS)
  })
  const before = client.writes()
  client.send(client.request(1, 'ends'), client.request(3, 'ends'))
  assert.deepEqual(order, ['flush 1', 'flush 3', 'flush 1'])
  client.streams[1]?.responses.wantsFlush(client.streams[1].stream)
  assert.equal(client.writes(), before)
})

test('what is said later goes out at the end of its turn, in one write', async () => {
  const client = greeted((event, { stream, responses }) => {
    if (event === 'flush') responses.data(stream, [Buffer.from('flushed')])
  })
  client.send(client.request(1, 'ends'), client.request(3, 'ends'))
  await setImmediate()
  const before = client.writes()
  for (const { stream, responses } of client.streams) {
    responses.begin(stream, HEADERS)
    responses.wantsFlush(stream)
  }
  assert.equal(client.writes(), before)
  await setImmediate()
  assert.equal(client.writes(), before + 1)
  assert.deepEqual([client.data(1).toString(), client.data(3).toString()], ['flushed', 'flushed'])
  for (const { stream, responses } of client.streams) responses.end(stream, TRAILERS)
  await setImmediate()
  assert.deepEqual([client.state(1), client.state(3), client.writes()], ['over', 'over', before + 2])
  client.take()
})

test('a stream that is reset before its flush is not told of it', () => {
  const client = greeted((event, { stream, responses }) => {
    if (event === 'data') responses.wantsFlush(stream)
  })
  client.send(client.request(1, 'goes on'), data(1, 'a'), client.reset(1))
  assert.deepEqual(client.streams[0]?.events, ['closed'])
})

test('a response may be over before its request is, which is closed with its end', () => {
  const client = greeted((event, { stream, responses }) => {
    if (event === 'headers') responses.end(stream, HEADERS)
    responses.begin(stream, HEADERS)
    responses.end(stream, HEADERS)
  })
  client.send(client.request(1, 'goes on'), client.request(3, 'ends'))
  assert.deepEqual([client.state(1), client.state(3)], ['over', 'over'])
  assert.deepEqual(client.streams[0]?.events, [])
  client.send(data(1, 'a', FLAG.end))
  for (const { events } of client.streams) assert.deepEqual(events, ['ended', 'closed'])
  client.take()
})

test('a client that has no table for headers is told that none is used', () => {
  const client = greeted(echo)
  client.send(client.settings({ tableSize: 0 }), client.request(1, 'ends'), client.request(3, 'ends'))
  client.send(client.settings({ tableSize: 100 }), client.settings({ tableSize: 4096 }), client.request(5, 'ends'))
  for (const stream of [1, 3, 5]) assert.deepEqual(client.fields(stream)[0], [{ name: ':status', value: '200' }])
  client.take()
})

test('a client that does not read the end of its connection is not waited for for long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const client = rawClient(undefined, 'when told')
  client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  assert.equal(client.errors.length, 1)
  t.mock.timers.tick(4999)
  assert.equal(client.socket.destroyed, false)
  t.mock.timers.tick(1)
  assert.equal(client.socket.destroyed, true)
})

test('of a client that reads nothing no more is read once much waits for it, and it goes on when it has read', async () => {
  const client = rawClient(undefined, 'when told')
  client.greet()
  const pings = Array.from({ length: 10_000 }, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)))
  let sent = 0
  for (; !client.socket.isPaused() && sent < 1000; sent++) client.send(...pings)
  const waiting = client.socket.writableLength
  assert.ok(sent < 1000 && waiting > 16 * 1024 * 1024 && waiting < 17 * 1024 * 1024, `${waiting} bytes wait`)
  client.readOn()
  await setImmediate()
  assert.deepEqual([client.socket.isPaused(), client.socket.writableLength], [false, 0])
  client.take()
  client.send(...pings)
  assert.equal(client.take().length, pings.length)
})
