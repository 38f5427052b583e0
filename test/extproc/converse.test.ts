import assert from 'node:assert/strict'
import { test } from 'node:test'
import { converse } from '../../extproc/converse.js'
import type { Level } from '../../extproc/level.js'
import type { Outgoing } from '../../extproc/messages.js'
import { encodeRequest } from './schema.js'

const body = (text: string) => encodeRequest({ requestBody: { body: Buffer.from(text) } })
const saying = (text: string): Outgoing => ({ kind: 'response-body', pieces: [Buffer.from(text)], endOfStream: false })

/** A conversation with a level that says what `take` makes of each body, and what happened in it. */
function conversation(take: (text: string) => string | Promise<string>, others: Partial<Level> = {}) {
  const events: string[] = []
  const busy: Promise<void>[] = []
  const listener = converse(
    {
      send: (messages) => {
        for (const message of messages) if (message.kind === 'response-body') events.push(`sent ${message.pieces}`)
      },
      end: () => events.push('end'),
      fail: () => events.push('fail'),
    },
    {
      take(message) {
        assert.ok(message.kind === 'request-body')
        const taken = take(message.body.toString())
        return taken instanceof Promise ? taken.then((text) => [saying(text)]) : [saying(taken)]
      },
      left: () => void events.push('left'),
      closed: () => void events.push('closed'),
      exchangeId: () => undefined,
      ...others,
    },
    { broken: (error) => events.push(`broken: ${error}`), busy: (work) => busy.push(work) },
  )
  return { listener, events, busy, done: () => Promise.all(busy) }
}

test('what is known at once is sent at once, without a promise', () => {
  const { listener, events, busy } = conversation((text) => text)
  listener.message(body('a'))
  listener.message(body('b'))
  listener.ended()
  assert.deepEqual(events, ['sent a', 'sent b', 'end', 'left', 'closed'])
  assert.equal(busy.length, 0)
})

test('what has to wait keeps its place, and the level is closed after it', async () => {
  let open = (_: string) => {}
  const waited = new Promise<string>((resolve) => {
    open = resolve
  })
  const taken: string[] = []
  const { listener, events, done } = conversation((text) => {
    taken.push(text)
    return text === 'slow' ? waited : text
  })
  listener.message(body('slow'))
  listener.message(body('b'))
  assert.deepEqual([taken, events], [['slow'], []])
  open('slow')
  await done()
  assert.deepEqual(events, ['sent slow', 'sent b'])
  listener.closed()
  listener.closed()
  assert.deepEqual(events.slice(2), ['left', 'closed'])
})

test('a stream that is gone is left at once and closed when its work is done; nothing is sent on it', async () => {
  let open = (_: string) => {}
  const waited = new Promise<string>((resolve) => {
    open = resolve
  })
  const { listener, events, done } = conversation(() => waited)
  listener.message(body('a'))
  listener.closed()
  listener.message(body('b'))
  assert.deepEqual(events, ['left'])
  open('a')
  await done()
  assert.deepEqual(events, ['left', 'closed'])
})

test('whatever goes wrong is told, fails the stream and goes no further', async () => {
  const wrong = new Error('wrong')
  const thrown = conversation(() => {
    throw wrong
  })
  thrown.listener.message(body('a'))
  assert.deepEqual(thrown.events, ['broken: Error: wrong', 'fail'])

  const rejected = conversation(() => Promise.reject(wrong))
  rejected.listener.message(body('a'))
  await rejected.done()
  assert.deepEqual(rejected.events, ['broken: Error: wrong', 'fail'])

  const unreadable = conversation((text) => text)
  unreadable.listener.message(Buffer.from([0x12, 5, 1]))
  assert.match(String(unreadable.events), /^broken: RangeError.*,fail$/)

  const closing = conversation((text) => text, {
    closed: () => {
      throw wrong
    },
  })
  closing.listener.closed()
  assert.deepEqual(closing.events, ['left', 'broken: Error: wrong', 'fail'])
})
