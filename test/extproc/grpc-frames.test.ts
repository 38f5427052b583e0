import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GrpcFrameError, grpcFrames } from '../../extproc/grpc-frames.js'

function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(message.length, 1)
  return Buffer.concat([header, message])
}

const texts = (messages: readonly Buffer[]) => messages.map((message) => message.toString('latin1'))

test('messages come out the same wherever the bytes are cut in two', () => {
  const messages = ['', 'a', 'hello', 'x'.repeat(300)]
  const bytes = Buffer.concat(messages.map((message) => frame(Buffer.from(message))))
  for (let at = 0; at <= bytes.length; at++) {
    const frames = grpcFrames()
    assert.deepEqual(
      texts([...frames.push(bytes.subarray(0, at)), ...frames.push(bytes.subarray(at))]),
      messages,
      String(at),
    )
  }
})

test('messages come out the same in however many pieces they come', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(12)), (messages, sizes) => {
      const bytes = Buffer.concat(messages.map(frame))
      const frames = grpcFrames()
      const read: Buffer[] = []
      let at = 0
      for (const size of sizes) {
        read.push(...frames.push(bytes.subarray(at, at + size)))
        at += size
      }
      read.push(...frames.push(bytes.subarray(at)))
      assert.deepEqual(read, messages.map(Buffer.from))
    }),
  )
})

test('a message comes out as soon as its last byte has come, and not before', () => {
  const frames = grpcFrames()
  const bytes = frame(Buffer.from('hello'))
  for (let at = 0; at < bytes.length - 1; at++) assert.deepEqual(frames.push(bytes.subarray(at, at + 1)), [])
  assert.deepEqual(texts(frames.push(bytes.subarray(bytes.length - 1))), ['hello'])
})

test('a message in one piece is not copied, and one of many pieces is put together once', () => {
  const whole = frame(Buffer.from('hello'))
  assert.equal(grpcFrames().push(whole)[0]?.buffer, whole.buffer)
  const large = frame(Buffer.alloc(20_000_000, 'x'))
  const frames = grpcFrames()
  const read: Buffer[] = []
  const begun = process.cpuUsage()
  for (let at = 0; at < large.length; at += 1000) read.push(...frames.push(large.subarray(at, at + 1000)))
  assert.equal(read[0]?.length, 20_000_000)
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system < 2_000_000, `${user + system} us for 20,000 pieces`)
})

test('what follows a long message in the same piece is not lost', () => {
  const large = Buffer.alloc(1_000_000, 'x')
  const bytes = Buffer.concat([frame(large), frame(Buffer.from('hello')), frame(large), frame(Buffer.from('end'))])
  for (const size of [1000, 16_384, 300_001, bytes.length]) {
    const frames = grpcFrames()
    const read: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) read.push(...frames.push(bytes.subarray(at, at + size)))
    assert.deepEqual(
      read.map(({ length }) => length),
      [1_000_000, 5, 1_000_000, 3],
    )
    assert.ok(read[2]?.equals(large))
  }
})

test('a compressed message is an error, whether its header came at once or not', () => {
  const bytes = frame(Buffer.from('hello'))
  bytes[0] = 1
  assert.throws(() => grpcFrames().push(bytes), GrpcFrameError)
  const frames = grpcFrames()
  frames.push(bytes.subarray(0, 2))
  assert.throws(() => frames.push(bytes.subarray(2)), GrpcFrameError)
})
