import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer } from 'node:http2'
import { connect as dial, createServer as listen, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { takenConnections } from '../../extproc/taken-connections.js'
import { eventually } from '../support/eventually.js'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step()
})

/** An HTTP/2 server that is given its connections, and a client of it; requests are answered when the test says so. */
async function setUp() {
  const http2 = createServer()
  const waiting: (() => void)[] = []
  http2.on('stream', (stream) => {
    waiting.push(() => {
      stream.respond()
      stream.end('hello')
    })
  })
  const connections = takenConnections((connection: Socket) => void http2.emit('connection', connection))
  let ended = 0
  const server = listen((socket) =>
    connections.take(socket, () => {
      ended += 1
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const client = connect('http://tollgate', { createConnection: () => dial(port, '127.0.0.1') })
  undo.push(() => {
    client.destroy()
    connections.close()
    server.close()
  })
  client.on('error', () => {})
  await once(client, 'connect')
  return { connections, client, waiting, ended: () => ended }
}

async function ask(client: ClientHttp2Session): Promise<string> {
  const stream = client.request({ ':path': '/' })
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}

test('a client that is asked to leave is served what it has sent, also what was on its way', async () => {
  const { connections, client, waiting, ended } = await setUp()
  const goaways: number[] = []
  client.on('goaway', (_, last) => goaways.push(Number(last)))
  const before = ask(client)
  await eventually('it has come', () => waiting.length === 1)
  const onTheWay = ask(client)
  // The client has written it; the server has not read it.
  await setImmediate()
  const left = connections.leave()
  await eventually('both have come', () => waiting.length === 2)
  await eventually('the client is told', () => goaways.length > 0)
  assert.equal(goaways[0], 2 ** 31 - 1)
  for (const answer of waiting) answer()
  assert.deepEqual(await Promise.all([before, onTheWay]), ['hello', 'hello'])
  assert.equal(ended(), 0)
  client.close()
  await left
  assert.equal(ended(), 1)
})

test('with no connections there is nobody to leave', async () => {
  await takenConnections(() => {}).leave()
})

test('closing ends what is open', async () => {
  const { connections, client, ended } = await setUp()
  const closed = once(client, 'close')
  connections.close()
  await closed
  await eventually('it is told', () => ended() === 1)
})
