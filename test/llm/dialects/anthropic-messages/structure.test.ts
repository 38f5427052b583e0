import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AssistantPart, ChatRequest, Message, Part } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import { decodeRequest } from '../../../../llm/dialects/anthropic-messages/decode-request.js'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { request } from './fixtures.js'

const id = fc.constantFrom('a', 'b', 'c:1', '')
const words = fc.constantFrom('', ' \n', 'x', 'word ', '{"a":1}')
const parts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.oneof(
    words.map((text): Part => ({ type: 'text', text })),
    words.map((data): Part => ({ type: 'audio', format: 'wav', data })),
    fc.constant<Part>({ type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } }),
    fc.constant<Part>({ type: 'file', source: { kind: 'data', mediaType: 'text/plain', data: '' } }),
  ),
  { maxLength: 3 },
)
const assistantParts: fc.Arbitrary<readonly (Part | AssistantPart)[]> = fc.array(
  fc.oneof(
    words.map((text): Part => ({ type: 'text', text })),
    words.map((text): AssistantPart => ({ type: 'refusal', text })),
    fc.record({ text: words, signature: words }).map((each): AssistantPart => ({ type: 'reasoning', ...each })),
    fc
      .record({ id, arguments: words, kind: fc.constantFrom('function' as const, 'custom' as const) })
      .map((each): AssistantPart => ({ type: 'tool-call', name: 'f', ...each })),
  ),
  { maxLength: 4 },
)
const messages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.oneof(
    parts.map((content): Message => ({ role: 'user', content })),
    parts.map((content): Message => ({ role: 'system', content })),
    assistantParts.map((content): Message => ({ role: 'assistant', content })),
    fc.record({ callId: id, content: parts }).map((each): Message => ({ role: 'tool', ...each })),
  ),
  { maxLength: 8 },
)
const effort = fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'odd')
const requests: fc.Arbitrary<ChatRequest> = fc
  .record(
    {
      model: fc.constantFrom('claude-3-5-haiku-latest', 'claude-sonnet-4-5', 'claude-opus-4-8', 'claude-opus-5-5', 'm'),
      messages,
      tools: fc.subarray([{ kind: 'function' as const, name: 'f' }]),
      toolChoice: fc.constantFrom({ mode: 'required' as const }, { mode: 'auto' as const }),
      maxOutputTokens: fc.integer({ min: 1, max: 40_000 }),
      reasoning: fc.oneof(
        effort.map((word) => ({ effort: word })),
        fc.integer({ min: 1, max: 99_999 }).map((budgetTokens) => ({ budgetTokens })),
      ),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    },
    { requiredKeys: ['messages'] },
  )
  .map((members) => request(members))

const contentOf = (message: unknown): readonly JsonObject[] => {
  const content = isObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content.filter(isObject) : []
}

test('every request that is written keeps the rules of the API', () => {
  fc.assert(
    fc.property(requests, fc.option(fc.integer({ min: 1, max: 64_000 }), { nil: undefined }), (asked, maxOutput) => {
      const { body } = encodeRequest(asked, maxOutput === undefined ? {} : { maxOutput })
      const written = Array.isArray(body['messages']) ? body['messages'] : []
      assert.ok(written.length > 0)
      written.forEach((message, i) => {
        assert.equal(message.role, i % 2 === 0 ? 'user' : 'assistant')
        const content = contentOf(message)
        assert.ok(content.length > 0)
        for (const block of content) if (block['type'] === 'text') assert.notEqual(String(block['text']).trim(), '')
        const results = content.flatMap((block) => (block['type'] === 'tool_result' ? [block['tool_use_id']] : []))
        const calls = contentOf(written[i - 1]).flatMap((block) => (block['type'] === 'tool_use' ? [block['id']] : []))
        assert.deepEqual(results, message.role === 'user' ? calls : [])
        assert.ok(content.slice(0, results.length).every((block) => block['type'] === 'tool_result'))
        assert.equal(new Set(calls).size, calls.length)
      })
      const last = contentOf(written.at(-1))
      assert.ok(!last.some((block) => block['type'] === 'tool_use'))
      const maxTokens = Number(body['max_tokens'])
      assert.ok(maxTokens >= 1 && maxTokens <= (maxOutput ?? Infinity))
      if (asked.maxOutputTokens !== undefined) assert.ok(maxTokens <= asked.maxOutputTokens)
      const budget = isObject(body['thinking']) ? body['thinking']['budget_tokens'] : undefined
      if (budget !== undefined) assert.ok(Number(budget) >= 1024 && Number(budget) < maxTokens)
      // What is written is a request that this dialect reads.
      decodeRequest(JSON.parse(JSON.stringify(body)) as JsonObject)
    }),
    { numRuns: 500 },
  )
})
