import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Holder, type HolderListener, passingOn } from '../../extproc/elsewhere.js'
import type { Outgoing } from '../../extproc/messages.js'
import { REFUSED } from '../../extproc/upstream-level.js'

const bytes = (text: string) => Buffer.from(text)

/** A stream about an exchange that this process holds, or that worker 2 holds, or nobody does. */
function setUp(place: 'here' | 'there' | 'nowhere') {
  const said: string[] = []
  const sent: Outgoing[] = []
  let fromHolder: HolderListener = { message() {}, ended() {} }
  const holder: Holder = {
    open(listener) {
      fromHolder = listener
      return {
        send: (message) => void said.push(`there: ${message}`),
        end: () => void said.push('there: end'),
        cancel: () => void said.push('there: cancel'),
      }
    },
  }
  const stream = {
    send: (messages: readonly Outgoing[]) => void sent.push(...messages),
    end: () => void said.push('end'),
    fail: () => void said.push('fail'),
  }
  const listener = passingOn(
    stream,
    { holderOf: () => (place === 'there' ? holder : undefined) },
    () => void said.push('unknown'),
    (unknown) => ({
      message(message) {
        const passing = place === 'here' ? 'here' : unknown('2-x')
        said.push(`here: ${message}, ${passing}`)
      },
      broken() {},
      ended: () => void said.push('here: end'),
      closed: () => void said.push('here: closed'),
    }),
  )
  return { listener, said, sent, fromHolder: () => fromHolder }
}

test('an exchange of this process stays here', () => {
  const { listener, said } = setUp('here')
  listener.message(bytes('one'))
  listener.message(bytes('two'))
  listener.ended()
  listener.closed()
  assert.deepEqual(said, ['here: one, here', 'here: two, here', 'here: end', 'here: closed'])
})

test('one of another process goes there with all messages, and its answers come back as they are', () => {
  const { listener, said, sent, fromHolder } = setUp('there')
  listener.message(bytes('one'))
  fromHolder().message(bytes('answer'))
  listener.message(bytes('two'))
  listener.ended()
  fromHolder().ended('well')
  assert.deepEqual(said, ['there: one', 'here: one, passed on', 'there: two', 'there: end', 'end'])
  assert.deepEqual(sent, [{ kind: 'written', message: bytes('answer') }])
})

test('one that nobody holds is refused and counted', () => {
  const { listener, said } = setUp('nowhere')
  listener.message(bytes('one'))
  assert.deepEqual(said, ['unknown', 'here: one, refused'])
})

test('a holder that cannot be reached is as good as none', () => {
  const { listener, said, sent, fromHolder } = setUp('there')
  listener.message(bytes('one'))
  fromHolder().ended('broken')
  assert.deepEqual(said.slice(2), ['unknown', 'end'])
  assert.deepEqual(sent, [REFUSED])
})

test('a holder that goes in the middle breaks the stream off', () => {
  const { listener, said, fromHolder } = setUp('there')
  listener.message(bytes('one'))
  fromHolder().message(bytes('answer'))
  fromHolder().ended('broken')
  assert.deepEqual(said.slice(2), ['fail'])
})

test('when Envoy goes, the holder is told', () => {
  const { listener, said } = setUp('there')
  listener.message(bytes('one'))
  listener.closed()
  assert.deepEqual(said.slice(2), ['there: cancel', 'here: closed'])
})
