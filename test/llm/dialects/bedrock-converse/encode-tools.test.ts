import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Message, Tool, ToolChoice } from '../../../../core/chat.js'
import { isObject, type JsonObject } from '../../../../core/json.js'
import { encodeRequest } from '../../../../llm/dialects/bedrock-converse/encode-request.js'
import { CLAUDE, LLAMA, NOVA_2, request } from './fixtures.js'

const f: Tool = { kind: 'function', name: 'f', description: '', parameters: { properties: {} } }
const g: Tool = { kind: 'function', name: 'g' }
const spec = (name: string, json: JsonObject = { type: 'object', properties: {} }) => ({
  toolSpec: { name, inputSchema: { json } },
})
const HISTORY: readonly Message[] = [
  { role: 'user', content: [{ type: 'text', text: 'go' }] },
  { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'old', arguments: '', kind: 'function' }] },
  { role: 'tool', callId: 'a', content: [] },
]

function encoded(model: string, toolChoice: ToolChoice | undefined, more: Partial<ChatRequest> = {}) {
  const { body, dropped } = encodeRequest(request({ model, tools: [f, g], toolChoice, ...more }), {})
  const config = isObject(body['toolConfig']) ? body['toolConfig'] : undefined
  const tools = Array.isArray(config?.['tools']) ? config['tools'] : []
  return { tools, choice: config?.['toolChoice'], more: body['additionalModelRequestFields'], dropped }
}

test('writes tools, and leaves out what is empty', () => {
  assert.deepEqual(encoded(CLAUDE, undefined), {
    tools: [spec('f'), spec('g')],
    choice: undefined,
    more: undefined,
    dropped: [],
  })
})

test('says the choice as far as the model can be told', () => {
  const named = { mode: 'named', name: 'g', kind: 'function' } as const
  assert.equal(encoded(CLAUDE, { mode: 'auto' }).choice, undefined)
  assert.deepEqual(encoded(CLAUDE, { mode: 'required' }).choice, { any: {} })
  assert.deepEqual(encoded(NOVA_2, named).choice, { tool: { name: 'g' } })
  const only = encoded('mistral.mistral-large-2407-v1:0', named)
  assert.deepEqual([only.tools, only.choice, only.dropped], [[spec('g')], { any: {} }, []])
  for (const choice of [named, { mode: 'required' } as const]) {
    const free = encoded(LLAMA, choice)
    assert.deepEqual([free.choice, free.dropped], [undefined, ['tool_choice']])
  }
  const unknown = encoded(CLAUDE, { ...named, name: 'h' })
  assert.deepEqual([unknown.choice, unknown.dropped], [undefined, ['tool_choice']])
  const allowed = encoded(CLAUDE, { mode: 'allowed', require: 'required', names: ['f'] })
  assert.deepEqual([allowed.tools, allowed.choice], [[spec('f')], { any: {} }])
})

test('no tool at all: without tools, and for Claude by its own word where calls stand in the conversation', () => {
  assert.deepEqual(encoded(NOVA_2, { mode: 'none' }), { tools: [], choice: undefined, more: undefined, dropped: [] })
  const claude = encoded(CLAUDE, { mode: 'none' }, { messages: HISTORY })
  assert.deepEqual([claude.tools.length, claude.more, claude.dropped], [2, { tool_choice: { type: 'none' } }, []])
  assert.deepEqual(encoded(NOVA_2, { mode: 'none' }, { messages: HISTORY }).dropped, ['tool_choice'])
})

test('one call at a time: for Claude by its own word', () => {
  const one = (toolChoice: ToolChoice | undefined, model = CLAUDE) => {
    const { choice, more, dropped } = encoded(model, toolChoice, { parallelToolCalls: false })
    return [choice, more, dropped]
  }
  const single = { disable_parallel_tool_use: true }
  assert.deepEqual(one(undefined), [undefined, { tool_choice: { type: 'auto', ...single } }, []])
  assert.deepEqual(one({ mode: 'required' }), [undefined, { tool_choice: { type: 'any', ...single } }, []])
  assert.deepEqual(one({ mode: 'named', name: 'g', kind: 'function' }), [
    ...[undefined, { tool_choice: { type: 'tool', name: 'g', ...single } }, []],
  ])
  assert.deepEqual(one(undefined, NOVA_2), [undefined, undefined, ['parallel_tool_calls']])
})

test('a conversation with calls has their tools, offered or not', () => {
  assert.deepEqual(encoded(CLAUDE, undefined, { messages: HISTORY, tools: [] }).tools, [
    spec('old', { type: 'object' }),
  ])
})

test('strict where the model and the schema can be', () => {
  const strict = (model: string, parameters: JsonObject) => {
    const { tools, dropped } = encoded(model, undefined, {
      tools: [{ kind: 'function', name: 'f', parameters, strict: true }],
    })
    return [tools[0]?.toolSpec?.strict, dropped]
  }
  assert.deepEqual(strict(CLAUDE, { type: 'object' }), [true, []])
  assert.deepEqual(strict(CLAUDE, { type: 'object', minProperties: 1 }), [undefined, ['tools[0].function.strict']])
  assert.deepEqual(strict(NOVA_2, { type: 'object' }), [undefined, ['tools[0].function.strict']])
})

test('drops custom tools and those of other providers', () => {
  const { tools, dropped } = encoded(
    CLAUDE,
    { mode: 'required' },
    {
      tools: [
        { kind: 'custom', name: 'c' },
        { kind: 'opaque', dialect: 'openai-chat', value: {} },
      ],
    },
  )
  assert.deepEqual([tools, dropped], [[], ['tools[0]', 'tools[1]', 'tool_choice']])
  const own = { systemTool: { name: 'code_interpreter' } }
  assert.deepEqual(
    encoded(NOVA_2, undefined, { tools: [{ kind: 'opaque', dialect: 'bedrock-converse', value: own }] }).tools,
    [own],
  )
})
