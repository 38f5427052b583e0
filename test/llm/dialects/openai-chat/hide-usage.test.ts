import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { chunk, event, fixture, framesOf } from './answer.js'

test('leaves out the chunk that holds only usage, and passes the others as they are', () => {
  const frames = framesOf(fixture('text-with-usage.sse'))
  const shown = frames.map((frame) => openaiChat.hideUsage(frame))
  assert.deepEqual(
    shown.map((frame, index) => (frame === undefined ? 'hidden' : frame === frames[index])),
    [true, true, true, true, 'hidden', true],
  )
})

test('takes usage off a chunk that says more', () => {
  const frame = chunk({ content: 'a' }, {}, { usage: { prompt_tokens: 1 } })
  assert.deepEqual(openaiChat.hideUsage(frame), chunk({ content: 'a' }))
})

test('passes text that only talks about usage, and what is not JSON', () => {
  for (const frame of [chunk({ content: '"usage": {"a":1}' }), event('"usage":{'), event('[DONE]')]) {
    assert.equal(openaiChat.hideUsage(frame), frame)
  }
})

test('leaves bodies alone: they always have their usage', () => {
  const frame = { type: 'body', data: fixture('body-with-everything.json') } as const
  assert.equal(openaiChat.hideUsage(frame), frame)
})
