import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { extrasOf } from '../../../support/chat-request.js'

/** A request that clients of compatible servers send, with members that OpenAI itself does not have. */
const BODY: JsonObject = {
  model: 'm',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }], wire: 1 },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'image_url', image_url: { url: 'https://e.example/x.png', detail: 'low', max_pixels: 9 } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==', extra: true } },
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' }, spoken: 'by me' },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'ab',
      thinking_blocks: [
        { type: 'thinking', thinking: 'ab', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
      ],
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' }, cache_control: { type: 'ephemeral' } },
        { id: 'c2', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { google: {} } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: [{ type: 'image_url', image_url: { url: 'https://e.example/y' } }] },
    { role: 'tool', tool_call_id: 'c2', content: 'done', cache_control: { type: 'ephemeral' } },
    {
      role: 'assistant',
      content: 'x',
      reasoning: 'why',
      reasoning_details: [
        { type: 'reasoning.text', text: 'why', format: 'f', index: 0 },
        { type: 'reasoning.encrypted', data: 'zzz', index: 1 },
      ],
      prefix: true,
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'y' },
      ],
    },
  ],
  tools: [
    { type: 'function', function: { name: 'f', zest: 1 }, cache_control: { type: 'ephemeral' }, defer: true },
    { type: 'custom', custom: { name: 'g', zest: 2 } },
  ],
  tool_choice: { type: 'function', function: { name: 'f' }, zest: 4 },
  response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {}, zest: 5 }, zest: 6 },
  zest: 3,
}

const read = () => openaiChat.decodeRequest(BODY)

test('a request that a policy has changed keeps everything else that its client said', () => {
  const { body, dropped } = openaiChat.encodeRequest({ ...read(), model: 'other' }, {})
  assert.deepEqual(JSON.parse(JSON.stringify(body)), { ...BODY, model: 'other' })
  assert.deepEqual(dropped, [])
})

test('what a policy has put in place of a text goes out, everywhere the text stood', () => {
  const { extras, ...said } = read()
  const redacted = JSON.stringify(said).replaceAll('"ab"', '"[X]"').replaceAll('"why"', '"[X]"')
  const { body } = openaiChat.encodeRequest({ ...(JSON.parse(redacted) as ChatRequest), extras }, {})
  assert.doesNotMatch(JSON.stringify(body), /"ab"|"why"/)
})

test('members whose place a policy took away are reported', () => {
  const { messages, ...rest } = read()
  const { dropped } = openaiChat.encodeRequest({ ...rest, messages: messages.slice(0, 1), tools: [] }, {})
  assert.ok(dropped.includes('messages[5].prefix') && dropped.includes('tools[0].defer'))
})

test('another dialect reports what it has no word for, and the mark of the cache is none of that', () => {
  const { dropped } = anthropicMessages.encodeRequest(read(), {})
  const expected = ['messages[0].wire', 'messages[1].content[1].image_url.max_pixels', 'messages[1].content[3].spoken']
  for (const path of [
    ...expected,
    'messages[2].tool_calls[1].extra_content',
    'messages[5].prefix',
    'tools[0].defer',
    'tool_choice.zest',
  ]) {
    assert.ok(dropped.includes(path), path)
  }
  assert.doesNotMatch(dropped.join(), /cache_control|breakpoint/)
})

test('a file by its id, and media where only text may stand, go to OpenAI from no other dialect', () => {
  const file = { type: 'file', source: { kind: 'file-id', id: 'file_1' } } as const
  const image = { type: 'image', source: { kind: 'url', url: 'https://e.example/z' } } as const
  const request: ChatRequest = {
    ...read(),
    extras: extrasOf('anthropic-messages'),
    messages: [
      { role: 'user', content: [file] },
      { role: 'assistant', content: [image] },
    ],
  }
  const { body, dropped } = openaiChat.encodeRequest(request, {})
  assert.deepEqual(body.messages, [
    { role: 'user', content: '' },
    { role: 'assistant', content: '' },
  ])
  assert.deepEqual([...dropped].sort(), ['cache_control', 'messages[].content[].file', 'messages[].content[].image'])
})
