import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FRAME_HEADER, grpcFrames } from '../../extproc/grpc-frames.js'
import { type Incoming, type Outgoing, readProcessingRequest } from '../../extproc/messages.js'
import { frameWriter } from '../../extproc/write-messages.js'
import { decodeResponse, encodeRequest } from './schema.js'

const name = fc.oneof(
  fc.constantFrom(':path', 'content-type', 'x-request-id', 'a', 'content-typf', 'xxx-envoy-internal'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
)
const value = fc.string({ unit: 'binary', maxLength: 200 })
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const pairs = fc.array(fc.tuple(name, value), { maxLength: 12 })

const base64 = (data: Uint8Array | string) => Buffer.from(data).toString('base64')

/** What was read, as far as it can be compared. */
function plain(read: Incoming): object {
  if (read.kind !== 'request-headers' && read.kind !== 'response-headers') return read
  const { kind, headers, endOfStream, attributes } = read
  const all = [...headers.keys()].map((key) => [key, headers.get(key)])
  return { kind, headers: all, endOfStream, attributes: [...attributes] }
}

/** Fields that no version of the protocol has, and the empty metadata that Envoy sends. */
const more = fc.record(
  { future64: fc.nat(), future32: fc.nat(), metadataContext: fc.constant({}) },
  { requiredKeys: [] },
)

test('headers are read as they were written, in any number, of any text, with any fields beside them', () => {
  const attributes = fc.dictionary(fc.string(), fc.oneof(value, fc.nat()), { maxKeys: 4 })
  fc.assert(
    fc.property(pairs, fc.boolean(), attributes, more, fc.boolean(), (headers, endOfStream, values, others, asText) => {
      const expected = new Map<string, string>()
      for (const [key, text] of headers) {
        const earlier = expected.get(key)
        expected.set(key, earlier === undefined ? text : `${earlier}, ${text}`)
      }
      const fields = Object.fromEntries(
        Object.entries(values).map(([key, of]) => [
          key,
          typeof of === 'string' ? { stringValue: of } : { numberValue: of },
        ]),
      )
      const message = encodeRequest({
        requestHeaders: {
          headers: {
            headers: headers.map(([key, text]) => ({
              key,
              ...(asText ? { value: text } : { rawValue: base64(text) }),
            })),
          },
          endOfStream,
        },
        attributes: { filter: { fields } },
        ...others,
      })
      assert.deepEqual(plain(readProcessingRequest(message)), {
        kind: 'request-headers',
        headers: [...expected],
        endOfStream,
        attributes: Object.entries(values).filter(([, of]) => typeof of === 'string'),
      })
    }),
  )
})

test('bodies are read as they were written, with any fields beside them', () => {
  const kinds = fc.constantFrom(['requestBody', 'request-body'] as const, ['responseBody', 'response-body'] as const)
  fc.assert(
    fc.property(kinds, bytes, fc.boolean(), more, ([field, kind], body, endOfStream, others) => {
      const message = encodeRequest({ [field]: { body, endOfStream }, ...others })
      assert.deepEqual(readProcessingRequest(message), { kind, body, endOfStream })
    }),
  )
})

test('a message cut anywhere is an error or ends at a field, never read beyond its end', () => {
  const message = encodeRequest({
    attributes: { filter: { fields: { 'xds.cluster_name': { stringValue: 'c' } } } },
    requestHeaders: { headers: { headers: [{ key: 'a', value: 'b'.repeat(200) }] }, endOfStream: true },
    future64: 1,
  })
  for (let at = 0; at < message.length; at++) {
    try {
      const read = readProcessingRequest(message.subarray(0, at))
      assert.ok(read.kind === 'unknown' || plain(read), String(at))
    } catch (error) {
      assert.ok(error instanceof RangeError, String(at))
    }
  }
})

test('lengths that are written longer than they must be are read all the same', () => {
  // request_headers { headers { headers { key: "a" value: "b" } } }, each length in two bytes.
  const message = Buffer.from([0x12, 0x8c, 0, 0x0a, 0x89, 0, 0x0a, 0x86, 0x80, 0, 0x0a, 1, 97, 0x12, 0x81, 0, 98])
  message[1] = 0x80 | (message.length - 3)
  message[4] = 0x80 | (message.length - 6)
  message[7] = 0x80 | (message.length - 10)
  const body = Buffer.from([0x2a, 0x84, 0, 0x0a, 0x81, 0, 120])
  assert.deepEqual(plain(readProcessingRequest(message)), {
    kind: 'request-headers',
    headers: [['a', 'b']],
    endOfStream: false,
    attributes: [],
  })
  assert.deepEqual(readProcessingRequest(body), { kind: 'response-body', body: Buffer.from('x'), endOfStream: false })
})

test('arbitrary bytes are a message or a RangeError', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(0x12, 0x1a, 0x22, 0x2a, 0x42, 0x4a),
      (random, tag) => {
        for (const message of [Buffer.from(random), Buffer.from([tag, random.length, ...random])]) {
          try {
            plain(readProcessingRequest(message))
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error))
          }
        }
      },
    ),
  )
})

const changes = fc.record({ set: pairs, remove: fc.array(name, { maxLength: 5 }) })
/** What answers a request's trailers. */
const WRITTEN = Buffer.from([0x2a, 0])
const outgoing: fc.Arbitrary<Outgoing> = fc.oneof(
  fc.record(
    {
      kind: fc.constantFrom('request-headers', 'request-body', 'response-headers', 'held-body'),
      headers: changes,
      route: fc.constant('again'),
      replaceBody: bytes,
      body: fc.constantFrom('held', 'unasked'),
      metadata: fc.record({ namespace: name, texts: pairs }),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.record({
    kind: fc.constant('response-body'),
    pieces: fc.array(bytes, { maxLength: 3 }),
    endOfStream: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('request-trailers', 'response-trailers') }),
  fc.record({ kind: fc.constant('written'), message: fc.constant(WRITTEN) }),
  fc.record({
    kind: fc.constant('immediate'),
    status: fc.integer({ min: 200, max: 599 }),
    headers: pairs,
    body: bytes,
  }),
)

/** Without members that hold nothing, and empty objects in the place of missing ones: the wire format knows no difference. */
const compact = (message: unknown) =>
  JSON.parse(JSON.stringify(message, (_, of) => (of === '' || of === false || of === undefined ? undefined : of)))

const headersOf = (set: readonly (readonly [string, string])[]) => {
  const setHeaders = [...set]
    .reverse()
    .map(([key, text]) => ({ header: { key, rawValue: base64(text) }, appendAction: 2 }))
  return setHeaders.length > 0 ? { setHeaders } : {}
}

/** What the oracle must see of a message. */
function expectedOf(message: Outgoing): object {
  switch (message.kind) {
    case 'request-headers':
    case 'request-body':
    case 'response-headers':
    case 'held-body': {
      const { headers, replaceBody, route, metadata, body } = message
      const field = {
        'request-headers': 'requestHeaders',
        'request-body': 'requestBody',
        'response-headers': 'responseHeaders',
        'held-body': 'responseBody',
      }
      const remove = headers && headers.remove.length > 0 ? { removeHeaders: [...headers.remove].reverse() } : {}
      const texts = Object.fromEntries(
        [...(metadata?.texts ?? [])].reverse().map(([key, text]) => [key, { stringValue: text }]),
      )
      const fields = Object.keys(texts).length > 0 ? { fields: texts } : {}
      return {
        [field[message.kind]]: {
          response: {
            ...(headers && { headerMutation: { ...headersOf(headers.set), ...remove } }),
            ...(replaceBody && { bodyMutation: { body: base64(replaceBody) } }),
            ...(replaceBody && /headers$/.test(message.kind) && { status: 1 }),
            ...(route && { clearRouteCache: true }),
          },
        },
        ...(body && { modeOverride: body === 'held' ? { responseBodyMode: 2 } : { responseTrailerMode: 1 } }),
        ...(metadata && { dynamicMetadata: { fields: { [metadata.namespace]: { structValue: fields } } } }),
      }
    }
    case 'response-body': {
      const streamedResponse = { body: base64(Buffer.concat(message.pieces)), endOfStream: message.endOfStream }
      return { responseBody: { response: { bodyMutation: { streamedResponse } } } }
    }
    case 'written':
    case 'request-trailers':
      return { requestTrailers: {} }
    case 'response-trailers':
      return { responseTrailers: {} }
    case 'immediate':
      return {
        immediateResponse: {
          status: { code: message.status },
          headers: headersOf(message.headers),
          body: base64(message.body),
        },
      }
  }
}

test('any messages are written as frames that say what they say', () => {
  const pieces = frameWriter()
  const write = (messages: Parameters<typeof pieces>[0]) => Buffer.concat(pieces(messages))
  fc.assert(
    fc.property(fc.array(outgoing, { minLength: 1, maxLength: 4 }), (messages) => {
      const frames = grpcFrames().push(write(messages))
      assert.deepEqual(
        frames.map((frame) => compact(decodeResponse(frame))),
        messages.map((one) => compact(expectedOf(one))),
      )
    }),
  )
})

test('what has been written stays as it is when the next messages are', () => {
  const pieces = frameWriter()
  const write = (messages: Parameters<typeof pieces>[0]) => Buffer.concat(pieces(messages))
  const small: Outgoing = { kind: 'response-headers', headers: { set: [['a', 'b']], remove: [] } }
  const large: Outgoing = { kind: 'request-headers', replaceBody: Buffer.alloc(300_000, 'x') }
  const first = write([small])
  const before = Buffer.from(first)
  const second = write([large])
  const third = write([small])
  assert.equal(second.length > 300_000, true)
  assert.deepEqual(first, before)
  assert.deepEqual(third, before)
  assert.deepEqual(decodeResponse(second.subarray(FRAME_HEADER)), expectedOf(large))
})

test('long bodies are not copied, alone and among other messages', () => {
  const pieces = frameWriter()
  const body = Buffer.alloc(100_000, 'x')
  const small: Outgoing = { kind: 'response-headers', headers: { set: [['a', 'b']], remove: [] } }
  const headers = { set: [['content-length', '100000']] as const, remove: ['x-one'] }
  const long: readonly Outgoing[] = [
    { kind: 'request-headers', headers, replaceBody: body },
    { kind: 'request-body', headers, replaceBody: body, route: 'again' },
    { kind: 'held-body', headers, replaceBody: body },
    { kind: 'immediate', status: 400, headers: headers.set, body },
  ]
  for (const one of long) {
    const written = pieces([small, one, small])
    assert.ok(
      written.some(({ buffer, length }) => buffer === body.buffer && length === body.length),
      one.kind,
    )
    assert.deepEqual(grpcFrames().push(Buffer.concat(written)).map(decodeResponse), [small, one, small].map(expectedOf))
  }
  const pair = pieces(long)
  assert.deepEqual(grpcFrames().push(Buffer.concat(pair)).map(decodeResponse), long.map(expectedOf))
})
