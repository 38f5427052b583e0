import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest, Message } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { request } from './answer.js'

const words = fc.constantFrom('', 'Hi', 'there')
const ids = fc.constantFrom('a', 'b', 'call_0_1', 'toolu_1')
const texts = fc.array(
  words.map((text) => ({ type: 'text' as const, text })),
  { maxLength: 3 },
)
const spoken = fc.oneof(
  words.map((text) => ({ type: 'text' as const, text })),
  fc.record({
    type: fc.constant('reasoning' as const),
    text: words,
    signature: fc.constantFrom('gemini:c2ln', 'QQ==', ''),
  }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: ids,
    name: fc.constantFrom('f', 'g'),
    arguments: fc.constantFrom('{}', '', '{"x":1}', 'broken'),
    kind: fc.constant('function' as const),
  }),
)
const messages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.oneof(
    texts.map((content) => ({ role: 'system' as const, content })),
    texts.map((content) => ({ role: 'user' as const, content })),
    fc.array(spoken, { maxLength: 5 }).map((content) => ({ role: 'assistant' as const, content })),
    fc
      .record({ callId: ids, content: texts, failed: fc.boolean() })
      .map((each) => ({ role: 'tool' as const, ...each })),
  ),
  { maxLength: 8 },
)
const requests: fc.Arbitrary<ChatRequest> = fc
  .record({
    model: fc.constantFrom('gemini-2.0-flash', 'gemini-2.5-pro', 'gemini-3-flash-preview', 'gemini-flash-latest'),
    messages,
  })
  .map((members) => request(members))

const partsIn = (content: JsonObject | undefined): readonly JsonObject[] => {
  const parts = content?.['parts']
  return Array.isArray(parts) ? parts.filter(isObject) : []
}
const membersIn = (content: JsonObject | undefined, name: string): readonly JsonObject[] =>
  partsIn(content).flatMap((part) => {
    const member = part[name]
    return isObject(member) ? [member] : []
  })

test('every request that is written keeps the rules of the API', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const { body } = gemini.encodeRequest(asked, {})
      const contents = body['contents'] as readonly JsonObject[]
      assert.ok(contents.length > 0)
      contents.forEach((content, i) => {
        assert.equal(content['role'], i % 2 === 0 ? 'user' : 'model')
        const parts = partsIn(content)
        assert.ok(parts.length > 0)
        for (const part of parts) if (part['text'] === '') assert.ok(part['thoughtSignature'] !== undefined)
        const calls = membersIn(contents[i - 1], 'functionCall')
        const responses = membersIn(content, 'functionResponse')
        assert.deepEqual(
          responses.map(({ id, name }) => [id, name]),
          content['role'] === 'user' ? calls.map(({ id, name }) => [id, name]) : [],
        )
        assert.ok(parts.slice(0, responses.length).every((part) => part['functionResponse'] !== undefined))
        for (const { response } of responses) assert.ok(isObject(response))
        for (const { args } of membersIn(content, 'functionCall')) assert.ok(isObject(args))
        const first = parts.find((part) => part['functionCall'] !== undefined)
        if (/-3-|latest/.test(asked.model) && first !== undefined) assert.ok(first['thoughtSignature'] !== undefined)
      })
      assert.equal(membersIn(contents.at(-1), 'functionCall').length, 0)
      // What is written is a request that this dialect reads.
      gemini.decodeRequest(JSON.parse(JSON.stringify(body)) as JsonObject, { model: 'm' })
    }),
    { numRuns: 500 },
  )
})
