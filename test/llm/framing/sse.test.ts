import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../core/errors.js'
import type { Frame } from '../../../core/provider.js'
import { MAX_EVENT_BYTES, sse } from '../../../llm/framing/sse.js'

const plain = (frames: readonly Frame[]) =>
  frames.flatMap((frame) => (frame.type === 'event' && frame.data !== '' ? [[frame.event, frame.data]] : []))

function decode(pieces: readonly Uint8Array[]): readonly Frame[] {
  const decoder = sse.decode()
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end('complete')]
}

/** The bytes cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, [...at, bytes.length][index]))
}

const SAMPLE = [
  ': a comment\n\n',
  'event: message_start\ndata: {"a":"ü😀"}\n\n',
  'data:no space\r\ndata: second line\r\n\r\n',
  'id: 7\nretry: 5\nevent: ping\ndata\n\n',
  'data: cr\rdata: only\r\r',
  '\n',
  'database: not data\ndata: x\n\n',
  'data: [DONE]',
].join('')

const EXPECTED = [
  ['message_start', '{"a":"ü😀"}'],
  ['', 'no space\nsecond line'],
  ['', 'cr\nonly'],
  ['', 'x'],
  ['', '[DONE]'],
]

test('reads events with every kind of line end, comments, empty fields, and a last event without its blank line', () => {
  assert.deepEqual(plain(decode([Buffer.from(SAMPLE)])), EXPECTED)
  assert.deepEqual(plain(decode([Buffer.from(`\ufeffdata: x\n\n`)])), [['', 'x']])
})

test('cut at every byte, the events and the bytes are the same', () => {
  const bytes = Buffer.from(SAMPLE)
  for (let at = 0; at <= bytes.length; at++) {
    const frames = decode([bytes.subarray(0, at), bytes.subarray(at)])
    assert.deepEqual(plain(frames), EXPECTED, `cut at ${at}`)
  }
})

test('cut anywhere, any number of times, forwarding every raw reproduces the stream', () => {
  const line = fc.constantFrom('data: a', 'data: {"x":"é"}', 'event: e', ': c', '', 'id: 1', 'data')
  const end = fc.constantFrom('\n', '\r\n', '\r')
  const stream = fc.array(fc.tuple(line, end)).map((lines) => Buffer.from(`${lines.flat().join('')}data: last\n\n`))
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
      const whole = decode([bytes])
      const pieces = decode(cut(bytes, places))
      assert.deepEqual(plain(pieces), plain(whole))
      assert.deepEqual(Buffer.concat(pieces.map((frame) => frame.raw ?? Buffer.alloc(0))), bytes)
    }),
  )
})

test('a character that is broken off ends with its line, and no other line is lost', () => {
  const broken = [...Buffer.from('event: é').subarray(0, -1), 0x0a, ...Buffer.from('data: 😀').subarray(0, -1)]
  for (const end of ['\n', '\r\n', '\r']) {
    const bytes = Buffer.concat([Buffer.from(broken), Buffer.from(`${end}data: ok${end}${end}`)])
    assert.deepEqual(plain(decode([bytes])), [['\ufffd', '\ufffd\nok']])
  }
})

test('an event comes out with the chunk that completes it', () => {
  const decoder = sse.decode()
  assert.deepEqual(plain(decoder.push(Buffer.from('data: 1\n\ndata: 2'))), [['', '1']])
  assert.deepEqual(plain(decoder.push(Buffer.from('\n'))), [])
  assert.deepEqual(plain(decoder.push(Buffer.from('\n'))), [['', '2']])
})

test('drops the unfinished event of a stream that was cut', () => {
  const decoder = sse.decode()
  decoder.push(Buffer.from('data: {"half":'))
  assert.deepEqual(decoder.end('cut'), [])
})

test('refuses an endless line without reading it again and again', () => {
  const decoder = sse.decode()
  const chunk = Buffer.alloc(64 * 1024, 'x')
  decoder.push(Buffer.from('data: '))
  const chunks = MAX_EVENT_BYTES / chunk.length + 1
  assert.throws(
    () => {
      for (let i = 0; i < chunks; i++) decoder.push(chunk)
    },
    (error) => error instanceof GatewayError && error.code === 'upstream_error',
  )
})

test('what it encodes, it decodes', () => {
  const frames: readonly Frame[] = [
    { type: 'event', event: 'error', data: '{"a":1}' },
    { type: 'event', event: '', data: 'two\nlines' },
    { type: 'event', event: 'e', data: '\n' },
    { type: 'event', event: '', data: 'an end\n' },
  ]
  assert.deepEqual(plain(decode(frames.map((frame) => sse.encode(frame)))), [
    ['error', '{"a":1}'],
    ['', 'two\nlines'],
    ['e', '\n'],
    ['', 'an end\n'],
  ])
})

test('every byte is in a frame, wherever the last ones are cut', () => {
  const bytes = Buffer.from('data: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\n')
  for (let place = 0; place <= bytes.length; place++) {
    const frames = decode(cut(bytes, [place]))
    assert.deepEqual(Buffer.concat(frames.map((frame) => frame.raw ?? Buffer.alloc(0))), bytes, `cut at ${place}`)
    assert.equal(plain(frames).length, 2)
  }
})
