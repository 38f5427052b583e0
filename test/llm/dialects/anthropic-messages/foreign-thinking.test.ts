import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { request } from './fixtures.js'

const own = { type: 'thinking', thinking: 'hm', signature: 'EqQBCgIYAg==' }
const foreign = { type: 'thinking', thinking: 'hm', signature: 'gemini:abc' }
const sealed = { type: 'redacted_thinking', data: 'openai-responses:abc' }
const text = { type: 'text', text: 'thinking: of type' }
const ask = { role: 'user', content: 'hi' }

const patched = (messages: readonly object[]) =>
  anthropicMessages.patchRequest({ model: 'm', max_tokens: 5, messages: JSON.parse(JSON.stringify(messages)) }, 'n')

test("another provider's thinking is not sent back to this one, and everything else is", () => {
  const { messages } = patched([ask, { role: 'assistant', content: [foreign, sealed, own, text] }, ask])
  assert.deepEqual(messages, [ask, { role: 'assistant', content: [own, text] }, ask])
  assert.deepEqual(patched([ask, { role: 'assistant', content: [foreign] }, ask]).messages, [ask, ask])
})

test('thinking that nobody signed is no thinking of this provider', () => {
  const unsigned = { type: 'thinking', thinking: 'hm', signature: '' }
  const messages = [ask, { role: 'assistant', content: [unsigned, text] }, ask]
  assert.deepEqual(patched(messages).messages, [ask, { role: 'assistant', content: [text] }, ask])
})

test('what is taken away is reported by its place', () => {
  const messages = [ask, { role: 'assistant', content: [own, foreign, text, sealed] }]
  assert.deepEqual(anthropicMessages.lostInPatch?.({ messages }), ['messages[1].content[1]', 'messages[1].content[3]'])
  assert.deepEqual(anthropicMessages.lostInPatch?.({ messages: 'x' }), [])
})

test('messages without such thinking pass as they are', () => {
  for (const content of [[own, text], 'gemini: hello', [{ ...text, signature: 'a:b' }]]) {
    assert.deepEqual(patched([ask, { role: 'assistant', content }]), { model: 'n' })
  }
})

test("a translated request leaves another provider's thinking out, and says so", () => {
  const parts = [
    { type: 'reasoning', text: 'hm', signature: 'gemini:abc' },
    { type: 'reasoning', text: '', redacted: 'openai-responses:abc' },
    { type: 'text', text: 'yes' },
  ] as const
  const { body, dropped } = encodeRequest(
    request({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: parts },
        { role: 'user', content: [{ type: 'text', text: 'go on' }] },
      ],
    }),
    { maxOutput: 1000 },
  )
  assert.doesNotMatch(JSON.stringify(body), /abc/)
  assert.ok(dropped.length > 0)
})
