import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsIn } from '../../extproc/claims.js'
import { FRAME_HEADER } from '../../extproc/grpc-frames.js'
import { type Outgoing, readProcessingRequest } from '../../extproc/messages.js'
import { VERIFIED_TOKENS } from '../../extproc/names.js'
import { readFields } from '../../extproc/protobuf.js'
import { backwardWriter } from '../../extproc/protobuf-writer.js'
import { frameWriter } from '../../extproc/write-messages.js'
import { decodeResponse as decode, encodeRequest as encode } from './schema.js'

const frames = frameWriter()
const writeFrames = (messages: Parameters<typeof frames>[0]) => Buffer.concat(frames(messages))
/** The one message of a gRPC frame. */
const writeProcessingResponse = (response: Outgoing): Buffer => {
  const frame = writeFrames([response])
  assert.deepEqual([frame[0], frame.readUInt32BE(1)], [0, frame.length - FRAME_HEADER])
  return frame.subarray(FRAME_HEADER)
}
const raw = (text: string) => Buffer.from(text).toString('base64')

test('reads headers, from raw values or plain ones, joins repeated ones, and finds attributes', () => {
  const headers = [
    { key: ':path', rawValue: raw('/v1/ü') },
    { key: 'a', value: '1' },
    { key: 'a', rawValue: raw('2') },
    { key: 'empty' },
  ]
  const message = encode({
    requestHeaders: { headers: { headers }, endOfStream: true },
    attributes: {
      'envoy.filters.http.ext_proc': { fields: { 'xds.cluster_name': { stringValue: 'c' }, n: { numberValue: 1 } } },
    },
    future64: 1,
    future32: 2,
    observabilityMode: true,
  })
  const read = readProcessingRequest(message)
  assert.ok(read.kind === 'request-headers')
  assert.deepEqual(
    [...read.headers.keys()].map((name) => [name, read.headers.get(name)]),
    [
      [':path', '/v1/ü'],
      ['a', '1, 2'],
      ['empty', ''],
    ],
  )
  assert.equal(read.endOfStream, true)
  assert.deepEqual([...read.attributes], [['xds.cluster_name', 'c']])
})

test('reads the body that came along with its headers, as it is or in base64', () => {
  const body = Buffer.from([...Array(256).keys()])
  for (const header of [
    { key: 'x-tollgate-body', rawValue: body.toString('base64') },
    { key: 'x-tollgate-body-base64', rawValue: raw(body.toString('base64')) },
  ]) {
    for (const kind of ['requestHeaders', 'responseHeaders']) {
      const headers = [{ key: ':path', rawValue: raw('/') }, header, { key: 'a', rawValue: raw('1') }]
      const read = readProcessingRequest(encode({ [kind]: { headers: { headers } } }))
      assert.ok(read.kind === 'request-headers' || read.kind === 'response-headers')
      assert.deepEqual(read.along, body)
      assert.deepEqual([read.headers.get(':path'), read.headers.get('a')], ['/', '1'])
    }
  }
})

test('reads bodies without copying them, and trailers', () => {
  const body = Buffer.alloc(70_000, 'x')
  const read = readProcessingRequest(encode({ responseBody: { body, endOfStream: false } }))
  assert.ok(read.kind === 'response-body')
  assert.deepEqual(read.body, body)
  assert.equal(read.endOfStream, false)
  const last = readProcessingRequest(encode({ requestBody: { endOfStream: true } }))
  assert.ok(last.kind === 'request-body')
  assert.equal(last.body.length, 0)
  assert.equal(last.endOfStream, true)
  assert.equal(readProcessingRequest(encode({ responseTrailers: {} })).kind, 'response-trailers')
  assert.equal(readProcessingRequest(Buffer.alloc(0)).kind, 'unknown')
})

test('a response body is read the same in every form', () => {
  for (const size of [0, 1, 127, 128, 16_384, 70_000]) {
    const body = Buffer.alloc(size, 'x')
    for (const endOfStream of [false, true]) {
      const responseBody = { body, endOfStream }
      for (const more of [{}, { metadataContext: {} }, { attributes: { filter: { fields: {} } } }, { future64: 1 }]) {
        const read = readProcessingRequest(encode({ responseBody, ...more }))
        assert.ok(read.kind === 'response-body')
        assert.deepEqual([read.body, read.endOfStream], [body, endOfStream])
      }
    }
  }
})

test('a response body cut anywhere is never read as a shorter one', () => {
  const message = encode({ responseBody: { body: Buffer.from('hello') }, metadataContext: {} })
  for (let at = 1; at < message.length - 2; at++) {
    assert.throws(() => readProcessingRequest(message.subarray(0, at)), RangeError)
  }
})

/** A claim reader over the tokens in Envoy's own namespace, and over what else is in the metadata. */
function claimsOf(tokens: object, others: object = {}, headers: Readonly<Record<string, string>> = {}) {
  const struct = (members: object) => ({
    fields: Object.fromEntries(Object.entries(members).map(([name, json]) => [name, protoValue(json)])),
  })
  const namespaces = Object.fromEntries(
    Object.entries({ ...others, [VERIFIED_TOKENS]: tokens }).map(([name, members]) => [name, struct(members)]),
  )
  const read = readProcessingRequest(
    encode({
      requestHeaders: { headers: { headers: [{ key: ':path', value: '/' }] } },
      metadataContext: { filterMetadata: namespaces },
    }),
  )
  assert.ok(read.kind === 'request-headers' && read.metadata)
  return claimsIn(read.metadata, new Map(Object.entries(headers)))
}

/** A JSON value as protobufjs wants a `google.protobuf.Value`. */
function protoValue(json: unknown): object {
  if (json === null) return { nullValue: 0 }
  if (typeof json === 'string') return { stringValue: json }
  if (typeof json === 'number') return { numberValue: json }
  if (typeof json === 'boolean') return { boolValue: json }
  if (Array.isArray(json)) return { listValue: { values: json.map(protoValue) } }
  const members = Object.entries(Object(json)).map(([name, member]) => [name, protoValue(member)])
  return { structValue: { fields: Object.fromEntries(members) } }
}

test('metadata is kept unread, and an empty one is none', () => {
  const requestHeaders = { headers: { headers: [{ key: 'a', value: 'b' }] } }
  for (const more of [{}, { metadataContext: {} }]) {
    const read = readProcessingRequest(encode({ requestHeaders, ...more }))
    assert.ok(read.kind === 'request-headers')
    assert.equal(read.metadata, undefined)
  }
})

test('claims are found by dotted path, also where their names hold dots', () => {
  const claim = claimsOf({
    token: { sub: 'ann', org: { team: { id: 'blue' }, 'a.b': { c: 'd' } }, 'https://example.com/plan': 'pro', '': 'e' },
  })
  assert.equal(claim('sub'), 'ann')
  assert.equal(claim('org.team.id'), 'blue')
  assert.equal(claim('org.a.b.c'), 'd')
  assert.equal(claim('https://example.com/plan'), 'pro')
  for (const path of ['org', 'org.team', 'org.', '.sub', 'sub.x', 'token', 'token.sub', 'none', 'constructor']) {
    assert.equal(claim(path), undefined, path)
  }
})

test('text, numbers, booleans and lists of one of them are claims; nothing else is', () => {
  const values = { text: '', whole: 42, minus: -7, part: 1.5, yes: true, no: false, one: ['x'], oneNumber: [3] }
  const claim = claimsOf({ token: { ...values, none: null, two: ['x', 'y'], empty: [], object: {}, deep: [['x']] } })
  const read = Object.keys(values).map((name) => claim(name))
  assert.deepEqual(read, ['', '42', '-7', '1.5', 'true', 'false', 'x', '3'])
  for (const name of ['none', 'two', 'empty', 'object', 'deep']) assert.equal(claim(name), undefined, name)
})

test('an integer that has been rounded is refused, for it may be two subjects', () => {
  const claim = claimsOf({ token: { id: 2 ** 53 - 1, rounded: 2 ** 53 } })
  assert.equal(claim('id'), '9007199254740991')
  assert.throws(() => claim('rounded'), { code: 'malformed_request', param: 'rounded' })
})

test('only what the JWT filter verified is a claim', () => {
  const others = { 'envoy.filters.http.other': { token: { sub: 'mallory' } }, sub: { sub: 'mallory' } }
  const claim = claimsOf({ token: { iss: 'a' }, sub: 'mallory' }, others)
  assert.equal(claim('iss'), 'a')
  assert.equal(claim('sub'), undefined)
})

test('two tokens may say the same or different things, but not two of one', () => {
  const claim = claimsOf({ a: { sub: 'ann', iss: 'a' }, b: { sub: 'ann', iss: 'b', team: 'blue' } })
  assert.equal(claim('sub'), 'ann')
  assert.equal(claim('team'), 'blue')
  assert.throws(() => claim('iss'), { code: 'malformed_request', param: 'iss' })
})

test('claims of a token that Envoy passed on without verifying it are refused', () => {
  const claim = claimsOf({ token: { sub: 'mallory' } }, {}, { 'x-jwt-signature-verified': 'false' })
  assert.throws(() => claim('sub'), { code: 'malformed_request', param: 'sub' })
})

test('metadata that is broken is an error when a claim is asked for, and not before', () => {
  const claim = claimsIn(Buffer.from([0x0a, 0x05, 0x01]), new Map())
  assert.throws(() => claim('sub'), RangeError)
})

test('writes header changes, a replaced body and the route flag', () => {
  const body = Buffer.alloc(100_000, 'y')
  const written = writeProcessingResponse({
    kind: 'request-headers',
    headers: {
      set: [
        ['x-ü', 'é'],
        ['b', ''],
      ],
      remove: ['c'],
    },
    route: 'again',
    replaceBody: body,
  })
  assert.deepEqual(decode(written), {
    requestHeaders: {
      response: {
        status: 1,
        headerMutation: {
          setHeaders: [
            { header: { key: 'b', rawValue: '' }, appendAction: 2 },
            { header: { key: 'x-ü', rawValue: raw('é') }, appendAction: 2 },
          ],
          removeHeaders: ['c'],
        },
        bodyMutation: { body: body.toString('base64') },
        clearRouteCache: true,
      },
    },
  })
})

test('writes pieces of a streamed body as one, and the end', () => {
  for (const size of [0, 1, 110, 127, 128, 16_384, 70_000]) {
    const body = Buffer.alloc(size, 'z')
    const written = writeProcessingResponse({ kind: 'response-body', pieces: [body], endOfStream: false })
    const streamedResponse = { body: body.toString('base64') }
    assert.deepEqual(decode(written), { responseBody: { response: { bodyMutation: { streamedResponse } } } })
  }
  const pieces = [Buffer.from('ab'), Buffer.from(''), Buffer.from('c')]
  assert.deepEqual(decode(writeProcessingResponse({ kind: 'response-body', pieces, endOfStream: true })), {
    responseBody: { response: { bodyMutation: { streamedResponse: { body: raw('abc'), endOfStream: true } } } },
  })
  assert.deepEqual(decode(writeProcessingResponse({ kind: 'response-trailers' })), { responseTrailers: {} })
})

test('writes dynamic metadata beside what it answers', () => {
  const metadata = { namespace: 'envoy.lb', texts: [['mark', 'again']] } as const
  const headers = { set: [[':status', '429']], remove: [] } as const
  assert.deepEqual(decode(writeProcessingResponse({ kind: 'response-headers', headers, metadata })), {
    responseHeaders: {
      response: {
        headerMutation: { setHeaders: [{ header: { key: ':status', rawValue: raw('429') }, appendAction: 2 }] },
      },
    },
    dynamicMetadata: { fields: { 'envoy.lb': { structValue: { fields: { mark: { stringValue: 'again' } } } } } },
  })
})

test('writes an immediate response', () => {
  const written = writeProcessingResponse({
    kind: 'immediate',
    status: 429,
    headers: [['retry-after', '3']],
    body: Buffer.from('{}'),
  })
  assert.deepEqual(decode(written), {
    immediateResponse: {
      status: { code: 429 },
      headers: { setHeaders: [{ header: { key: 'retry-after', rawValue: raw('3') }, appendAction: 2 }] },
      body: raw('{}'),
    },
  })
})

test('a message cut short is an error, never a wrong message', () => {
  const message = encode({ requestBody: { body: Buffer.from('hello') } })
  assert.throws(() => readProcessingRequest(message.subarray(0, message.length - 1)), RangeError)
})

test('varints of any size survive', () => {
  for (const value of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
    const writer = backwardWriter()
    writer.varint(536_870_911, value)
    const seen: number[] = []
    readFields(Buffer.concat(writer.finish()), (number, _, read) => seen.push(number, read))
    assert.deepEqual(seen, [536_870_911, value])
  }
})

test('fixed-size fields are read, and one cut short is an error', () => {
  const message = Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x1d, 1, 2, 3, 4])
  const seen: unknown[] = []
  readFields(message, (number, bytes) => seen.push(number, bytes.length))
  assert.deepEqual(seen, [2, 8, 3, 4])
  for (const at of [8, 13]) assert.throws(() => readFields(message.subarray(0, at), () => {}), RangeError)
})
