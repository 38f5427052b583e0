import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssistantPart, ChatRequest, Message, Part } from '../../../../core/chat.js'
import { bedrockConverse } from '../../../../llm/dialects/bedrock-converse.js'
import { extrasOf } from '../../../support/chat-request.js'
import { jsonAt } from '../../../support/json-at.js'
import { CLAUDE, LLAMA, NOVA_2, request } from './fixtures.js'

const encode = (members: Partial<ChatRequest> = {}) => bedrockConverse.encodeRequest(request(members), {})
const user = (...content: readonly Part[]): Message => ({ role: 'user', content })
const say = (text: string): Part => ({ type: 'text', text })
const answerOf = (...content: readonly (Part | AssistantPart)[]): Message => ({ role: 'assistant', content })
const call = (id: string, name = 'f'): AssistantPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: '{"a":1}',
  kind: 'function',
})
const messagesOf = (...messages: readonly Message[]) => encode({ messages }).body['messages']

test('writes a small request: neither model nor stream stand in it', () => {
  assert.deepEqual(encode({ stream: true, maxOutputTokens: 9, temperature: 0.5, stop: ['x'] }).body, {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
    inferenceConfig: { maxTokens: 9, temperature: 0.5, stopSequences: ['x'] },
    additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
  })
})

test('turns begin with the user, alternate, and say something', () => {
  assert.deepEqual(messagesOf(), [{ role: 'user', content: [{ text: '.' }] }])
  assert.deepEqual(
    messagesOf(
      { role: 'system', content: [say('S')] },
      answerOf(say('Hi')),
      user(say('a')),
      user(say(' \n')),
      { role: 'developer', content: [say('D')] },
      user(say('b')),
      answerOf(say('')),
    ),
    [
      { role: 'user', content: [{ text: '.' }] },
      { role: 'assistant', content: [{ text: 'Hi' }] },
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
    ],
  )
  const { body } = encode({ messages: [{ role: 'system', content: [say('S')] }, user(say('a'))] })
  assert.deepEqual(body['system'], [{ text: 'S' }])
})

test('results answer the calls of the turn before, with ids that the API takes', () => {
  const result = (callId: string, text: string, failed?: boolean): Message => ({
    role: 'tool',
    callId,
    content: [say(text)],
    ...(failed === undefined ? {} : { failed }),
  })
  assert.deepEqual(
    messagesOf(
      user(say('go')),
      answerOf(call('call:1'), call('call:1'), call('x'.repeat(70))),
      user(say('then')),
      result('call:1', 'one', true),
      result('call:1', 'two'),
    ),
    [
      { role: 'user', content: [{ text: 'go' }] },
      {
        role: 'assistant',
        content: ['call_1', 'call_1_1', 'x'.repeat(64)].map((toolUseId) => ({
          toolUse: { toolUseId, name: 'f', input: { a: 1 } },
        })),
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_1', content: [{ text: 'one' }], status: 'error' } },
          { toolResult: { toolUseId: 'call_1_1', content: [{ text: 'two' }] } },
          { toolResult: { toolUseId: 'x'.repeat(64), content: [{ text: 'no result' }] } },
          { text: 'then' },
        ],
      },
    ],
  )
  const refused = encode({ model: LLAMA, messages: [answerOf(call('a')), result('a', 'x', true)] })
  assert.deepEqual(refused.dropped, ['messages[1].is_error'])
})

test('writes images and documents in bytes or from S3, and drops what Converse does not fetch', () => {
  const data = (mediaType: string) => ({ kind: 'data' as const, mediaType, data: 'AA==' })
  const { body, dropped } = encode({
    messages: [
      user(
        { type: 'image', source: data('image/jpg') },
        { type: 'image', source: { kind: 'url', url: 's3://b/c.webp' } },
        { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'high' },
        { type: 'file', source: data('application/pdf'), name: 'a/b: report.pdf' },
        { type: 'file', source: data('application/json'), name: 'a/b: report.pdf' },
        { type: 'file', source: data('application/octet-stream'), name: 'x.docx' },
        { type: 'file', source: data('image/png') },
        { type: 'file', source: data('video/mp4') },
        { type: 'file', source: data('application/zip') },
        { type: 'file', source: { kind: 'file-id', id: 'file-1' } },
        { type: 'audio', format: 'mp3', data: 'AA==' },
        { type: 'audio', format: 'pcm16', data: 'AA==' },
        { type: 'opaque', dialect: 'openai-chat', value: {} },
      ),
    ],
  })
  const bytes = { bytes: 'AA==' }
  assert.deepEqual(jsonAt(body, 'messages', 0, 'content'), [
    { image: { format: 'jpeg', source: bytes } },
    { image: { format: 'webp', source: { s3Location: { uri: 's3://b/c.webp' } } } },
    { document: { format: 'pdf', source: bytes, name: 'a-b- report-pdf' } },
    { document: { format: 'txt', source: bytes, name: 'a-b- report-pdf (2)' } },
    { document: { format: 'docx', source: bytes, name: 'x-docx' } },
    { image: { format: 'png', source: bytes } },
    { video: { format: 'mp4', source: bytes } },
    { audio: { format: 'mp3', source: bytes } },
    // A document must stand beside text.
    { text: '.' },
  ])
  assert.deepEqual(dropped, [
    'messages[0].content[2].image_url.detail',
    ...[2, 8, 9, 11, 12].map((j) => `messages[0].content[${j}]`),
  ])
})

test('cache markers become cache points where the model takes them', () => {
  const hour = { type: 'ephemeral', ttl: '1h' }
  const marked = (model: string) =>
    encode({
      model,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'S', cacheControl: hour }] },
        answerOf({ ...call('a'), cacheControl: { type: 'ephemeral' } } as AssistantPart),
        {
          role: 'tool',
          callId: 'a',
          content: [{ type: 'text', text: 'r', cacheControl: { type: 'ephemeral' } }],
          cacheControl: { type: 'ephemeral', ttl: '5m' },
        },
      ],
      tools: [{ kind: 'function', name: 'f', cacheControl: hour }],
    })
  const { body, dropped } = marked(CLAUDE)
  assert.deepEqual(dropped, [])
  assert.deepEqual(body['system'], [{ text: 'S' }, { cachePoint: { type: 'default', ttl: '1h' } }])
  assert.deepEqual(jsonAt(body, 'messages', 1, 'content', 1), { cachePoint: { type: 'default' } })
  assert.deepEqual(jsonAt(body, 'messages', 2, 'content', 1), { cachePoint: { type: 'default', ttl: '5m' } })
  assert.equal(jsonAt(body, 'messages', 2, 'content', 2), undefined)
  assert.deepEqual(jsonAt(body, 'toolConfig', 'tools', 1), { cachePoint: { type: 'default', ttl: '1h' } })

  const nova = marked(NOVA_2)
  assert.deepEqual(nova.body['system'], [{ text: 'S' }, { cachePoint: { type: 'default' } }])
  assert.equal(jsonAt(nova.body, 'toolConfig', 'tools', 1), undefined)
  assert.deepEqual(nova.dropped, ['messages[0].content[0].cache_control.ttl', 'tools[0].cache_control'])
  assert.ok(marked(LLAMA).dropped.length >= 4)
})

test('thinking goes back to Claude as it came, and no other thinking does', () => {
  const thoughts: readonly AssistantPart[] = [
    { type: 'reasoning', text: 'Hm.', signature: 'c2ln' },
    { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
    { type: 'reasoning', text: 'unsigned' },
    { type: 'reasoning', text: 'foreign', signature: 'gemini:c2ln' },
    { type: 'reasoning', text: '', redacted: 'openai-responses:c2ln' },
  ]
  const history = { messages: [user(say('q')), answerOf(...thoughts, say('a')), user(say('next'))] }
  const { body, dropped } = encode(history)
  assert.deepEqual(jsonAt(body, 'messages', 1, 'content'), [
    { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
    { reasoningContent: { redactedContent: 'YzJWamNtVjA=' } },
    { text: 'a' },
  ])
  assert.deepEqual(
    dropped,
    [2, 3, 4].map((j) => `messages[1].content[${j}]`),
  )
  assert.deepEqual(jsonAt(encode({ ...history, model: NOVA_2 }).body, 'messages', 1, 'content'), [{ text: 'a' }])
})

test('asks each family for reasoning in its own form', () => {
  const fields = (model: string, reasoning: ChatRequest['reasoning'], more: Partial<ChatRequest> = {}) => {
    const { body, dropped } = encode({ model, reasoning, ...more })
    return [body['additionalModelRequestFields'], dropped]
  }
  assert.deepEqual(fields(CLAUDE, { budgetTokens: 2000 }), [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, []])
  assert.deepEqual(fields('anthropic.claude-opus-4-8', { effort: 'high' }), [
    ...[{ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, []],
  ])
  const nova = (maxReasoningEffort: string) => ({ reasoningConfig: { type: 'enabled', maxReasoningEffort } })
  assert.deepEqual(fields(NOVA_2, { effort: 'minimal' }), [nova('low'), []])
  assert.deepEqual(fields(NOVA_2, { budgetTokens: 5000 }), [nova('medium'), []])
  assert.deepEqual(fields(NOVA_2, { effort: 'xhigh' }), [nova('high'), []])
  assert.deepEqual(fields(NOVA_2, { effort: 'high' }, { maxOutputTokens: 100 }), [nova('medium'), ['reasoning_effort']])
  assert.deepEqual(fields(NOVA_2, { effort: 'none' }), [{ reasoningConfig: { type: 'disabled' } }, []])
  assert.deepEqual(fields('openai.gpt-oss-120b-1:0', { mode: 'on' }), [{ reasoning_effort: 'medium' }, []])
  assert.deepEqual(fields('openai.gpt-oss-120b-1:0', { effort: 'none' }), [
    ...[{ reasoning_effort: 'low' }, ['reasoning_effort']],
  ])
  assert.deepEqual(fields(LLAMA, { effort: 'low' }), [undefined, ['reasoning_effort']])
  assert.deepEqual(fields(LLAMA, { mode: 'off' }), [undefined, []])
})

test('keeps sampling within what the model takes', () => {
  const sent = (model: string, members: Partial<ChatRequest>) => {
    const { body, dropped } = encode({ model, ...members })
    return [body['inferenceConfig'], body['additionalModelRequestFields'], dropped]
  }
  assert.deepEqual(sent(CLAUDE, { temperature: 1.5, topK: 3 }), [{ temperature: 1 }, { top_k: 3 }, ['temperature']])
  assert.deepEqual(sent(NOVA_2, { temperature: 2, topP: 0.5, topK: 3 }), [
    ...[{ temperature: 1, topP: 0.5 }, { inferenceConfig: { topK: 3 } }, ['temperature']],
  ])
  assert.deepEqual(sent(LLAMA, { topK: 3, stop: ['\n'] }), [undefined, undefined, ['top_k', 'stop']])
  const limited = bedrockConverse.encodeRequest(request({ model: LLAMA, maxOutputTokens: 9000 }), { maxOutput: 2048 })
  assert.deepEqual(limited.body['inferenceConfig'], { maxTokens: 2048 })
})

test('structured output is native where the model has it', () => {
  const responseFormat = { type: 'json-schema' as const, name: 'n', schema: { type: 'object', properties: {} } }
  assert.deepEqual(encode({ responseFormat }).body['outputConfig'], {
    textFormat: {
      type: 'json_schema',
      structure: {
        jsonSchema: { schema: '{"type":"object","properties":{},"additionalProperties":false}', name: 'n' },
      },
    },
  })
  for (const [model, format] of [
    [NOVA_2, responseFormat],
    [CLAUDE, { type: 'json' as const }],
  ] as const) {
    const { body, dropped, emulated } = encode({ model, responseFormat: format })
    assert.deepEqual([body['outputConfig'], dropped, emulated], [undefined, [], ['response_format']])
  }
})

test('names what Converse has no member for', () => {
  const { dropped } = encode({
    n: 2,
    seed: 1,
    frequencyPenalty: 1,
    presencePenalty: 1,
    logitBias: { 1: 1 },
    logprobs: { top: 2 },
    user: 'u',
    serviceTier: 'scale',
    metadata: { k: '{}' },
    extras: extrasOf('openai-chat', { verbosity: 'low', store: false }),
  })
  assert.deepEqual(dropped, [
    ...['n', 'seed', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'user'],
    ...['service_tier', 'metadata', 'verbosity'],
  ])
})

test('service tiers and labels have their own members', () => {
  const { body, dropped } = encode({ serviceTier: 'priority', metadata: { team: 'a b' } })
  assert.deepEqual([body['serviceTier'], body['requestMetadata']], [{ type: 'priority' }, { team: 'a b' }])
  assert.deepEqual([dropped, encode({ serviceTier: 'auto' }).body['serviceTier']], [[], undefined])
})

test('any client may ask for a guardrail', () => {
  const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: 'DRAFT' }
  const asked = (fields: object) => encode({ extras: extrasOf('openai-chat', fields as never) })
  assert.deepEqual(asked({ guardrailConfig }).body['guardrailConfig'], guardrailConfig)
  const odd = asked({ guardrailConfig: 'g', performanceConfig: { latency: 'optimized' } })
  assert.deepEqual(odd.dropped, ['guardrailConfig', 'performanceConfig'])
  assert.equal(odd.body['guardrailConfig'], undefined)
})

test('changes nothing in its own client’s body but a cap that is too high', () => {
  const { patchRequest } = bedrockConverse
  const body = { messages: [], inferenceConfig: { maxTokens: 50, topP: 1 } }
  assert.deepEqual(patchRequest(body, 'm'), {})
  assert.deepEqual(patchRequest(body, 'm', 50), {})
  assert.deepEqual(patchRequest(body, 'm', 9), { inferenceConfig: { maxTokens: 9, topP: 1 } })
  assert.deepEqual(patchRequest({}, 'm', 9), { inferenceConfig: { maxTokens: 9 } })
})
