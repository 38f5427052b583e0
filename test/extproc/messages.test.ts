import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { readProcessingRequest, writeProcessingResponse } from '../../extproc/messages.js'
import { backwardWriter, readFields } from '../../extproc/protobuf.js'

// The oracle: an independent implementation of the wire format, over a schema of the same fields.
const { parse } = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'))('protobufjs')
const { root } = parse(`
  syntax = "proto3";
  message HeaderValue { string key = 1; string value = 2; bytes raw_value = 3; }
  message HeaderMap { repeated HeaderValue headers = 1; }
  message Option { HeaderValue header = 1; int32 append_action = 3; }
  message Mutation { repeated Option set_headers = 1; repeated string remove_headers = 2; }
  message Streamed { bytes body = 1; bool end_of_stream = 2; }
  message BodyMutation { oneof m { bytes body = 1; bool clear_body = 2; Streamed streamed_response = 3; } }
  message Common { int32 status = 1; Mutation header_mutation = 2; BodyMutation body_mutation = 3; bool clear_route_cache = 5; }
  message Wrapped { Common response = 1; }
  message HttpStatus { int32 code = 1; }
  message Immediate { HttpStatus status = 1; Mutation headers = 2; bytes body = 3; }
  message Trailers { Mutation header_mutation = 1; }
  message Response { oneof r { Wrapped request_headers = 1; Wrapped response_headers = 2; Wrapped request_body = 3;
    Wrapped response_body = 4; Trailers request_trailers = 5; Trailers response_trailers = 6; Immediate immediate_response = 7; } }
  message HttpHeaders { HeaderMap headers = 1; bool end_of_stream = 3; }
  message HttpBody { bytes body = 1; bool end_of_stream = 2; }
  message Empty {}
  message Value { oneof k { double number_value = 2; string string_value = 3; bool bool_value = 4; Struct struct_value = 5; } }
  message Struct { map<string, Value> fields = 1; }
  message Request { oneof r { HttpHeaders request_headers = 2; HttpHeaders response_headers = 3; HttpBody request_body = 4;
    HttpBody response_body = 5; Trailers request_trailers = 6; Trailers response_trailers = 7; }
    Empty metadata_context = 8; map<string, Struct> attributes = 9; bool observability_mode = 10; fixed64 future64 = 100; fixed32 future32 = 101; }
`)
const encode = (message: object): Buffer => {
  const type = root.lookupType('Request')
  return Buffer.from(type.encode(type.fromObject(message)).finish())
}
const decode = (message: Buffer) => {
  const type = root.lookupType('Response')
  return type.toObject(type.decode(message), { bytes: String })
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
    [...read.headers],
    [
      [':path', '/v1/ü'],
      ['a', '1, 2'],
      ['empty', ''],
    ],
  )
  assert.equal(read.endOfStream, true)
  assert.deepEqual([...read.attributes], [['xds.cluster_name', 'c']])
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

test('varints of any size survive, and the writer grows', () => {
  for (const value of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
    const writer = backwardWriter(1)
    writer.varint(536_870_911, value)
    const seen: number[] = []
    readFields(writer.finish(), (number, _, read) => seen.push(number, read))
    assert.deepEqual(seen, [536_870_911, value])
  }
})
