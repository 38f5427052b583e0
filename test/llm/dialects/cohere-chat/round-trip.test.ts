import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { decode, framesOf, jsonOf, request } from './answer.js'

const user = { role: 'user', content: 'Tides?' }
const objects = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : [])

/** What a client of a dialect sends after an answer, as that dialect's official clients do: the answer, and a result per call. */
const CLIENTS: readonly (readonly [Dialect, (answer: JsonObject) => ChatRequest])[] = [
  [
    openaiChat,
    (answer) => {
      const [choice] = objects(answer['choices'])
      const message = isObject(choice?.['message']) ? choice['message'] : {}
      const results = objects(message['tool_calls']).map(({ id }) => ({
        role: 'tool',
        tool_call_id: id,
        content: `of ${id}`,
      }))
      return openaiChat.decodeRequest({ model: 'm', messages: [user, message, ...results] })
    },
  ],
  [
    anthropicMessages,
    (answer) => {
      const content = objects(answer['content'])
      const results = content
        .filter(({ type }) => type === 'tool_use')
        .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: `of ${id}` }))
      return anthropicMessages.decodeRequest({
        model: 'm',
        max_tokens: 9,
        messages: [user, { role: 'assistant', content }, { role: 'user', content: results }],
      })
    },
  ],
]

function sentBack(fixture: string, model: string, client: (typeof CLIENTS)[number]): readonly JsonObject[] {
  const [dialect, again] = client
  const encoder = dialect.encodeEvents(request())
  const [frame] = decode(framesOf(fixture)).flatMap((each) => encoder.push(each))
  const { body, dropped } = cohereChat.encodeRequest({ ...again(JSON.parse(frame?.data ?? '')), model }, {})
  assert.deepEqual(dropped, [])
  return objects(body['messages']).slice(1)
}

test('a plan and its calls come back through any client as they were', () => {
  for (const client of CLIENTS) {
    const [said, ...results] = sentBack('plan-and-tools.sse', 'command-a-03-2025', client)
    assert.equal(said?.['tool_plan'], 'I will look at both harbours.')
    assert.equal(said['content'], undefined)
    assert.deepEqual(
      objects(said['tool_calls']).map(({ id, function: called }) => [
        id,
        JSON.parse(String(isObject(called) && called['arguments'])),
      ]),
      [
        ['tide_k3', { harbour: 'Cuxhaven', days: [1, 2] }],
        ['now_p9', {}],
      ],
    )
    assert.deepEqual(results, [
      { role: 'tool', tool_call_id: 'tide_k3', content: 'of tide_k3' },
      { role: 'tool', tool_call_id: 'now_p9', content: 'of now_p9' },
    ])
  }
})

test('thoughts come back through any client to a model that thinks', () => {
  for (const client of CLIENTS) {
    const [said] = sentBack('thinking-and-citations.sse', 'command-a-plus-05-2026', client)
    assert.deepEqual(said, {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'The table says it.' },
        { type: 'text', text: 'Low water 🌊 is at 06:42.' },
      ],
    })
  }
})

test('other targets are told what they cannot say', () => {
  const asked = cohereChat.decodeRequest(jsonOf('request-with-everything.json'))
  for (const dialect of [openaiChat, anthropicMessages]) {
    const { dropped } = dialect.encodeRequest({ ...asked, model: 'claude-sonnet-4-5' }, {})
    for (const path of ['documents', 'citation_options', 'safety_mode', 'priority']) {
      assert.ok(dropped.includes(path), `${dialect.name} ${path}`)
    }
  }
})
