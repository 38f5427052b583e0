import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { moderations } from '../../../../llm/dialects/governed/scores.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { openaiEmbeddings } from '../../../../llm/dialects/openai-embeddings.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

const OPENAI = [openaiChat, openaiResponses, openaiCompletions, openaiEmbeddings, moderations]
const DIALECTS = [...OPENAI, anthropicMessages, gemini]

function texts({ contentOf }: Dialect, body: JsonObject): readonly string[] {
  assert.ok(contentOf)
  return surfacesOf(body, contentOf).sites.map(({ text }) => text)
}

for (const dialect of DIALECTS) {
  test(`an address or words where ${dialect.name} has a word of its own are text`, () => {
    const tier = dialect === gemini ? 'serviceTier' : 'service_tier'
    for (const said of ['jane@acme.com', 'call Jane', 'a\nb', `${'x'.repeat(600)} y`]) {
      assert.deepEqual(texts(dialect, { [tier]: said, role: said, id: said }), [said, said, said])
      assert.deepEqual(texts(dialect, { type: ['a', said] }), ['a', said])
    }
    assert.deepEqual(texts(dialect, { [tier]: 'auto', role: 'user', id: 'msg_1', type: ['a', 'b'] }), [])
  })
}

test('where the name of a tool stands, and where a reference does, an address is text too', () => {
  const tool = { type: 'function', function: { name: 'jane@acme.com', parameters: {} } }
  assert.deepEqual(texts(openaiChat, { tools: [tool] }), ['jane@acme.com'])
  assert.deepEqual(texts(openaiResponses, { previous_response_id: 'jane@acme.com' }), ['jane@acme.com'])
  assert.deepEqual(
    texts(openaiChat, { messages: [{ content: [{ type: 'file', file: { file_id: 'j@acme.com' } }] }] }),
    ['j@acme.com'],
  )
})

test('what is sealed stays, whatever is in it', () => {
  const said = 'Bearer jane@acme.com'
  for (const dialect of OPENAI) assert.deepEqual(texts(dialect, { signature: said, encrypted_content: said }), [])
  assert.deepEqual(texts(openaiChat, { logit_bias: { '50256': -100 }, thought_signature: said }), [])
  assert.deepEqual(
    texts(openaiResponses, { tools: [{ type: 'mcp', authorization: said, headers: { a: said }, server_url: said }] }),
    [],
  )
  assert.deepEqual(
    texts(anthropicMessages, {
      ...{ signature: said, encrypted_content: said, encrypted_index: said, encrypted_stdout: said },
      content: [{ type: 'redacted_thinking', data: said }],
      mcp_servers: [{ type: 'url', name: 'a', url: 'https://jane@acme.com/', authorization_token: said }],
    }),
    [],
  )
  assert.deepEqual(texts(gemini, { thoughtSignature: said, apiKey: said, headers: { a: said }, authConfig: said }), [])
})

test('how likely tokens were cannot be read, as a list or as an object', () => {
  const { contentOf } = openaiChat
  assert.ok(contentOf)
  const message = { role: 'assistant', content: 'a', logprobs: { content: [{ token: 'a', logprob: -1 }] } }
  const { sites, unscannable } = surfacesOf({ messages: [message] }, contentOf)
  assert.deepEqual([sites.map(({ text }) => text), unscannable], [['a'], ['messages[0]']])
})
