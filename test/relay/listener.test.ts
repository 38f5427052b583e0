import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:http2'
import { connect as connectSocket, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Listener, listen } from '../../relay/listener.js'

const LIMIT = { timeout: 10_000 }

let listener: Listener
before(async () => {
  listener = await listen('127.0.0.1:0', (incoming, response) => {
    response.writeHead(200, {
      'x-path': incoming.url ?? '',
      'x-size': String(incoming.headers['x-large']?.length ?? 0),
    })
    response.end()
  })
})
after(() => listener?.close(0))

const place = () => {
  const [host = '', port = ''] = listener.address.split(':')
  return { host, port: Number(port) }
}

async function dial(): Promise<Socket> {
  const socket = connectSocket(place())
  await once(socket, 'connect')
  return socket
}

test('both protocols are spoken on one port, also when the first bytes come one by one', LIMIT, async () => {
  const socket = await dial()
  socket.setNoDelay(true)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  for (const byte of 'PUT /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n') {
    await new Promise((resolve) => socket.write(byte, resolve))
  }
  await once(socket, 'close')
  assert.match(text, /^HTTP\/1.1 200 OK\r\nx-path: \/slow\r\n/)

  const session = connect(`http://${listener.address}`)
  const stream = session.request({ ':path': '/fast' })
  const [headers] = await once(stream, 'response')
  assert.equal(headers['x-path'], '/fast')
  session.destroy()
})

test('the preface of HTTP/2 may come byte by byte', LIMIT, async () => {
  const socket = await dial()
  socket.setNoDelay(true)
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
  for (const byte of Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings])) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
  }
  const [answer] = await once(socket, 'data')
  assert.equal(answer[3], 4, 'a SETTINGS frame')
  socket.destroy()
})

test('headers of 60 KiB are read, by both protocols', LIMIT, async () => {
  const large = 'x'.repeat(60_000)
  const sent = request({ ...place(), headers: { 'x-large': large } }).end()
  const [response] = await once(sent, 'response')
  assert.equal(response.headers['x-size'], '60000')
  response.resume()
  const session = connect(`http://${listener.address}`)
  const [headers] = await once(session.request({ 'x-large': large }), 'response')
  assert.equal(headers['x-size'], '60000')
  session.destroy()
})

test('larger headers are refused', LIMIT, async () => {
  const sent = request({ ...place(), headers: { 'x-large': 'x'.repeat(70_000) } }).end()
  const [response] = await once(sent, 'response')
  assert.equal(response.statusCode, 431)
  response.resume()
})

test('garbage and early ends close one connection and nothing else', LIMIT, async () => {
  const [garbage, early] = [await dial(), await dial()]
  garbage.resume().write('\u0000\u0001\r\n\r\n')
  early.resume().end('PR')
  await Promise.all([once(garbage, 'close'), once(early, 'close')])
  const reset = await dial()
  reset.resetAndDestroy()
  const sent = request({ ...place() }).end()
  const [response] = await once(sent, 'response')
  assert.equal(response.statusCode, 200)
  response.resume()
})

test('a unix socket is as good as a port', LIMIT, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-'))
  const socketPath = join(directory, 'relay.sock')
  const local = await listen(`unix:${socketPath}`, (_, response) => {
    response.writeHead(204, {})
    response.end()
  })
  assert.equal(local.address, `unix:${socketPath}`)
  const [response] = await once(request({ socketPath }).end(), 'response')
  assert.equal(response.statusCode, 204)
  response.resume()
  await local.close(0)
  await rm(directory, { recursive: true })
})

test('a connection ends with the answer to its last request', LIMIT, async () => {
  const few = await listen(
    '127.0.0.1:0',
    (_, response) => {
      response.writeHead(204, {})
      response.end()
    },
    3,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async () => {
    const [response] = await once(request(`http://${few.address}/`, { agent }).end(), 'response')
    response.resume()
    await once(response, 'end')
    return response.headers.connection
  }
  const told: string[] = []
  for (let i = 0; i < 7; i++) told.push(await ask())
  const [kept, last] = ['keep-alive', 'close']
  assert.deepEqual(told, [kept, kept, last, kept, kept, last, kept])
  agent.destroy()
  await few.close(0)
})

test('an address that is taken is an error', LIMIT, async () => {
  await assert.rejects(
    listen(listener.address, () => {}),
    { code: 'EADDRINUSE' },
  )
})
