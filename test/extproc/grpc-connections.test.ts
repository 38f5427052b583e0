import assert from 'node:assert/strict'
import { constants, type Http2Server } from 'node:http2'
import { after, test } from 'node:test'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { takeConnections } from '../../extproc/grpc-connections.js'
import type { Outgoing } from '../../extproc/messages.js'
import { serveStreams } from '../../extproc/plain-streams.js'
import type { Accept, MessageStream } from '../../extproc/stream.js'
import { eventually } from '../support/eventually.js'
import { connectTo, openStream, pieceFrame } from './wire.js'

const undo: (() => void)[] = []
after(() => {
  for (const step of undo) step()
})

/** What a server was told of a stream. */
interface Told {
  readonly by: 'us' | 'grpc-js'
  readonly stream: MessageStream
  readonly level: string | undefined
  readonly events: string[]
}

type React = (event: string, told: Told) => void

const piece = (text: string): Outgoing => ({ kind: 'response-body', pieces: [Buffer.from(text)], endOfStream: false })

/** The bodies of streamed responses of up to 100 bytes each, one per message. */
const bodiesOf = (data: readonly Buffer[]) => {
  const bytes = Buffer.concat(data)
  const bodies: string[] = []
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt32BE(at + 1)) {
    bodies.push(bytes.subarray(at + 15, at + 5 + bytes.readUInt32BE(at + 1)).toString())
  }
  return bodies
}

/** A server that reacts to what it is told, and a connection to it. */
async function serve(react: React = () => {}, prepare: (server: Server) => void = () => {}) {
  const streams: Told[] = []
  const errors: Error[] = []
  const accepting =
    (by: 'us' | 'grpc-js'): Accept =>
    (stream, level) => {
      const told: Told = { by, stream, level, events: [] }
      streams.push(told)
      const hear = (event: string) => {
        told.events.push(event)
        react(event, told)
      }
      return {
        message: (bytes) => hear(`message ${bytes.length}`),
        broken: () => hear('broken'),
        ended: () => hear('ended'),
        closed: () => hear('closed'),
      }
    }
  const server = new Server({ 'grpc.enable_channelz': 0, 'grpc.max_receive_message_length': -1 })
  prepare(server)
  serveStreams(server, accepting('grpc-js'))
  const endConnections = takeConnections(server, accepting('us'), (error) => errors.push(error))
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  const session = connectTo(`127.0.0.1:${port}`)
  undo.push(() => {
    session.destroy()
    server.forceShutdown()
    endConnections()
  })
  return { port, session, streams, errors, endConnections }
}

/** Ends what has ended. */
const polite: React = (event, { stream }) => {
  if (event === 'ended') stream.end()
}

/** Makes of grpc-js's server one that this code does not know: its HTTP/2 servers have a listener more. */
function listenTwice(server: Server): void {
  const internals = server as unknown as { _setupHandlers(http2Server: Http2Server, ...more: unknown[]): void }
  const setUp = internals._setupHandlers
  internals._setupHandlers = (http2Server, ...more) => {
    setUp.call(server, http2Server, ...more)
    http2Server.on('connection', () => {})
  }
}

test('connections are taken from grpc-js, and streams have the level that their metadata say', async () => {
  const { session, streams } = await serve(polite)
  for (const headers of [{}, { 'x-tollgate-level': 'upstream' }]) {
    const { stream, closed } = openStream(session, headers)
    stream.end()
    await closed
  }
  assert.deepEqual(
    streams.map(({ by, level }) => [by, level]),
    [
      ['us', undefined],
      ['us', 'upstream'],
    ],
  )
})

test('a server that is made otherwise than expected is left to grpc-js, which serves the same', async () => {
  const { session, streams } = await serve(polite, listenTwice)
  const seen = openStream(session)
  seen.stream.end(pieceFrame(Buffer.from('a')))
  await seen.closed
  assert.deepEqual([streams[0]?.by, streams[0]?.events[0]], ['grpc-js', 'message 5'])
  assert.equal(seen.trailers['grpc-status'] ?? seen.headers['grpc-status'], '0')
})

test('other methods, other protocols and codings are refused as gRPC has it', async () => {
  const { session, streams } = await serve()
  const unknown = openStream(session, { ':path': '/other.Service/Method' })
  const gzip = openStream(session, { 'grpc-encoding': 'gzip' })
  const json = openStream(session, { 'content-type': 'application/json' })
  await Promise.all([unknown.closed, gzip.closed, json.closed])
  for (const refused of [unknown, gzip]) assert.equal(refused.headers['grpc-status'], '12')
  assert.equal(gzip.headers['grpc-accept-encoding'], 'identity')
  assert.equal(json.headers[':status'], 415)
  assert.equal(streams.length, 0)
})

test('a deadline ends a stream that has not ended, and no other', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { session, streams } = await serve(polite)
  const late = openStream(session, { 'grpc-timeout': '2S' })
  const early = openStream(session, { 'grpc-timeout': '1999m' })
  const never = openStream(session, { 'grpc-timeout': '99999999H' })
  early.stream.end()
  await early.closed
  await eventually('all are there', () => streams.length === 3)
  t.mock.timers.tick(1999)
  assert.equal(streams[0]?.events.includes('closed'), false)
  t.mock.timers.tick(1)
  await late.closed
  assert.equal(late.headers['grpc-status'], '4')
  assert.ok(streams[0]?.events.includes('closed'))
  assert.equal(early.headers['grpc-status'], '0')
  never.stream.end()
  await never.closed
  assert.equal(never.headers['grpc-status'], '0')
})

test('messages arrive wherever they are cut, and an end is answered by one', async () => {
  const { session, streams } = await serve(polite)
  const { stream, closed } = openStream(session)
  const bytes = Buffer.concat([pieceFrame(Buffer.alloc(10)), pieceFrame(Buffer.alloc(300))])
  for (let at = 0; at < bytes.length; at += 7) stream.write(bytes.subarray(at, at + 7))
  stream.end()
  await closed
  assert.deepEqual(streams[0]?.events.slice(0, 3), ['message 14', 'message 306', 'ended'])
})

test('what answers messages that came together goes out together, pieces of a body as one', async () => {
  const { session, streams } = await serve((event, { stream }) => {
    if (event.startsWith('message')) stream.send([piece(event)])
    if (event === 'ended') stream.end()
  })
  const seen = openStream(session)
  seen.stream.end(Buffer.concat([pieceFrame(Buffer.from('a')), pieceFrame(Buffer.from('bc'))]))
  await seen.closed
  assert.deepEqual(bodiesOf(seen.data), ['message 5message 6'])
  assert.equal(seen.headers[':status'], 200)
  assert.match(String(seen.headers['content-type']), /^application\/grpc/)
  assert.equal(seen.trailers['grpc-status'], '0')
  assert.equal(streams[0]?.by, 'us')
})

test('what is sent later in one turn goes out together, and in order', async () => {
  const { session } = await serve((event, { stream }) => {
    if (!event.startsWith('message')) return
    setImmediate(() => {
      stream.send([{ kind: 'response-headers' }])
      stream.send([piece('a'), piece('b')])
      stream.send([piece('c')])
      stream.end()
    })
  })
  const seen = openStream(session)
  seen.stream.write(pieceFrame(Buffer.from('x')))
  await seen.closed
  assert.equal(seen.data.length, 1)
  assert.equal(seen.trailers['grpc-status'], '0')
})

test('a failure ends the stream with a status, after what was sent before it', async () => {
  const { session, streams } = await serve((event, { stream }) => {
    if (event === 'message 6') stream.send([piece('sent')])
    if (event.startsWith('message')) stream.fail()
    stream.send([piece('too late')])
  })
  const before = openStream(session)
  before.stream.write(pieceFrame(Buffer.from('a')))
  await before.closed
  assert.deepEqual([before.headers['grpc-status'], before.data.length], ['13', 0])
  const afterwards = openStream(session)
  afterwards.stream.write(pieceFrame(Buffer.from('ab')))
  await afterwards.closed
  assert.deepEqual([afterwards.trailers['grpc-status'], bodiesOf(afterwards.data)], ['13', ['sent']])
  for (const { events } of streams) assert.equal(events[1], 'closed')
})

test('a message that is compressed without a coding, and a listener that throws, fail their own stream only', async () => {
  const { session, streams } = await serve((event, { stream }) => {
    if (event === 'message 5') throw new Error('thrown by a listener')
    if (event.startsWith('message')) stream.send([piece('fine')])
    if (event === 'ended') stream.end()
  })
  const good = openStream(session)
  const compressed = openStream(session)
  const bytes = pieceFrame(Buffer.from('abc'))
  bytes[0] = 1
  compressed.stream.write(bytes)
  const thrown = openStream(session)
  thrown.stream.write(pieceFrame(Buffer.from('a')))
  await Promise.all([compressed.closed, thrown.closed])
  for (const { headers } of [compressed, thrown]) assert.equal(headers['grpc-status'], '13')
  assert.equal(streams.filter(({ events }) => events.includes('broken')).length, 2)
  good.stream.end(pieceFrame(Buffer.from('abc')))
  await good.closed
  assert.equal(good.trailers['grpc-status'], '0')
})

test('what comes after bytes that are no message is not looked at', async () => {
  const { session, streams } = await serve()
  const seen = openStream(session)
  // This one goes on to talk.
  seen.stream.removeAllListeners('end')
  const compressed = pieceFrame(Buffer.from('abc'))
  compressed[0] = 1
  seen.stream.write(compressed)
  await eventually('it has failed', () => seen.headers['grpc-status'] === '13')
  seen.stream.write(Buffer.concat([compressed, compressed]))
  seen.stream.end(pieceFrame(Buffer.from('abc')))
  await eventually('all has come', () => streams[0]?.events.includes('ended'))
  assert.deepEqual(
    streams[0]?.events.filter((event) => event !== 'closed'),
    ['broken', 'ended'],
  )
})

test('a client that goes in the middle of a message is told as gone, and one that ends there as ended', async () => {
  const { session, streams } = await serve(polite)
  const half = pieceFrame(Buffer.alloc(100)).subarray(0, 50)
  const ended = openStream(session)
  ended.stream.end(half)
  await ended.closed
  const gone = openStream(session)
  gone.stream.write(half)
  await eventually('the stream is there', () => streams.length === 2)
  gone.stream.close(constants.NGHTTP2_CANCEL)
  await eventually('it is gone', () => streams[1]?.events.includes('closed'))
  assert.deepEqual(streams[0]?.events[0], 'ended')
  assert.ok(streams[1]?.events.every((event) => !event.startsWith('message')))
  streams[1]?.stream.send([piece('nobody reads this')])
  streams[1]?.stream.end()
  streams[1]?.stream.fail()
})

test('a client may reset as many streams as it likes', async () => {
  const { session, streams } = await serve(polite)
  // Node's own server ends a connection at a thousand in a row.
  for (let round = 1; round <= 30; round++) {
    const opened = Array.from({ length: 100 }, () => openStream(session))
    await eventually('the streams are there', () => streams.length === 100 * round)
    for (const { stream } of opened) stream.close(constants.NGHTTP2_CANCEL)
    await Promise.all(opened.map(({ closed }) => closed))
  }
  const last = openStream(session)
  last.stream.end()
  await last.closed
  assert.equal(last.headers['grpc-status'], '0')
  await eventually('all are told', () => streams.every(({ events }) => events.includes('closed')))
})

test('messages of many megabytes pass both ways', async () => {
  const size = 9_000_000
  const { session, streams } = await serve((event, { stream }) => {
    if (event.startsWith('message'))
      stream.send([{ kind: 'response-body', pieces: [Buffer.alloc(size)], endOfStream: true }])
    if (event === 'ended') stream.end()
  })
  const seen = openStream(session)
  seen.stream.end(pieceFrame(Buffer.alloc(size)))
  await seen.closed
  assert.ok(Number(streams[0]?.events[0]?.split(' ')[1]) > size)
  assert.ok(Buffer.concat(seen.data).length > size)
  assert.equal(seen.trailers['grpc-status'], '0')
})

test('two thousand streams at once each get their own answers', async () => {
  const { session, streams } = await serve((event, { stream }) => {
    if (event.startsWith('message')) stream.send([piece(event)])
    if (event === 'ended') stream.end()
  })
  const open = Array.from({ length: 2000 }, () => openStream(session))
  for (const [index, { stream }] of open.entries()) stream.write(pieceFrame(Buffer.alloc(index % 100)))
  await eventually('all are answered', () => open.every(({ data }) => data.length > 0))
  for (const { stream } of open) stream.end()
  await Promise.all(open.map(({ closed }) => closed))
  for (const { trailers } of open) assert.equal(trailers['grpc-status'], '0')
  assert.ok(streams.every(({ by, events }) => by === 'us' && events.length === 3))
})

test('ending the connections ends the streams on them', async () => {
  const { session, streams, endConnections } = await serve()
  const seen = openStream(session)
  await eventually('the stream is there', () => streams.length === 1)
  endConnections()
  await seen.closed
  await eventually('it is told', () => streams[0]?.events.includes('closed'))
})
