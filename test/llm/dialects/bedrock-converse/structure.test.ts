import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AssistantPart, ChatRequest, Message, Part } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import { decodeRequest } from '../../../../llm/dialects/bedrock-converse/decode-request.js'
import { encodeRequest } from '../../../../llm/dialects/bedrock-converse/encode-request.js'
import { CLAUDE, LLAMA, NOVA_2, request } from './fixtures.js'

const id = fc.constantFrom('a', 'b', 'c:1', '', 'long'.repeat(30))
const words = fc.constantFrom('', ' \n', 'x', 'word ', '{"a":1}', 'a/b.pdf')
const marker = fc.constantFrom(undefined, { type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' })
const parts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.oneof(
    fc.record({ text: words, cacheControl: marker }).map((each): Part => ({ type: 'text', ...each })),
    words.map((data): Part => ({ type: 'audio', format: 'wav', data })),
    fc.constant<Part>({ type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } }),
    words.map((name): Part => ({ type: 'file', name, source: { kind: 'data', mediaType: 'text/plain', data: '' } })),
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
    fc.record({ callId: id, content: parts, failed: fc.boolean() }).map((each): Message => ({ role: 'tool', ...each })),
  ),
  { maxLength: 8 },
)
const effort = fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'odd')
const requests: fc.Arbitrary<ChatRequest> = fc
  .record(
    {
      model: fc.constantFrom(CLAUDE, NOVA_2, LLAMA, 'us.anthropic.claude-opus-4-8', 'mistral.m', 'm'),
      messages,
      tools: fc.subarray([{ kind: 'function' as const, name: 'f' }]),
      toolChoice: fc.constantFrom({ mode: 'required' as const }, { mode: 'auto' as const }, { mode: 'none' as const }),
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
const inside = (blocks: readonly JsonObject[], kind: string, member: string) =>
  blocks.flatMap(({ [kind]: block }) => (isObject(block) ? [block[member]] : []))

test('every request that is written keeps the rules of the API', () => {
  fc.assert(
    fc.property(requests, fc.option(fc.integer({ min: 1, max: 64_000 }), { nil: undefined }), (asked, maxOutput) => {
      const { body } = encodeRequest(asked, maxOutput === undefined ? {} : { maxOutput })
      const written = Array.isArray(body['messages']) ? body['messages'] : []
      assert.ok(written.length > 0)
      const names: unknown[] = []
      written.forEach((message, i) => {
        assert.equal(message.role, i % 2 === 0 ? 'user' : 'assistant')
        const content = contentOf(message)
        assert.ok(content.length > 0)
        assert.equal(content[0]?.['cachePoint'], undefined)
        for (const block of content) {
          assert.equal(Object.keys(block).length, 1, 'a block is a union')
          if (block['text'] !== undefined) assert.notEqual(String(block['text']).trim(), '')
        }
        const results = inside(content, 'toolResult', 'toolUseId')
        const calls = inside(contentOf(written[i - 1]), 'toolUse', 'toolUseId')
        assert.deepEqual(results, message.role === 'user' ? calls : [])
        const other = content.findIndex((block) => !block['toolResult'] && !block['cachePoint'])
        assert.ok(other === -1 || content.slice(other).every((block) => !block['toolResult']))
        assert.equal(new Set(calls).size, calls.length)
        for (const call of calls) assert.match(String(call), /^[a-zA-Z0-9_-]{1,64}$/)
        for (const result of inside(content, 'toolResult', 'content'))
          assert.ok(Array.isArray(result) && result.length > 0)
        if (calls.length > 0) assert.ok(body['toolConfig'], 'calls need a toolConfig')
        const documents = inside(content, 'document', 'name')
        if (documents.length > 0) assert.ok(content.some((block) => block['text'] !== undefined))
        names.push(...documents)
        for (const call of content) if (isObject(call['toolUse'])) assert.ok(isObject(call['toolUse']['input']))
      })
      for (const name of names) assert.match(String(name), /^(?!.*\s\s)[a-zA-Z0-9\s\-()[\]]{1,200}$/)
      assert.equal(new Set(names).size, names.length)
      const last = contentOf(written.at(-1))
      assert.ok(!last.some((block) => block['toolUse'] !== undefined))
      const config = isObject(body['inferenceConfig']) ? body['inferenceConfig'] : {}
      if (asked.maxOutputTokens !== undefined) {
        assert.ok(Number(config['maxTokens']) >= 1 && Number(config['maxTokens']) <= asked.maxOutputTokens)
      }
      if (config['temperature'] !== undefined) assert.ok(Number(config['temperature']) <= 1)
      // What is written is a request that this dialect reads.
      decodeRequest(JSON.parse(JSON.stringify(body)) as JsonObject, { model: asked.model })
    }),
    { numRuns: 500 },
  )
})
