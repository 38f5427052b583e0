import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssistantPart, ChatRequest, Part } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { chatRequestOf, extrasOf } from '../../../support/chat-request.js'
import { fixture } from './answer.js'

const USER = { role: 'user', content: [{ type: 'text', text: 'hi' }] } as const
const write = (members: Partial<ChatRequest>, maxOutput?: number) =>
  openaiResponses.encodeRequest(chatRequestOf({ messages: [USER], ...members }), { maxOutput })
const bodyOf = (members: Partial<ChatRequest>) => write(members).body
const droppedOf = (members: Partial<ChatRequest>) => write(members).dropped
const turnOf = (...content: readonly (Part | AssistantPart)[]) =>
  write({ messages: [USER, { role: 'assistant', content }] })

test('gives a client of this dialect its own request back, but for the forms that mean the same', () => {
  const given = JSON.parse(fixture('request-with-everything.json')) as JsonObject
  const { body, dropped } = openaiResponses.encodeRequest(openaiResponses.decodeRequest(given), {})
  const { input, ...others } = body
  const { input: givenInput, ...givenOthers } = given
  assert.deepEqual(others, givenOthers)
  // The API takes no sound.
  assert.deepEqual(dropped, ['messages[1].content[7]'])
  const [developer, user, ...turn] = givenInput as readonly JsonObject[]
  const { type: _message, content, ...plain }: JsonObject = user ?? {}
  const heard = Array.isArray(content) ? content.slice(0, -1) : []
  const expected: readonly (JsonObject | undefined)[] = [developer, { ...plain, content: heard }, ...turn]
  assert.deepEqual(
    input,
    expected.map((item) => (item?.['role'] === 'assistant' ? { type: 'message', ...item } : item)),
  )
})

test('writes a request of another dialect: nothing is stored, schemas are not made strict', () => {
  const tools = [{ kind: 'function', name: 'f' }] as const
  assert.deepEqual(bodyOf({ tools, toolChoice: { mode: 'named', name: 'f', kind: 'function' }, stream: true }), {
    model: 'm',
    input: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }],
    tool_choice: { type: 'function', name: 'f' },
    store: false,
    stream: true,
  })
})

test('writes parts of every type', () => {
  const content: readonly Part[] = [
    { type: 'text', text: 'a' },
    { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'aGk=' } },
    { type: 'image', source: { kind: 'file-id', id: 'file-1' }, detail: 'low' },
    { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'cGRm' } },
    { type: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'aGk=' }, name: 'notes' },
    { type: 'file', source: { kind: 'url', url: 'https://example.org/a.pdf' } },
  ]
  assert.deepEqual(bodyOf({ messages: [{ role: 'user', content }] })['input'], [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'a' },
        { type: 'input_image', image_url: 'data:image/png;base64,aGk=', detail: 'auto' },
        { type: 'input_image', file_id: 'file-1', detail: 'low' },
        { type: 'input_file', filename: 'file.pdf', file_data: 'data:application/pdf;base64,cGRm' },
        { type: 'input_file', filename: 'notes.txt', file_data: 'data:text/plain;base64,aGk=' },
        { type: 'input_file', file_url: 'https://example.org/a.pdf' },
      ],
    },
  ])
})

test('writes a turn as items, and results in the form of their calls', () => {
  const { body, dropped } = write({
    messages: [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'tool-call', id: '1', name: 'f', arguments: '{}', kind: 'function' },
          { type: 'tool-call', id: '2', name: 'g', arguments: 'x', kind: 'custom' },
          { type: 'text', text: 'b' },
          { type: 'refusal', text: 'c' },
        ],
      },
      { role: 'tool', callId: '1', content: [{ type: 'text', text: 'y' }], failed: true },
      { role: 'tool', callId: '2', content: [] },
    ],
  })
  assert.deepEqual(body['input'], [
    { type: 'message', role: 'assistant', content: 'a' },
    { type: 'function_call', call_id: '1', name: 'f', arguments: '{}' },
    { type: 'custom_tool_call', call_id: '2', name: 'g', input: 'x' },
    {
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'b', annotations: [] },
        { type: 'refusal', refusal: 'c' },
      ],
    },
    { type: 'function_call_output', call_id: '1', output: 'y' },
    { type: 'custom_tool_call_output', call_id: '2', output: '' },
  ])
  assert.deepEqual(dropped, ['is_error'])
})

test('sends reasoning back to the dialect that made it, and asks for more of it; drops any other', () => {
  const own = turnOf(
    { type: 'reasoning', text: 'a', signature: 'openai-responses:x' },
    { type: 'reasoning', text: '', redacted: 'openai-responses:y' },
  )
  assert.deepEqual(own.body['input'], [
    { role: 'user', content: 'hi' },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }], encrypted_content: 'x' },
    { type: 'reasoning', summary: [], encrypted_content: 'y' },
  ])
  assert.deepEqual(own.body['include'], ['reasoning.encrypted_content'])
  const other = turnOf(
    { type: 'reasoning', text: 'a', signature: 'c2ln' },
    { type: 'reasoning', text: 'a' },
    { type: 'reasoning', text: '', redacted: 'd' },
    { type: 'text', text: 'b' },
  )
  assert.equal(other.body['include'], undefined)
  assert.deepEqual(other.dropped, ['messages[1].content[0]', 'messages[1].content[1]', 'messages[1].content[2]'])
})

test('writes reasoning: an effort as it is, a budget as the nearest, a wish for thinking with its summary', () => {
  const reasoningOf = (reasoning: ChatRequest['reasoning']) => bodyOf({ reasoning })['reasoning']
  assert.deepEqual(reasoningOf({ effort: 'high' }), { effort: 'high' })
  assert.deepEqual(reasoningOf({ mode: 'on', budgetTokens: 2000 }), { effort: 'low', summary: 'auto' })
  assert.deepEqual(reasoningOf({ mode: 'on', budgetTokens: 9000 }), { effort: 'medium', summary: 'auto' })
  assert.deepEqual(reasoningOf({ mode: 'adaptive' }), { summary: 'auto' })
  assert.deepEqual(write({ reasoning: { mode: 'off' } }).dropped, ['thinking'])
  assert.deepEqual(write({ reasoning: { effort: 'huge' } }).dropped, ['reasoning_effort'])
  assert.deepEqual(bodyOf({ reasoning: { effort: 'low' } })['include'], ['reasoning.encrypted_content'])
})

test('reports what it cannot say, and not what says nothing', () => {
  const lost: readonly (readonly [Partial<ChatRequest>, string])[] = [
    [{ n: 2 }, 'n'],
    [{ stop: ['x'] }, 'stop'],
    [{ seed: 1 }, 'seed'],
    [{ topK: 1 }, 'top_k'],
    [{ frequencyPenalty: 1 }, 'frequency_penalty'],
    [{ presencePenalty: 1 }, 'presence_penalty'],
    [{ logitBias: { '1': 1 } }, 'logit_bias'],
    [{ serviceTier: 'batch' }, 'service_tier'],
    [{ extras: extrasOf('openai-chat', { verbosity: 'low' }) }, 'verbosity'],
    [{ tools: [{ kind: 'opaque', dialect: 'anthropic-messages', value: {} }] }, 'tools[0]'],
    [{ messages: [{ ...USER, name: 'n' }] }, 'messages[0].name'],
    [{ messages: [{ role: 'user', content: [{ type: 'audio', format: 'wav', data: '' }] }] }, 'messages[0].content[0]'],
  ]
  for (const [members, name] of lost) assert.deepEqual(droppedOf(members), [name])
  const nothing = { frequencyPenalty: 0, logitBias: {}, extras: extrasOf('x', {}, { store: false }) }
  assert.deepEqual(droppedOf(nothing), [])
})

test('asks for no more than the model gives, and for no less than the API takes', () => {
  assert.equal(write({ maxOutputTokens: 900 }, 500).body['max_output_tokens'], 500)
  const probe = write({ maxOutputTokens: 1 })
  assert.deepEqual([probe.body['max_output_tokens'], probe.dropped], [16, ['max_tokens']])
  assert.equal(write({}, 500).body['max_output_tokens'], undefined)
})

test('leaves the choice of a tool out when no tool is left', () => {
  const tools = [{ kind: 'opaque', dialect: 'x', value: {} }] as const
  const { body, dropped } = write({ tools, toolChoice: { mode: 'required' }, parallelToolCalls: true })
  assert.deepEqual([body['tools'], body['tool_choice'], body['parallel_tool_calls']], [undefined, undefined, undefined])
  assert.deepEqual(dropped, ['tools[0]', 'tool_choice'])
})

test('changes in a body of the same dialect: the model, the cap, reasoning of other providers', () => {
  const { patchRequest } = openaiResponses
  assert.deepEqual(patchRequest({ input: 'x' }, 'm'), { model: 'm' })
  assert.deepEqual(patchRequest({ input: 'x' }, 'm', 100), { model: 'm', max_output_tokens: 100 })
  assert.deepEqual(patchRequest({ max_output_tokens: 50 }, 'm', 100), { model: 'm' })
  assert.deepEqual(patchRequest({ max_output_tokens: 500 }, 'm', 100), { model: 'm', max_output_tokens: 100 })
  const genuine = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' }
  const said = { role: 'assistant', content: 'x' }
  assert.deepEqual(patchRequest({ input: [genuine, said] }, 'm'), { model: 'm' })
  const foreign = [
    { type: 'reasoning', id: 'rs_tollgate_1_0', summary: [] },
    { type: 'reasoning', summary: [], encrypted_content: 'tollgate-signature:s' },
  ]
  const input = [genuine, ...foreign, said]
  assert.deepEqual(patchRequest({ input }, 'm'), { model: 'm', input: [genuine, said] })
  assert.deepEqual(openaiResponses.lostInPatch?.({ input }), ['input[1]', 'input[2]'])
  assert.deepEqual(openaiResponses.lostInPatch?.({ input: 'x' }), [])
})
