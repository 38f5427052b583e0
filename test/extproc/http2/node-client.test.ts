import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2'
import { createServer } from 'node:net'
import { afterEach, test } from 'node:test'
import { type HeaderField, headerBlock } from '../../../extproc/http2/hpack.js'
import { generator } from '../../support/random.js'
import { type React, serveRaw, type Told } from './raw-client.js'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step()
})

/** A session of node's own client, nghttp2, with a server that reacts to what it is told. */
async function session(react: React): Promise<ClientHttp2Session> {
  const server = createServer((socket) => {
    undo.push(() => socket.destroy())
    serveRaw(socket, react)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const client = connect(`http://127.0.0.1:${port}`)
  undo.push(() => {
    client.destroy()
    server.close()
  })
  return client
}

/** All characters that a value may have: those of ASCII that can be seen, spaces inside, and the upper half of Latin-1. */
const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[\x21-\x7e\x80-\xff]/.test(character),
)

/** Headers of which names, and now and then values, come again and again; some are long, so that the table has no room for all. */
function randomHeaders(below: (limit: number) => number, before: readonly string[]): [string, string][] {
  const random = (characters: readonly string[], length: number) =>
    Array.from({ length }, () => characters[below(characters.length)]).join('')
  const value = () => {
    if (before.length > 0 && below(3) > 0) return before[below(before.length)] ?? ''
    if (below(4) === 0) return random([...'abc0123456789eiost-/'], below(700))
    const text = random(CHARACTERS, below(40))
    // Short codes make up for the long ones of what is rare, so that texts with them are coded too.
    return below(2) === 0 ? text : `${random([...'aceiost012'], 3 * text.length)} ${text}x`
  }
  const names = new Set(Array.from({ length: below(12) }, () => `x-${random([...'abc'], 1 + below(3))}`))
  return [...names].map((name) => [name, value()])
}

test("what node's client makes of many headers on one connection is read as it was given", async () => {
  const read: (readonly HeaderField[])[] = []
  const client = await session((event, { stream, fields, responses }) => {
    if (event !== 'headers') return
    read.push(fields)
    responses.end(stream, headerBlock({ ':status': '204' }))
  })
  const below = generator(2024)
  const values: string[] = []
  const sent: [string, string][][] = []
  for (let times = 0; times < 600; times++) {
    const headers = randomHeaders(below, values.slice(-40))
    values.push(...headers.map(([, value]) => value))
    sent.push(headers)
    const stream = client.request({ ':path': `/${times % 7}`, ...Object.fromEntries(headers) }, { endStream: true })
    stream.resume()
    await once(stream, 'close')
  }
  assert.equal(read.length, sent.length)
  for (const [at, headers] of sent.entries()) {
    const fields = (read[at] ?? []).filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => [name, value])
    assert.deepEqual(fields, headers)
    assert.equal(read[at]?.find(({ name }) => name === ':path')?.value, `/${at % 7}`)
  }
})

test("every character that a value may have is read as node's client has it, coded or not", async () => {
  const read: string[] = []
  const client = await session((event, { stream, fields, responses }) => {
    if (event !== 'headers') return
    read.push(fields.find(({ name }) => name === 'x-value')?.value ?? '')
    responses.end(stream, headerBlock({ ':status': '204' }))
  })
  const values = [' ', ...CHARACTERS].flatMap((character) => [
    `a${character}b`,
    `${'a'.repeat(20)}${character}${'e'.repeat(20)}`,
  ])
  for (const value of values) {
    const stream = client.request({ 'x-value': value }, { endStream: true })
    stream.resume()
    await once(stream, 'close')
  }
  assert.deepEqual(read, values)
})

test("node's client reads headers and trailers as they were given", async () => {
  const client = await session((event, { stream, responses }) => {
    if (event !== 'ended') return
    responses.begin(stream, headerBlock({ ':status': '200', 'content-type': 'a/b', 'x-long': 'v'.repeat(126) }))
    responses.end(stream, headerBlock({ 'grpc-status': '0', 'grpc-message': '' }))
  })
  for (let times = 0; times < 2; times++) {
    const stream = client.request({}, { endStream: true })
    const told: Record<string, OutgoingHttpHeaders> = {}
    stream.on('response', (headers) => Object.assign(told, { headers }))
    stream.on('trailers', (trailers) => Object.assign(told, { trailers }))
    stream.resume()
    await once(stream, 'close')
    assert.deepEqual(Object.entries(told['headers'] ?? {}), [
      [':status', 200],
      ['content-type', 'a/b'],
      ['x-long', 'v'.repeat(126)],
    ])
    assert.deepEqual(Object.entries(told['trailers'] ?? {}), [
      ['grpc-status', '0'],
      ['grpc-message', ''],
    ])
  }
})

test("node's client may be without a table for headers, and change that", async () => {
  const streams: Told[] = []
  const client = await session((event, told) => {
    if (event === 'headers') streams.push(told)
    if (event === 'ended') told.responses.end(told.stream, headerBlock({ ':status': '204' }))
  })
  for (const headerTableSize of [0, 100, 4096, 10]) {
    await new Promise<void>((resolve) => client.settings({ headerTableSize }, () => resolve()))
    const stream = client.request({}, { endStream: true })
    const [headers] = await once(stream, 'response')
    assert.equal(headers[':status'], 204)
    stream.resume()
    await once(stream, 'close')
  }
  assert.equal(streams.length, 4)
})

test("node's client is answered as it asks to be, with its ping and its small windows", async () => {
  const client = await session((event, { stream, responses }) => {
    if (event !== 'ended') return
    responses.begin(stream, headerBlock({ ':status': '200' }))
    responses.data(stream, [Buffer.alloc(100_000, 'a')])
    responses.end(stream, headerBlock({ 'grpc-status': '0' }))
  })
  const stream = client.request({}, { endStream: true })
  await once(stream, 'response')
  await new Promise<void>((resolve) => client.settings({ initialWindowSize: 90_000 }, () => resolve()))
  const payload = await new Promise((resolve) => client.ping(Buffer.from('abcdefgh'), (_, __, back) => resolve(back)))
  assert.equal(String(payload), 'abcdefgh')
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
  })
  await once(stream, 'close')
  assert.equal(size, 100_000)
})
