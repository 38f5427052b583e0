import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest, Message } from '../../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../../core/json.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { request } from './answer.js'

const words = fc.constantFrom('', 'Hi', 'there')
const ids = fc.constantFrom('', 'a', 'b', 'a_1', 'call_0')
const names = fc.constantFrom('f', 'g-h', '0')
const image = fc.constant({ type: 'image' as const, source: { kind: 'url' as const, url: 'https://e.com/i.png' } })
const file = fc.constant({
  type: 'file' as const,
  source: { kind: 'data' as const, mediaType: 'text/plain', data: 'eA==' },
})
const text = words.map((value) => ({ type: 'text' as const, text: value }))
const parts = fc.array(fc.oneof(text, image, file), { maxLength: 3 })
const spoken = fc.oneof(
  text,
  image,
  fc.record({ type: fc.constant('reasoning' as const), text: words, signature: fc.constantFrom('', 'QQ==') }),
  fc.record({
    type: fc.constant('tool-call' as const),
    id: ids,
    name: names,
    arguments: fc.constantFrom('{}', '', '{"x":1}', 'broken'),
    kind: fc.constantFrom('function' as const, 'custom' as const),
  }),
)
const messages: fc.Arbitrary<readonly Message[]> = fc.array(
  fc.oneof(
    parts.map((content) => ({ role: 'system' as const, content })),
    parts.map((content) => ({ role: 'user' as const, content })),
    fc.array(spoken, { maxLength: 5 }).map((content) => ({ role: 'assistant' as const, content })),
    fc
      .record({ callId: ids, content: parts, failed: fc.boolean() })
      .map((each) => ({ role: 'tool' as const, ...each })),
  ),
  { maxLength: 8 },
)
const requests: fc.Arbitrary<ChatRequest> = fc
  .record({
    model: fc.constantFrom('command-r', 'command-a-03-2025', 'command-a-reasoning-08-2025'),
    messages,
    tools: fc.array(
      names.map((name) => ({ kind: 'function' as const, name })),
      { maxLength: 3 },
    ),
  })
  .map((members) => request(members))

const callsOf = (message: JsonObject) =>
  (message['tool_calls'] ?? []) as readonly { id: string; function: JsonObject }[]
const isEmpty = (content: JsonValue | undefined) =>
  content === '' || content === undefined || (Array.isArray(content) && content.length === 0)

/** What the content of each role may hold. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  user: ['text', 'image_url'],
  assistant: ['text', 'thinking'],
  tool: ['text', 'document'],
}

/** The rules that the API answers 400 to, one conversation at a time. */
function checkRules(wire: readonly JsonObject[]): void {
  const seen = new Set<string>()
  let open: readonly string[] = []
  let begun = false
  for (const message of wire) {
    const { role, content } = message
    if (role === 'tool') {
      assert.equal(message['tool_call_id'], open[0])
      open = open.slice(1)
    } else assert.deepEqual(open, [])
    if (role === 'system') assert.ok(!begun)
    begun ||= role !== 'system'
    if (isEmpty(content)) assert.ok(role === 'assistant' && callsOf(message).length > 0)
    for (const part of Array.isArray(content) ? content : []) {
      assert.ok(isObject(part) && part['text'] !== '')
      assert.ok(TYPES[String(role)]?.includes(String(part['type'])), `${role}: ${part['type']}`)
    }
    for (const { id, function: called } of callsOf(message)) {
      assert.ok(!seen.has(id))
      seen.add(id)
      assert.match(String(called['name']), /^[A-Za-z_]\w*$/)
      assert.ok(isObject(JSON.parse(String(called['arguments']))))
    }
    if (role === 'assistant') open = callsOf(message).map(({ id }) => id)
  }
  assert.deepEqual(open, [])
  assert.ok(begun)
}

test('every request that is written keeps the rules of the API', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const { body } = cohereChat.encodeRequest(asked, {})
      checkRules(body['messages'] as readonly JsonObject[])
      // What is written is a request that this dialect reads, and writes again as it was.
      const again = cohereChat.encodeRequest(cohereChat.decodeRequest(JSON.parse(JSON.stringify(body))), {})
      assert.deepEqual(again.body, body)
      assert.deepEqual(again.dropped, [])
    }),
    { numRuns: 1000 },
  )
})
