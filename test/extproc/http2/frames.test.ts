import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConnectionError } from '../../../extproc/http2/errors.js'
import { FLAG, FRAME, FRAME_SIZE, frameReader, HEAD, putFrameHead } from '../../../extproc/http2/frames.js'
import { frame } from './raw-frames.js'

/** What was read; data of one stream that follow each other are one, for they come in any pieces. */
interface Read {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly bytes: string
  readonly padding: number
  readonly place?: string
}

function read(pieces: readonly Buffer[]): readonly Read[] {
  const all: Read[] = []
  const reader = frameReader({
    data(stream, bytes, padding, place) {
      const before = all.at(-1)
      const goesOn = before?.type === FRAME.data && before.stream === stream && before.place === 'not last'
      if (goesOn) all.pop()
      all.push({
        ...{ type: FRAME.data, flags: 0, stream, place },
        bytes: (goesOn ? before.bytes : '') + bytes.toString('hex'),
        padding: (goesOn ? before.padding : 0) + padding,
      })
    },
    frame: (type, flags, stream, payload) =>
      all.push({ type, flags, stream, bytes: payload.toString('hex'), padding: 0 }),
  })
  for (const piece of pieces) reader.push(piece)
  return all
}

const padded = (padding: number, contents: string) =>
  Buffer.concat([Buffer.from([padding]), Buffer.from(contents), Buffer.alloc(padding)])
const hex = (text: string) => Buffer.from(text).toString('hex')
const data = (stream: number, text: string, padding: number, place: string): Read => ({
  ...{ type: FRAME.data, flags: 0, stream, bytes: hex(text), padding, place },
})

const CONVERSATION = Buffer.concat([
  frame(FRAME.settings),
  frame(FRAME.headers, FLAG.endHeaders | FLAG.padded, 1, padded(3, 'head')),
  frame(FRAME.data, 0, 1, Buffer.from('first')),
  frame(FRAME.ping, 0, 0, Buffer.from('12345678')),
  frame(FRAME.data, FLAG.padded, 1, padded(4, 'padded')),
  frame(FRAME.data, FLAG.end, 1, Buffer.from('second')),
  frame(FRAME.data, FLAG.padded, 3, padded(0, '')),
  frame(FRAME.data, FLAG.end, 3),
  frame(FRAME.data, FLAG.end | FLAG.padded, 5, padded(2, '')),
  frame(0xbe, 0xff, 0x7f_ff_ff_ff, Buffer.from('unknown')),
  frame(FRAME.data, FLAG.end | FLAG.padded, 7, padded(1, 'last')),
])
const READ: readonly Read[] = [
  { type: FRAME.settings, flags: 0, stream: 0, bytes: '', padding: 0 },
  {
    ...{ type: FRAME.headers, flags: FLAG.endHeaders | FLAG.padded, stream: 1, padding: 0 },
    bytes: padded(3, 'head').toString('hex'),
  },
  data(1, 'first', 0, 'not last'),
  { type: FRAME.ping, flags: 0, stream: 0, bytes: hex('12345678'), padding: 0 },
  data(1, 'paddedsecond', 5, 'last'),
  data(3, '', 1, 'last'),
  data(5, '', 3, 'last'),
  { type: 0xbe, flags: 0xff, stream: 0x7f_ff_ff_ff, bytes: hex('unknown'), padding: 0 },
  data(7, 'last', 2, 'last'),
]

test('frames are the same wherever the bytes are cut in two, and byte by byte', () => {
  for (let at = 0; at <= CONVERSATION.length; at++) {
    assert.deepEqual(read([CONVERSATION.subarray(0, at), CONVERSATION.subarray(at)]), READ, String(at))
  }
  assert.deepEqual(read(Array.from(CONVERSATION, (byte) => Buffer.from([byte]))), READ)
})

test('frames are the same in however many pieces they come', () => {
  const type = fc.constantFrom(...Object.values(FRAME), 0xfe)
  const one = fc.tuple(type, fc.constantFrom(0, 1, 4), fc.nat(9), fc.uint8Array({ maxLength: 30 }))
  fc.assert(
    fc.property(fc.array(one), fc.array(fc.nat(40)), (frames, sizes) => {
      const bytes = Buffer.concat(frames.map((parts) => frame(...parts)))
      const pieces: Buffer[] = []
      let at = 0
      for (const size of sizes) {
        pieces.push(bytes.subarray(at, at + size))
        at += size
      }
      assert.deepEqual(read([...pieces, bytes.subarray(at)]), read([bytes]))
    }),
  )
})

test('the bit that is reserved before the number of a stream means nothing', () => {
  const bytes = frame(FRAME.ping, 0, 1, Buffer.alloc(8))
  bytes[5] = 0x80
  assert.equal(read([bytes])[0]?.stream, 1)
})

test('data are passed on before their frame is whole', () => {
  const bytes = frame(FRAME.data, FLAG.end, 1, Buffer.from('abcdef'))
  assert.deepEqual(read([bytes.subarray(0, HEAD + 2)]), [data(1, 'ab', 0, 'not last')])
})

test('a frame of 16,384 bytes is read, and one more is an error of its size before it has come', () => {
  for (const type of [FRAME.data, FRAME.headers, 0x77]) {
    assert.equal(read([frame(type, 0, 1, Buffer.alloc(FRAME_SIZE))])[0]?.bytes.length, 2 * FRAME_SIZE)
    assert.throws(
      () => read([frame(type, 0, 1, Buffer.alloc(FRAME_SIZE + 1)).subarray(0, HEAD)]),
      (error) => error instanceof ConnectionError && error.code === 'frame size',
    )
  }
})

test('padding as long as its frame, or without its length, is an error of the protocol', () => {
  for (const payload of [Buffer.alloc(0), Buffer.from([1]), Buffer.from([3, 0, 0]), Buffer.from([255, 1, 2])]) {
    assert.throws(
      () => read([frame(FRAME.data, FLAG.padded, 1, payload)]),
      (error) => error instanceof ConnectionError && error.code === 'protocol',
    )
  }
})

test('the head of a frame is written as it is read', () => {
  const into = Buffer.alloc(HEAD + 2, 0xee)
  putFrameHead(into, 1, 0x12_34_56, 7, 0x89, 0x7a_bc_de_f0)
  assert.equal(into.toString('hex'), 'ee12345607897abcdef0ee')
})
