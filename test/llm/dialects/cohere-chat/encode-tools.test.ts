import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent, ChatRequest, Tool, ToolChoice } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { cohereChat } from '../../../../llm/dialects/cohere-chat.js'
import { request } from './answer.js'

const tool = (name: string, more: object = {}): Tool => ({ kind: 'function', name, ...more })
const encode = (members: Partial<ChatRequest>) => cohereChat.encodeRequest(request(members), {})

function chosen(toolChoice: ToolChoice, model = 'command-a-03-2025') {
  const { body, dropped } = encode({ model, tools: [tool('f'), tool('g')], toolChoice })
  const tools = (body['tools'] ?? []) as readonly { function: JsonObject }[]
  return [tools.map((each) => each.function['name']).join(), body['tool_choice'], dropped.join()]
}

test('writes functions, and an empty schema for those without one', () => {
  const parameters = { type: 'object', properties: { a: { type: 'string' } } }
  const { body, dropped } = encode({ tools: [tool('f', { description: 'd', parameters }), tool('g')] })
  assert.deepEqual(body['tools'], [
    { type: 'function', function: { name: 'f', description: 'd', parameters } },
    { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } },
  ])
  assert.deepEqual(dropped, [])
})

test('a call can be forced or forbidden; by name it is by leaving the others out', () => {
  assert.deepEqual(chosen({ mode: 'auto' }), ['f,g', undefined, ''])
  assert.deepEqual(chosen({ mode: 'none' }), ['f,g', 'NONE', ''])
  assert.deepEqual(chosen({ mode: 'required' }), ['f,g', 'REQUIRED', ''])
  assert.deepEqual(chosen({ mode: 'named', name: 'g', kind: 'function' }), ['g', 'REQUIRED', ''])
  assert.deepEqual(chosen({ mode: 'allowed', require: 'auto', names: ['f'] }), ['f', undefined, ''])
  assert.deepEqual(chosen({ mode: 'allowed', require: 'required', names: ['f'] }), ['f', 'REQUIRED', ''])
  assert.deepEqual(chosen({ mode: 'named', name: 'x', kind: 'function' }), ['', undefined, 'tool_choice'])
  assert.deepEqual(chosen({ mode: 'named', name: 'f', kind: 'custom' }), ['', undefined, 'tool_choice'])
})

test('models from before there was a choice are given no tools, or report that they cannot be forced', () => {
  for (const model of ['command-r', 'command-r-plus-08-2024', 'cohere/command', 'c4ai-aya-expanse-32b']) {
    assert.deepEqual(chosen({ mode: 'none' }, model), ['', undefined, ''], model)
    assert.deepEqual(chosen({ mode: 'required' }, model), ['f,g', undefined, 'tool_choice'], model)
    assert.deepEqual(
      chosen({ mode: 'named', name: 'g', kind: 'function' }, model),
      ['f,g', undefined, 'tool_choice'],
      model,
    )
  }
  assert.deepEqual(chosen({ mode: 'required' }, 'command-r7b-12-2024'), ['f,g', 'REQUIRED', ''])
})

test('tools that are not functions are reported', () => {
  const { body, dropped } = encode({
    tools: [
      { kind: 'custom', name: 'c' },
      { kind: 'opaque', dialect: 'gemini', value: {} },
      tool('f', { cacheControl: { type: 'ephemeral' } }),
    ],
  })
  assert.equal((body['tools'] as readonly unknown[]).length, 1)
  assert.deepEqual(dropped, ['tools[0]', 'tools[1]', 'cache_control'])
})

test('all tools are strict or none is', () => {
  const strict = (parameters?: JsonObject) => ({ strict: true, ...(parameters && { parameters }) })
  const properties = { a: { type: 'string' } }
  const good = strict({ type: 'object', properties, required: ['a'] })
  const of = (...tools: readonly Tool[]) => {
    const { body, dropped } = encode({ tools })
    return [body['strict_tools'], dropped.join()]
  }
  assert.deepEqual(of(tool('f', good), tool('g', strict())), [true, ''])
  assert.deepEqual(of(tool('f', good), tool('g')), [undefined, 'tools[0].function.strict'])
  assert.deepEqual(of(tool('f', strict({ type: 'object', properties }))), [undefined, 'tools[0].function.strict'])
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`m${i}`, { type: 'string' }]))
  const nested = { type: 'object', required: ['a'], properties: { a: { anyOf: [{ properties: many }] } } }
  assert.deepEqual(of(tool('f', strict(nested))), [undefined, 'tools[0].function.strict'])
})

/** What a client sees of an answer that calls these tools with these arguments. */
function restored(members: Partial<ChatRequest>, calls: readonly (readonly [name: string, args: string])[]) {
  const restore = encode(members).restore?.()
  assert.ok(restore)
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'a', model: '' },
    ...calls.flatMap(([name, text], block): readonly ChatEvent[] => [
      { type: 'block-start', choice: 0, block, start: { kind: 'tool-call', id: `c${block}`, name, call: 'function' } },
      { type: 'delta', choice: 0, block, text },
      { type: 'block-end', choice: 0, block },
    ]),
    { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'TOOL_CALL' },
    { type: 'end' },
  ]
  const seen = [...events.flatMap((each) => restore.push(each)), ...restore.end('complete')]
  return seen.flatMap((each) => {
    if (each.type === 'block-start') return [each.start.kind === 'tool-call' ? each.start.name : each.start.kind]
    return each.type === 'finish' ? [each.reason] : each.type === 'delta' ? [each.text] : []
  })
}

test('names that the API refuses are sent as others, and come back as they were', () => {
  const tools = [tool('mcp.sea-tide'), tool('mcp_sea_tide'), tool('2nd')]
  const { body, restore } = encode({
    tools,
    toolChoice: { mode: 'allowed', require: 'required', names: ['mcp.sea-tide', '2nd'] },
    messages: [
      {
        role: 'assistant',
        content: [{ type: 'tool-call', id: 'a', name: 'old-one', arguments: '{}', kind: 'function' }],
      },
      { role: 'tool', callId: 'a', content: [{ type: 'text', text: 'r' }] },
    ],
  })
  const names = (body['tools'] as readonly { function: JsonObject }[]).map((each) => each.function['name'])
  assert.deepEqual(names, ['mcp_sea_tide_', '_2nd'])
  assert.match(JSON.stringify(body['messages']), /"old_one"/)
  assert.ok(restore)
  assert.deepEqual(
    restored({ tools }, [
      ['mcp_sea_tide_', '{}'],
      ['_2nd', '{}'],
      ['mcp_sea_tide', '{}'],
    ]),
    [...['mcp.sea-tide', '{}', '2nd', '{}', 'mcp_sea_tide', '{}', 'tool-calls']],
  )
  assert.equal(encode({ tools: [tool('fine_1')] }).restore, undefined)
})

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
const responseFormat = { type: 'json-schema', name: 'my-form', schema } as const

test('JSON beside tools is one more tool, whose call is the answer', () => {
  const members = { tools: [tool('find-it')], responseFormat }
  const { body, dropped, emulated } = encode(members)
  assert.deepEqual([body['response_format'], dropped, emulated], [undefined, [], ['response_format']])
  const tools = (body['tools'] as readonly { function: JsonObject }[]).map((each) => each.function['name'])
  assert.deepEqual(tools, ['find_it', 'my_form'])
  assert.equal(body['tool_choice'], 'REQUIRED')
  assert.deepEqual(restored(members, [['my_form', '{"a":"x"}']]), ['text', '{"a":"x"}', 'stop'])
  assert.deepEqual(restored(members, [['find_it', '{}']]), ['find-it', '{}', 'tool-calls'])
})

test('JSON that is no object, or beside documents, is met in another way; plain JSON has its own word', () => {
  const source = { kind: 'data', mediaType: 'text/plain', data: 'eA==' } as const
  const messages = [{ role: 'user', content: [{ type: 'file', source }] }] as const
  const beside = encode({ messages, responseFormat })
  assert.deepEqual([beside.emulated, beside.body['response_format']], [['response_format'], undefined])
  const list = encode({ responseFormat: { ...responseFormat, schema: { type: 'array' } } })
  const [instruction, ...others] = list.body['messages'] as readonly JsonObject[]
  assert.equal(instruction?.['role'], 'system')
  assert.equal(others.length, 1)
  assert.deepEqual(list.emulated, ['response_format'])
  const plain = encode({ responseFormat: { type: 'json' } })
  assert.deepEqual([plain.body['response_format'], plain.emulated], [{ type: 'json_object' }, undefined])
  assert.equal(encode({ responseFormat: { type: 'text' } }).body['response_format'], undefined)
})
