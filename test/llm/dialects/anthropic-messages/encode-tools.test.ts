import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Tool, ToolChoice } from '../../../../core/chat.js'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { request } from './fixtures.js'

const tool = (name: string, members: Partial<Extract<Tool, { kind: 'function' }>> = {}): Tool => ({
  kind: 'function',
  name,
  ...members,
})
const write = (members: Partial<ChatRequest>) => {
  const { body, dropped } = encodeRequest(request({ tools: [tool('a'), tool('b')], ...members }), {})
  return { tools: body['tools'], choice: body['tool_choice'], thinking: body['thinking'], dropped }
}
const names = (tools: unknown) => (Array.isArray(tools) ? tools.map((each) => each.name) : undefined)

test('writes functions with a schema, also where the client gave none', () => {
  const parameters = { type: 'object', properties: { x: { type: 'string' } }, additionalProperties: false }
  const { tools } = write({
    tools: [tool('a', { description: 'd', parameters, strict: true, cacheControl: { type: 'ephemeral' } }), tool('b')],
  })
  assert.deepEqual(tools, [
    { name: 'a', description: 'd', input_schema: parameters, strict: true, cache_control: { type: 'ephemeral' } },
    { name: 'b', input_schema: { type: 'object', properties: {} } },
  ])
})

test('does not ask for strictness that the API would refuse', () => {
  const parameters = { type: 'object', properties: { x: { type: 'number', maximum: 3 } }, additionalProperties: false }
  const { tools, dropped } = write({ tools: [tool('a', { parameters, strict: true })] })
  assert.deepEqual(tools, [{ name: 'a', input_schema: parameters }])
  assert.deepEqual(dropped, ['tools[0].function.strict'])
})

test('writes each tool choice', () => {
  const cases: readonly (readonly [ToolChoice | undefined, unknown, readonly string[]])[] = [
    [undefined, undefined, ['a', 'b']],
    [{ mode: 'auto' }, { type: 'auto' }, ['a', 'b']],
    [{ mode: 'none' }, { type: 'none' }, ['a', 'b']],
    [{ mode: 'required' }, { type: 'any' }, ['a', 'b']],
    [{ mode: 'named', name: 'b', kind: 'function' }, { type: 'tool', name: 'b' }, ['a', 'b']],
    [{ mode: 'allowed', require: 'required', names: ['b'] }, { type: 'any' }, ['b']],
    [{ mode: 'allowed', require: 'auto', names: ['a'] }, { type: 'auto' }, ['a']],
  ]
  for (const [toolChoice, choice, kept] of cases) {
    const written = write(toolChoice === undefined ? {} : { toolChoice })
    assert.deepEqual([written.choice, names(written.tools), written.dropped], [choice, kept, []])
  }
})

test('asks for one call at a time, but not where no call may be made', () => {
  assert.deepEqual(write({ parallelToolCalls: false }).choice, { type: 'auto', disable_parallel_tool_use: true })
  assert.deepEqual(write({ parallelToolCalls: false, toolChoice: { mode: 'none' } }).choice, { type: 'none' })
  assert.equal(write({ parallelToolCalls: true }).choice, undefined)
})

test('writes no choice without tools, and reports a call that cannot be forced', () => {
  assert.deepEqual(write({ tools: [], toolChoice: { mode: 'auto' }, parallelToolCalls: false }), {
    tools: undefined,
    choice: undefined,
    thinking: undefined,
    dropped: [],
  })
  assert.deepEqual(write({ tools: [], toolChoice: { mode: 'required' } }).dropped, ['tool_choice'])
  assert.deepEqual(write({ toolChoice: { mode: 'named', name: 'zzz', kind: 'function' } }).dropped, ['tool_choice'])
  const newest = write({ model: 'claude-opus-5-5', toolChoice: { mode: 'required' } })
  assert.deepEqual([newest.choice, newest.dropped], [{ type: 'auto' }, ['tool_choice']])
})

test('drops thinking for a forced call', () => {
  const { choice, thinking, dropped } = write({ toolChoice: { mode: 'required' }, reasoning: { effort: 'low' } })
  assert.deepEqual([choice, thinking, dropped], [{ type: 'any' }, undefined, ['reasoning_effort']])
  const later = write({ model: 'claude-opus-5', toolChoice: { mode: 'required' } })
  assert.deepEqual([later.thinking, later.dropped], [{ type: 'disabled' }, []])
})

test('drops custom tools and tools of other dialects, and keeps its own', () => {
  const value = { type: 'web_search_20250305', name: 'web_search' }
  const { tools, dropped } = write({
    tools: [
      { kind: 'custom', name: 'c' },
      { kind: 'opaque', dialect: 'openai-responses', value: {} },
      { kind: 'opaque', dialect: 'anthropic-messages', value },
    ],
  })
  assert.deepEqual([tools, dropped], [[value], ['tools[0]', 'tools[1]']])
})
