import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { createServer, connect as dial, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { FRAME } from '../../../extproc/http2/frames.js'
import { headerBlock } from '../../../extproc/http2/hpack.js'
import { eventually } from '../../support/eventually.js'
import { generator } from '../../support/random.js'
import { type React, rawClient, serveRaw } from './raw-client.js'
import { PREFACE, strictClient } from './strict-client.js'

const HEADERS = headerBlock({ ':status': '200' })
const TRAILERS = headerBlock({ 'grpc-status': '0' })
const SIZE = 20_000_000

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step()
})

/** Bytes that are not alike anywhere. */
function noise(size: number): Buffer {
  const below = generator(size)
  const bytes = Buffer.alloc(size)
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE(below(2 ** 32), at)
  return bytes
}

/** A server on a port, whose connections are told to `react`. */
async function listen(react: React) {
  const connections: { readonly socket: Socket; readonly server: ReturnType<typeof serveRaw> }[] = []
  const server = createServer((socket) => connections.push({ socket, server: serveRaw(socket, react) }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.push(() => {
    for (const { socket } of connections) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { port: address !== null && typeof address === 'object' ? address.port : 0, connections }
}

/** Sends back what comes, as it comes. */
const echo: React = (event, { stream, responses, data }) => {
  if (event === 'headers') responses.begin(stream, HEADERS)
  if (event === 'data') responses.data(stream, data.splice(0))
  if (event === 'ended') responses.end(stream, TRAILERS)
}

test('twenty megabytes go both ways at once, to a client with small windows', async () => {
  const { port } = await listen(echo)
  const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 100 })
  undo.push(() => session.destroy())
  const sent = noise(SIZE)
  const stream = session.request({ ':method': 'POST' })
  const heard: Buffer[] = []
  stream.on('data', (chunk: Buffer) => heard.push(chunk))
  stream.end(sent)
  await once(stream, 'close')
  assert.ok(Buffer.concat(heard).equals(sent))
})

test('streams at once, with bodies of all sizes, each get back their own', async () => {
  const { port } = await listen(echo)
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 20_000, maxFrameSize: 40_000 } })
  undo.push(() => session.destroy())
  const below = generator(5)
  const bodies = Array.from({ length: 60 }, (_, at) => noise(at % 10 === 0 ? 1_000_000 : below(60_000)))
  const answers = bodies.map(async (body) => {
    const stream = session.request({ ':method': 'POST' })
    const heard: Buffer[] = []
    stream.on('data', (chunk: Buffer) => heard.push(chunk))
    stream.end(body)
    await once(stream, 'close')
    return Buffer.concat(heard).equals(body)
  })
  assert.ok((await Promise.all(answers)).every((same) => same))
})

test('a client that does not read for a while gets everything afterwards, byte for byte', async () => {
  const body = noise(SIZE)
  const { port } = await listen((event, { stream, responses }) => {
    if (event !== 'ended') return
    responses.begin(stream, HEADERS)
    // In pieces of all sizes, some of which are put together with others and some are not.
    for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7) % 20_011) {
      responses.data(stream, [body.subarray(at, at + size)])
    }
    responses.end(stream, TRAILERS)
  })
  const client = strictClient()
  const socket = dial(port, '127.0.0.1')
  undo.push(() => socket.destroy())
  socket.pause()
  const window = client.settings({ firstWindow: 2 * SIZE })
  socket.write(Buffer.concat([PREFACE, window, client.widen(0, 2 * SIZE), client.request(1, 'ends')]))
  await once(socket, 'readable')
  socket.on('data', (chunk: Buffer) => client.hear(chunk))
  await eventually('all has come', () => client.state(1) === 'over', 20_000)
  client.take()
  assert.ok(client.data(1).equals(body))
})

test('what is written while the client reads slowly is not written over', () => {
  const below = generator(3)
  const body = noise(2_000_000)
  const client = rawClient((event, { stream, responses }) => {
    if (event === 'headers') responses.begin(stream, HEADERS)
  }, 'when told')
  client.send(PREFACE, client.settings({ firstWindow: 2 * SIZE }), client.widen(0, 2 * SIZE))
  client.send(client.request(1, 'ends'))
  const [told] = client.streams
  assert.ok(told)
  for (let at = 0, size = 0; at < body.length; at += size) {
    size = below(10) === 0 ? below(30_000) : below(500)
    told.responses.data(told.stream, [body.subarray(at, at + size)])
    // What comes of the client is answered with what there is to say.
    client.send(client.widen(0, 1))
    if (below(3) === 0) client.readSome()
  }
  told.responses.end(told.stream, TRAILERS)
  client.send(client.widen(0, 1))
  client.readOn()
  client.take()
  assert.equal(client.state(1), 'over')
  assert.ok(client.data(1).equals(body))
})

test('a client that speaks HTTP/1 is told that the connection is over, and that is its end', async () => {
  const { port, connections } = await listen(echo)
  const client = strictClient()
  const socket = dial(port, '127.0.0.1')
  undo.push(() => socket.destroy())
  socket.on('data', (chunk: Buffer) => client.hear(chunk))
  socket.write('POST / HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(socket, 'close')
  assert.deepEqual([client.take().at(-1)?.type, connections[0]?.server.errors.length], [FRAME.goaway, 1])
})

test('what was sent reaches a client that has closed its half, whatever is said afterwards', async () => {
  const body = noise(SIZE)
  const { port, connections } = await listen((event, { stream, responses }) => {
    if (event !== 'ended') return
    responses.begin(stream, HEADERS)
    responses.data(stream, [body])
  })
  const client = strictClient()
  const socket = dial({ port, host: '127.0.0.1', allowHalfOpen: true })
  undo.push(() => socket.destroy())
  socket.pause()
  const window = client.settings({ firstWindow: 2 * SIZE })
  socket.end(Buffer.concat([PREFACE, window, client.widen(0, 2 * SIZE), client.request(1, 'ends')]))
  const connection = await eventually('the server has heard that', () =>
    connections.find((one) => one.socket.readableEnded),
  )
  const [told] = connection.server.streams
  told?.responses.data(told.stream, [Buffer.from('too late')])
  const closed = once(socket, 'close')
  socket.on('data', (chunk: Buffer) => client.hear(chunk))
  socket.resume()
  await closed
  client.take()
  assert.ok(client.data(1).equals(body))
  assert.deepEqual(told?.events, ['ended', 'closed'])
})
