import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { GatewayError } from '../../../core/errors.js'
import type { Frame } from '../../../core/provider.js'
import { awsEventStream, MAX_MESSAGE_BYTES } from '../../../llm/framing/aws-eventstream.js'
import { crc32 } from '../../../llm/framing/crc32.js'
import { framings } from '../../../llm/framing/framings.js'

const plain = (frames: readonly Frame[]) =>
  frames.map((frame) => [frame.type === 'event' ? frame.event : 'body', frame.data])

function decode(pieces: readonly Uint8Array[]): readonly Frame[] {
  const decoder = awsEventStream.decode()
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end('complete')]
}

/** What came out, and the code of the error that ended it. */
function outcome(pieces: readonly Uint8Array[]): readonly unknown[] {
  const decoder = awsEventStream.decode()
  const seen: unknown[] = []
  try {
    for (const piece of pieces) seen.push(...plain(decoder.push(piece)))
    seen.push(...plain(decoder.end('complete')))
  } catch (error) {
    assert.ok(error instanceof GatewayError)
    seen.push(error.code)
  }
  return seen
}

const event = (name: string, data: string): Uint8Array => awsEventStream.encode({ type: 'event', event: name, data })

/** A message with these header bytes, whatever they are. */
function message(headers: Uint8Array, payload: string): Uint8Array {
  const body = Buffer.from(payload)
  const bytes = Buffer.alloc(16 + headers.length + body.length)
  bytes.writeUInt32BE(bytes.length, 0)
  bytes.writeUInt32BE(headers.length, 4)
  bytes.writeUInt32BE(zlibCrc32(bytes.subarray(0, 8)), 8)
  bytes.set(headers, 12)
  bytes.set(body, 12 + headers.length)
  bytes.writeUInt32BE(zlibCrc32(bytes.subarray(0, bytes.length - 4)), bytes.length - 4)
  return bytes
}

const header = (name: string, type: number, value: Uint8Array) =>
  Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([type]), value])
const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)])

const SAMPLE = Buffer.concat([
  event('messageStart', '{"role":"assistant"}'),
  event('contentBlockDelta', '{"delta":{"text":"ü😀"},"contentBlockIndex":0}'),
  event('exception:throttlingException', '{"message":"slow down"}'),
])
const EXPECTED = [
  ['messageStart', '{"role":"assistant"}'],
  ['contentBlockDelta', '{"delta":{"text":"ü😀"},"contentBlockIndex":0}'],
  ['exception:throttlingException', '{"message":"slow down"}'],
]

test('its CRC is that of zlib', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (a, b) => {
      assert.equal(crc32(a), zlibCrc32(a))
      const both = Buffer.concat([a, b])
      assert.equal(crc32(b, crc32(a)), zlibCrc32(both))
      assert.equal(crc32(both, 0, a.length), zlibCrc32(b))
      assert.equal(crc32(both, 0, 0, a.length), zlibCrc32(a))
    }),
  )
})

test('is the framing of its content type', () => {
  assert.equal(framings.forResponse('application/vnd.amazon.eventstream'), awsEventStream)
  assert.equal(framings.forResponse('Application/VND.amazon.EventStream; x=y'), awsEventStream)
  assert.notEqual(framings.forResponse('application/json'), awsEventStream)
})

test('reads a message that another encoder has written', () => {
  // One of AWS's own test vectors for the format: a JSON payload and a single header.
  const vector =
    '0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1'
  assert.deepEqual(plain(decode([Buffer.from(vector, 'hex')])), [['', "{'foo':'bar'}"]])
})

test('cut at every byte, the frames and the bytes are the same', () => {
  for (let at = 0; at <= SAMPLE.length; at++) {
    const frames = decode([SAMPLE.subarray(0, at), SAMPLE.subarray(at)])
    assert.deepEqual(plain(frames), EXPECTED, `cut at ${at}`)
    assert.deepEqual(Buffer.concat(frames.map((frame) => frame.raw ?? Buffer.alloc(0))), SAMPLE)
  }
  assert.deepEqual(plain(decode([...SAMPLE].map((byte) => Uint8Array.of(byte)))), EXPECTED)
})

test('what it encodes, it decodes, in any pieces', () => {
  const names = fc.constantFrom('chunk', 'metadata', '', 'exception:x', 'exception:')
  const frames = fc.array(fc.tuple(names, fc.string({ minLength: 1, unit: 'binary' })), { maxLength: 6 })
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (made, places) => {
      const bytes = Buffer.concat(made.map(([name, data]) => event(name, data)))
      const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
      const pieces = [0, ...at].map((from, index) => bytes.subarray(from, [...at, bytes.length][index]))
      assert.deepEqual(
        plain(decode(pieces)),
        made.map(([name, data]) => [name, Buffer.from(data).toString()]),
      )
    }),
  )
})

test('reads the headers of each message, whichever came before it', () => {
  const kinds = ['contentBlockDelta', 'contentBlockDelta', 'contentBlockDelto', 'contentBlock', 'contentBlockDelta']
  const bytes = Buffer.concat(kinds.map((kind, i) => event(kind, `${i}`)))
  assert.deepEqual(
    plain(decode([bytes])),
    kinds.map((kind, i) => [kind, `${i}`]),
  )
  assert.deepEqual(outcome([event('a', '1'), message(Uint8Array.of(9), '2')]), [['a', '1'], 'upstream_error'])
})

test('steps over headers of every type', () => {
  const headers = Buffer.concat([
    header('t', 0, Buffer.alloc(0)),
    header('f', 1, Buffer.alloc(0)),
    header('byte', 2, Buffer.alloc(1)),
    header('short', 3, Buffer.alloc(2)),
    header('int', 4, Buffer.alloc(4)),
    header('long', 5, Buffer.alloc(8)),
    header('bytes', 6, text('xyz')),
    header('time', 8, Buffer.alloc(8)),
    header('uuid', 9, Buffer.alloc(16)),
    header(':event-type', 7, text('metadata')),
  ])
  assert.deepEqual(plain(decode([message(headers, '{}')])), [['metadata', '{}']])
})

test('names exceptions and errors, and never leaves their data empty', () => {
  const typed = (type: string, ...more: readonly Buffer[]) =>
    Buffer.concat([header(':message-type', 7, text(type)), ...more])
  const exception = typed('exception', header(':exception-type', 7, text('validationException')))
  const error = typed(
    'error',
    header(':error-code', 7, text('InternalFailure')),
    header(':error-message', 7, text('sorry')),
  )
  assert.deepEqual(plain(decode([message(exception, ''), message(error, ''), message(error, '{"message":"x"}')])), [
    ['exception:validationException', '{}'],
    ['exception:InternalFailure', '{"message":"sorry"}'],
    ['exception:InternalFailure', '{"message":"x"}'],
  ])
})

test('a changed byte is an error after the frames before it, wherever the bytes are cut', () => {
  const places = fc.tuple(fc.nat(SAMPLE.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(SAMPLE.length))
  fc.assert(
    fc.property(places, ([at, flip, cut]) => {
      const bad = Buffer.from(SAMPLE)
      bad[at] = (bad[at] ?? 0) ^ flip
      const whole = outcome([bad])
      assert.equal(whole.at(-1), 'upstream_error')
      assert.deepEqual(whole.slice(0, -1), EXPECTED.slice(0, whole.length - 1))
      assert.deepEqual(outcome([bad.subarray(0, cut), bad.subarray(cut)]), whole)
    }),
    { numRuns: 300 },
  )
})

test('refuses malformed headers and impossible lengths', () => {
  const bad = [
    Buffer.from([5, 0x61]), // a name that is cut
    Buffer.from([1, 0x61]), // no type
    Buffer.from([1, 0x61, 10]), // an unknown type
    Buffer.from([1, 0x61, 7, 0]), // half a length
    Buffer.from([1, 0x61, 7, 0, 9, 0x62]), // a value that is cut
    Buffer.from([1, 0x61, 9, 0]),
  ]
  for (const headers of bad) assert.deepEqual(outcome([message(headers, '{}')]), ['upstream_error'])
  for (const [total, headers] of [
    [15, 0],
    [40, 25],
    [MAX_MESSAGE_BYTES + 1, 0],
  ] as const) {
    const prelude = Buffer.alloc(64)
    prelude.writeUInt32BE(total, 0)
    prelude.writeUInt32BE(headers, 4)
    prelude.writeUInt32BE(zlibCrc32(prelude.subarray(0, 8)), 8)
    assert.deepEqual(outcome([prelude]), ['upstream_error'])
  }
})

test('refuses a message that is too large before it has come', () => {
  const decoder = awsEventStream.decode()
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(0x7fffffff, 0)
  prelude.writeUInt32BE(zlibCrc32(prelude.subarray(0, 8)), 8)
  assert.throws(
    () => decoder.push(prelude),
    (error) => error instanceof GatewayError && error.code === 'upstream_error',
  )
})

test('reads a large message in many pieces', () => {
  const large = event('chunk', 'x'.repeat(8 * 1024 * 1024))
  const decoder = awsEventStream.decode()
  let frames = 0
  for (let at = 0; at < large.length; at += 1024) frames += decoder.push(large.subarray(at, at + 1024)).length
  assert.equal(frames, 1)
})

test('drops the unfinished message of a stream that ends', () => {
  const decoder = awsEventStream.decode()
  decoder.push(SAMPLE.subarray(0, 20))
  assert.deepEqual(decoder.end('cut'), [])
})

test('any bytes give frames or an upstream_error', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (pieces) => {
      outcome(pieces)
    }),
    { numRuns: 500 },
  )
})
