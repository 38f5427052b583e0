import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message, Part } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { extrasOf } from '../../../support/chat-request.js'
import { request } from './answer.js'

const { encodeRequest } = gemini
const user = (...content: readonly Part[]): Message => ({ role: 'user', content })
const text = (words: string): Part => ({ type: 'text', text: words })
const call = (id: string, name = 'f') =>
  ({ type: 'tool-call', id, name, arguments: '{"x":1}', kind: 'function' }) as const
const result = (callId: string, words: string): Message => ({ role: 'tool', callId, content: [text(words)] })
const contentsOf = (messages: readonly Message[], model = 'gemini-2.5-flash') => {
  const { body, dropped } = encodeRequest(request({ model, messages }), {})
  return { contents: body['contents'] as JsonObject[], system: body['systemInstruction'], dropped }
}
const partsOf = (part: Part, model?: string) => {
  const { contents, dropped } = contentsOf([user(part)], model)
  return { parts: contents[0]?.['parts'], dropped }
}

test('puts system messages before everything and joins messages of one side', () => {
  const { contents, system, dropped } = contentsOf([
    { role: 'system', content: [text('Be brief.')] },
    user(text('Hi')),
    { role: 'developer', content: [text('In French.'), { type: 'audio', format: 'wav', data: '' }] },
    { role: 'user', content: [text('there')], name: 'Ann' },
    { role: 'assistant', content: [text('Salut'), text('')] },
  ])
  assert.deepEqual(system, { parts: [{ text: 'Be brief.' }, { text: 'In French.' }] })
  assert.deepEqual(contents, [
    { role: 'user', parts: [{ text: 'Hi' }, { text: 'there' }] },
    { role: 'model', parts: [{ text: 'Salut' }] },
  ])
  assert.deepEqual(dropped, ['messages[2].content[1]', 'messages[3].name'])
})

test('answers every call in the turn after it, in the order of the calls', () => {
  const { contents } = contentsOf([
    user(text('Go')),
    { role: 'assistant', content: [call('a'), call('b', 'g'), call('c', 'h')] },
    result('c', '{"deep":true}'),
    result('other', 'plain'),
    user(text('And?')),
  ])
  assert.deepEqual(contents.slice(1), [
    {
      role: 'model',
      parts: [
        { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
        { functionCall: { id: 'b', name: 'g', args: { x: 1 } } },
        { functionCall: { id: 'c', name: 'h', args: { x: 1 } } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'a', name: 'f', response: { output: 'plain' } } },
        { functionResponse: { id: 'b', name: 'g', response: { error: 'no result' } } },
        { functionResponse: { id: 'c', name: 'h', response: { deep: true } } },
        { text: 'And?' },
      ],
    },
  ])
})

test('begins with the user, and makes text of results that nobody asked for', () => {
  assert.deepEqual(contentsOf([{ role: 'assistant', content: [text('Hello!')] }, result('x', 'stray')]).contents, [
    { role: 'user', parts: [{ text: '.' }] },
    { role: 'model', parts: [{ text: 'Hello!' }] },
    { role: 'user', parts: [{ text: 'stray' }] },
  ])
  assert.deepEqual(contentsOf([{ role: 'system', content: [text('Rules.')] }]).contents, [
    { role: 'user', parts: [{ text: '.' }] },
  ])
})

test('a failed result is an error, and its media stand where the model takes them', () => {
  const image: Part = { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AA==' } }
  const messages: readonly Message[] = [
    user(text('Go')),
    { role: 'assistant', content: [call('a')] },
    { role: 'tool', callId: 'a', content: [text('dark'), image], failed: true },
  ]
  const inlineData = { mimeType: 'image/png', data: 'AA==' }
  const response = { id: 'a', name: 'f', response: { error: 'dark' } }
  assert.deepEqual(contentsOf(messages).contents[2]?.['parts'], [{ functionResponse: response }, { inlineData }])
  assert.deepEqual(contentsOf(messages, 'gemini-3-pro-preview').contents[2]?.['parts'], [
    { functionResponse: { ...response, parts: [{ inlineData }] } },
  ])
})

test('writes media from data, from URLs and from files', () => {
  const cases: readonly (readonly [Part, JsonObject])[] = [
    [
      { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AA==' }, name: 'a.pdf' },
      { inlineData: { mimeType: 'application/pdf', data: 'AA==', displayName: 'a.pdf' } },
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'https://x.test/a.webp?b=1' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://x.test/a.webp?b=1' } },
    ],
    [
      { type: 'image', source: { kind: 'url', url: 'https://x.test/a' } },
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://x.test/a' } },
    ],
    [
      { type: 'file', source: { kind: 'file-id', id: 'gs://b/v', mediaType: 'video/mp4' } },
      { fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/v' } },
    ],
    [{ type: 'audio', format: 'mp3', data: 'AA==' }, { inlineData: { mimeType: 'audio/mpeg', data: 'AA==' } }],
  ]
  for (const [part, wanted] of cases) assert.deepEqual(partsOf(part), { parts: [wanted], dropped: [] })
  const detailed = partsOf({ type: 'image', source: { kind: 'url', url: 'https://x.test/a.png' }, detail: 'high' })
  assert.deepEqual(detailed.dropped, ['messages[0].content[0].image_url.detail'])
})

test('drops what only another dialect can say, and cache markers', () => {
  const { parts, dropped } = partsOf({ type: 'opaque', dialect: 'anthropic-messages', value: {} })
  assert.deepEqual([parts, dropped], [[{ text: '.' }], ['messages[0].content[0]']])
  assert.deepEqual(partsOf({ ...text('x'), cacheControl: { type: 'ephemeral' } } as Part).dropped, ['cache_control'])
})

test('sends back signatures of its own, drops those of others, and says so', () => {
  const { contents, dropped } = contentsOf([
    user(text('Go')),
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Anthropic thought', signature: 'QQ==' },
        { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
        { type: 'reasoning', text: 'own thought', signature: 'gemini:T1c=' },
        { type: 'reasoning', text: '', signature: 'gemini:U2ln' },
        text('Calling.'),
        call('a'),
        call('b'),
      ],
    },
  ])
  assert.deepEqual(contents[1]?.['parts'], [
    { text: 'own thought', thought: true, thoughtSignature: 'T1c=' },
    { text: 'Calling.' },
    { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'U2ln' },
    { functionCall: { id: 'b', name: 'f', args: { x: 1 } } },
  ])
  assert.deepEqual(dropped, ['messages[1].content[0]', 'messages[1].content[1]'])
})

test('without a call to sign, a signature stands on the last part', () => {
  const reasoning = { type: 'reasoning', text: '', signature: 'gemini:U2ln' } as const
  const parts = (content: Extract<Message, { role: 'assistant' }>['content']) =>
    contentsOf([user(text('Go')), { role: 'assistant', content }]).contents[1]?.['parts']
  assert.deepEqual(parts([reasoning, text('a'), text('b')]), [{ text: 'a' }, { text: 'b', thoughtSignature: 'U2ln' }])
  assert.deepEqual(parts([reasoning]), [{ text: '', thoughtSignature: 'U2ln' }])
})

test('since Gemini 3 the first call of a turn is exempted from the check where nobody signed it', () => {
  const messages: readonly Message[] = [user(text('Go')), { role: 'assistant', content: [call('a'), call('b')] }]
  const signatures = (model: string) =>
    ((contentsOf(messages, model).contents[1]?.['parts'] ?? []) as JsonObject[]).map((part) => part['thoughtSignature'])
  const skip = Buffer.from('skip_thought_signature_validator').toString('base64')
  assert.deepEqual(signatures('gemini-3-flash-preview'), [skip, undefined])
  assert.deepEqual(signatures('gemini-2.5-flash'), [undefined, undefined])
})

test('keeps broken arguments whole, and free text of custom tools', () => {
  const { contents } = contentsOf([
    user(text('Go')),
    {
      role: 'assistant',
      content: [
        { ...call('a'), arguments: '{"x":' },
        { ...call('b'), arguments: '' },
        { ...call('c'), arguments: 'SELECT 1', kind: 'custom' },
      ],
    },
  ])
  const parts = (contents[1]?.['parts'] ?? []) as { functionCall: JsonObject }[]
  const args = parts.map((part) => part.functionCall['args'])
  assert.deepEqual(args, [{ _raw: '{"x":' }, {}, { input: 'SELECT 1' }])
})

test('writes how to generate, within what the API and the model take', () => {
  const { body, dropped } = encodeRequest(
    request({
      maxOutputTokens: 9000,
      temperature: 1.5,
      topP: 0.5,
      topK: 20,
      seed: 2 ** 40,
      stop: ['a', '', 'b', 'c', 'd', 'e', 'f'],
      n: 12,
      logprobs: { top: 50 },
      frequencyPenalty: 0.5,
      presencePenalty: -0.5,
      responseFormat: { type: 'json-schema', name: 'r', schema: { type: 'object' }, strict: true },
      serviceTier: 'default',
      stream: true,
    }),
    { maxOutput: 8192 },
  )
  assert.deepEqual(body['generationConfig'], {
    maxOutputTokens: 8192,
    temperature: 1.5,
    topP: 0.5,
    topK: 20,
    candidateCount: 8,
    frequencyPenalty: 0.5,
    presencePenalty: -0.5,
    stopSequences: ['a', 'b', 'c', 'd', 'e'],
    responseLogprobs: true,
    logprobs: 20,
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object' },
  })
  assert.equal(body['serviceTier'], 'standard')
  assert.ok(!('model' in body) && !('stream' in body))
  assert.deepEqual(dropped, ['n', 'seed', 'stop', 'top_logprobs'])
})

test('reports what this API has no member for', () => {
  const { dropped } = encodeRequest(
    request({
      logitBias: { 5: 1 },
      user: 'u',
      metadata: { a: 'b' },
      parallelToolCalls: false,
      serviceTier: 'scale',
      extras: extrasOf('openai-chat', { store: false, prediction: {}, modalities: ['text'] }),
    }),
    {},
  )
  assert.deepEqual([...dropped].sort(), [
    'logit_bias',
    'metadata',
    'parallel_tool_calls',
    'prediction',
    'service_tier',
    'user',
  ])
  assert.deepEqual(encodeRequest(request({ logitBias: {}, metadata: {}, parallelToolCalls: true }), {}).dropped, [])
})

test('lowers the cap in the body of its own client, in its own spelling, and names the model only where it was named', () => {
  const { patchRequest } = gemini
  assert.deepEqual(patchRequest({ contents: [] }, 'g'), {})
  assert.deepEqual(patchRequest({ model: 'models/a' }, 'g'), { model: 'models/g' })
  assert.deepEqual(patchRequest({}, 'g', 10), { generationConfig: { maxOutputTokens: 10 } })
  assert.deepEqual(patchRequest({ generationConfig: { maxOutputTokens: 9, topK: 1 } }, 'g', 10), {})
  assert.deepEqual(patchRequest({ generation_config: { max_output_tokens: 99, top_k: 1 } }, 'g', 10), {
    generation_config: { max_output_tokens: 10, top_k: 1 },
  })
})

test('only errors must be read before they are passed on: usage stands in every chunk', () => {
  const read = (value: unknown) => gemini.mustRead(Buffer.from(`data: ${JSON.stringify(value)}\n\n`))
  assert.ok(read({ error: { code: 500 } }))
  assert.ok(
    !read({ candidates: [{ content: { parts: [{ text: 'say "error"' }] } }], usageMetadata: { promptTokenCount: 1 } }),
  )
})
