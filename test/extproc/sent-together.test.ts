import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outgoing } from '../../extproc/messages.js'
import { sentTogether } from '../../extproc/sent-together.js'

const piece = (text: string, endOfStream = false): Outgoing => ({
  kind: 'response-body',
  pieces: [Buffer.from(text)],
  endOfStream,
})
const head: Outgoing = { kind: 'response-headers' }
const trailers: Outgoing = { kind: 'response-trailers' }

test('pieces that follow each other are one message, which ends the body if the last one does', () => {
  const joined = sentTogether([head, piece('a')], [piece('b', true), trailers])
  const pieces = [Buffer.from('a'), Buffer.from('b')]
  assert.deepEqual(joined, [head, { kind: 'response-body', pieces, endOfStream: true }, trailers])
})

test('what is no piece of a body stays a message of its own, in its place', () => {
  assert.deepEqual(sentTogether([], [head, piece('a')]), [head, piece('a')])
  assert.deepEqual(sentTogether([head], [piece('a')]), [head, piece('a')])
  assert.deepEqual(sentTogether([piece('a')], [trailers]), [piece('a'), trailers])
  assert.deepEqual(sentTogether([piece('a')], []), [piece('a')])
})

test('nothing is added to a body that has ended', () => {
  assert.deepEqual(sentTogether([piece('a', true)], [piece('b')]), [piece('a', true), piece('b')])
})
