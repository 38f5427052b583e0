import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI } from '@google/genai'
import OpenAI, { toFile } from 'openai'
import { anthropicJson, openaiJson, openaiStream } from '../support/answers.js'
import { readMetrics, total } from '../support/metrics.js'
import {
  completionJson,
  completionStream,
  imageJson,
  imageStream,
  responseJson,
  responseStream,
} from '../support/other-answers.js'
import type { ProviderCall } from '../support/provider.js'
import { CLIENT_KEY, errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const on = (provider: string, model: string, api?: string) => ({ provider, model, ...(api !== undefined && { api }) })

let world: World
let anthropic: Anthropic
let google: GoogleGenAI
before(async () => {
  world = await startWorld({
    accounts: {
      oa: 'openai',
      ob: 'openai',
      an: 'anthropic',
      ao: 'anthropic',
      ge: { kind: 'gemini' },
      co: { kind: 'compatible' },
      vl: { kind: 'vllm' },
    },
    models: {},
    settings: {
      models: {
        gpt: { targets: [on('oa', 'gpt-target')] },
        pair: { targets: [on('oa', 'gpt-target'), on('ob', 'gpt-second')] },
        mixed: { targets: [on('oa', 'gpt-target'), on('an', 'claude-sonnet-4-5')] },
        claude: { targets: [on('an', 'claude-sonnet-4-5'), on('ao', 'claude-sonnet-4-5')] },
        gemini: { targets: [on('ge', 'gemini-2.5-flash')] },
        pro: { targets: [on('oa', 'o1-pro')] },
        instruct: { targets: [on('oa', 'gpt-3.5-turbo-instruct')] },
        base: { targets: [on('vl', 'base-model', 'completions')] },
        chat: { targets: [on('co', 'some-model')] },
        image: { targets: [on('oa', 'gpt-image-1'), on('ob', 'dall-e-3')] },
        voice: { targets: [on('oa', 'gpt-4o-mini-tts'), on('co', 'kokoro')] },
        ears: { targets: [on('oa', 'gpt-4o-transcribe'), on('vl', 'whisper')] },
        guard: { targets: [on('oa', 'omni-moderation-latest')] },
        ranker: { targets: [on('vl', 'bge-reranker'), on('co', 'jina-reranker')] },
      },
      prices: { 'bge-reranker': { input: 1, output: 1 } },
      identity: { headers: { user: 'x-user' } },
      limits: [{ name: 'small', match: { model: 'ranker' }, each: 'user', tokens: 500, per: 'hour' }],
      budgets: [
        { name: 'unpriced', match: { model: 'guard', user: 'poor' }, limit: { usd: 1, per: 'day' } },
        { name: 'counted', match: { model: 'claude', user: 'poor' }, limit: { usd: 0.000001, per: 'day' } },
      ],
    },
  })
  anthropic = new Anthropic({ baseURL: world.host.url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  google = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: world.host.url, timeout: 15_000 } })
})
after(() => world?.stop())

const MESSAGES = [{ role: 'user' as const, content: 'hello world' }]
const last = (account: string) => world.provider.callsOf(account).at(-1) as ProviderCall
const asks = (account: string) => world.provider.callsOf(account).length
const down = (account: string) =>
  world.provider.at(account, (_, reply) => reply.json(500, { error: { message: 'down' } }))
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${world.host.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${CLIENT_KEY}`, ...headers },
    body: JSON.stringify(body),
  })

test("Anthropic's client has its tokens counted by Anthropic, and falls back", LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, { input_tokens: 4321, unknown: 1 }))
  const counted = await anthropic.messages.countTokens({ model: 'claude', messages: MESSAGES })
  assert.deepEqual(counted, { input_tokens: 4321, unknown: 1 })
  const call = last('an')
  assert.equal(call.path, '/an/v1/messages/count_tokens')
  assert.deepEqual(call.body, { model: 'claude-sonnet-4-5', messages: MESSAGES })
  assert.equal(call.headers['x-api-key'], 'key-of-an')
  down('an')
  world.provider.at('ao', (_, reply) => reply.json(200, { input_tokens: 5 }))
  assert.equal((await anthropic.messages.countTokens({ model: 'claude', messages: MESSAGES })).input_tokens, 5)
})

test('other models are counted here, and nobody is asked', LIMIT, async () => {
  const before = world.provider.calls.length
  const short = await anthropic.messages.countTokens({ model: 'gpt', messages: MESSAGES })
  const long = await anthropic.messages.countTokens({
    model: 'mixed',
    system: 'Answer in one word.',
    tools: [{ name: 'look', description: 'looks', input_schema: { type: 'object' } }],
    messages: [{ role: 'user', content: 'hello world '.repeat(100) }],
  })
  assert.ok(short.input_tokens > 1 && short.input_tokens < 20, String(short.input_tokens))
  assert.ok(long.input_tokens > 200 && long.input_tokens < 400, String(long.input_tokens))
  assert.equal(world.provider.calls.length, before)
})

test('counting costs nothing, whatever it counts', LIMIT, async () => {
  world.provider.at('an', (_, reply) => reply.json(200, { input_tokens: 1_000_000 }))
  const poor = { headers: { 'x-user': 'poor' } }
  for (let time = 0; time < 3; time++) {
    await anthropic.messages.countTokens({ model: 'claude', messages: MESSAGES }, poor)
  }
  await world.settled()
  const metrics = await readMetrics(world.host.adminUrl)
  assert.equal(total(metrics, 'tollgate_budget_spent_usd', { budget: 'counted' }), 0)
  await assert.rejects(anthropic.messages.create({ model: 'claude', max_tokens: 9, messages: MESSAGES }, poor), {
    status: 429,
  })
})

test('what cannot be counted is refused in the form of the client', LIMIT, async () => {
  await assert.rejects(anthropic.messages.countTokens({ model: 'none', messages: MESSAGES }), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError)
    assert.match(JSON.stringify(error.error), /"type":"error".*not_found_error/)
    return true
  })
  world.provider.at('an', (_, reply) =>
    reply.json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'odd' } }),
  )
  await assert.rejects(anthropic.messages.countTokens({ model: 'claude', messages: MESSAGES }), {
    status: 400,
    message: /odd/,
  })
  await assert.rejects(google.models.countTokens({ model: 'none', contents: 'hi' }), (error) => {
    assert.ok(error instanceof ApiError)
    assert.equal(error.status, 404)
    return true
  })
})

test("Google's client has its tokens counted, by Gemini or here", LIMIT, async () => {
  world.provider.at('ge', (_, reply) =>
    reply.json(200, { totalTokens: 31, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 31 }] }),
  )
  const counted = await google.models.countTokens({ model: 'gemini', contents: 'hello world' })
  assert.equal(counted.totalTokens, 31)
  assert.equal(last('ge').path, '/ge/models/gemini-2.5-flash:countTokens')
  assert.equal(last('ge').headers['x-goog-api-key'], 'key-of-ge')
  const before = world.provider.calls.length
  const here = await google.models.countTokens({ model: 'gpt', contents: 'hello world' })
  assert.ok((here.totalTokens ?? 0) > 1 && (here.totalTokens ?? 0) < 20)
  assert.equal(world.provider.calls.length, before)
})

test("Responses pass to OpenAI as they are, with the client's state", LIMIT, async () => {
  world.provider.at('oa', (call, reply) =>
    call.body['stream'] ? reply.stream(responseStream(['one ', 'two'])) : reply.json(200, responseJson('native')),
  )
  const body = '{"model":"gpt", "input":"hi", "previous_response_id":"resp_0", "odd": 1.0}'
  const answer = await fetch(`${world.host.url}/v1/responses`, { method: 'POST', body })
  assert.deepEqual(await answer.json(), responseJson('native'))
  assert.equal(last('oa').path, '/oa/v1/responses')
  assert.equal(last('oa').bodyText, '{"model":"gpt-target", "input":"hi", "previous_response_id":"resp_0", "odd": 1.0}')
  const stateful = await world.client.responses.create({ model: 'gpt', conversation: 'conv_1', store: true })
  assert.equal(stateful.output_text, 'native')
  const streamed = await world.client.responses.stream({ model: 'pair', input: 'hi', previous_response_id: 'resp_1' })
  assert.equal((await streamed.finalResponse()).output_text, 'one two')
})

test('state is refused where not every target knows it, and so is work in the background', LIMIT, async () => {
  const before = world.provider.calls.length
  const stateful = [{ previous_response_id: 'resp_1' }, { conversation: 'conv_1' }, { prompt: { id: 'pmpt_1' } }]
  for (const model of ['mixed', 'claude', 'chat']) {
    for (const members of stateful) {
      const [param] = Object.keys(members)
      await assert.rejects(world.client.responses.create({ model, input: 'hi', ...members }), { status: 400, param })
    }
    const input = [{ type: 'item_reference' as const, id: 'msg_1' }]
    await assert.rejects(world.client.responses.create({ model, input }), { status: 400, param: 'input[0]' })
  }
  await assert.rejects(world.client.responses.create({ model: 'gpt', input: 'hi', background: true }), {
    status: 400,
    param: 'background',
  })
  await assert.rejects(world.client.responses.create({ model: 'none', input: 'hi' }), { status: 404 })
  assert.equal(world.provider.calls.length, before)
})

test('Responses fall back to targets that have no such API', LIMIT, async () => {
  down('oa')
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('second')))
  assert.equal((await world.client.responses.create({ model: 'mixed', input: 'hi' })).output_text, 'second')
})

test('models that only Responses has answer chats', LIMIT, async () => {
  world.provider.at('oa', (call, reply) =>
    call.body['stream'] ? reply.stream(responseStream(['one ', 'two'])) : reply.json(200, responseJson('pro')),
  )
  const whole = await world.client.chat.completions.create({ model: 'pro', messages: MESSAGES })
  assert.equal(whole.choices[0]?.message.content, 'pro')
  assert.equal(last('oa').path, '/oa/v1/responses')
  const message = await anthropic.messages.create({ model: 'pro', max_tokens: 99, messages: MESSAGES })
  assert.equal(message.content[0]?.type === 'text' && message.content[0].text, 'pro')
  const runner = world.client.chat.completions.stream({ model: 'pro', messages: MESSAGES })
  assert.equal(await runner.finalContent(), 'one two')
})

for (const [model, account, path] of [
  ['instruct', 'oa', '/oa/v1/completions'],
  ['base', 'vl', '/vl/completions'],
] as const) {
  test(`legacy completions pass as they are: ${model}`, LIMIT, async () => {
    world.provider.at(account, (call, reply) =>
      call.body['stream'] ? reply.stream(completionStream(['one ', 'two'])) : reply.json(200, completionJson('next')),
    )
    const ask = { model, prompt: 'once upon', max_tokens: 9, echo: true, suffix: 'end' }
    const whole = await world.client.completions.create(ask)
    assert.deepEqual(
      [whole.choices[0]?.text, whole.choices[0]?.finish_reason, whole.usage?.total_tokens],
      ['next', 'stop', 18],
    )
    assert.equal(last(account).path, path)
    assert.deepEqual({ ...last(account).body, model }, ask)
    let text = ''
    for await (const chunk of await world.client.completions.create({ ...ask, stream: true })) {
      assert.equal(chunk.usage ?? null, null)
      text += chunk.choices[0]?.text ?? ''
    }
    assert.equal(text, 'one two')
    assert.deepEqual(last(account).body['stream_options'], { include_usage: true })
  })

  test(`a chat reaches a model that only completes: ${model}`, LIMIT, async () => {
    world.provider.at(account, (_, reply) => reply.json(200, completionJson('answer')))
    const chat = await world.client.chat.completions.create({ model, messages: MESSAGES })
    assert.equal(chat.choices[0]?.message.content, 'answer')
    assert.equal(last(account).body['prompt'], 'hello world')
  })
}

test('legacy completions reach chat models by translation, and fall back', LIMIT, async () => {
  world.provider.at('oa', (call, reply) =>
    call.body['stream'] ? reply.stream(openaiStream(['one ', 'two'])) : reply.json(200, openaiJson('chat')),
  )
  const { data, response } = await world.client.completions
    .create({ model: 'gpt', prompt: ['once'], stop: ['.'], logprobs: 2, suffix: 'end' })
    .withResponse()
  assert.deepEqual([data.object, data.choices[0]?.text], ['text_completion', 'chat'])
  assert.equal(response.headers.get('x-tollgate-dropped'), 'logprobs,suffix')
  assert.equal(last('oa').path, '/oa/v1/chat/completions')
  assert.deepEqual(last('oa').body, { model: 'gpt-target', messages: [{ role: 'user', content: 'once' }], stop: ['.'] })
  let text = ''
  let tokens = 0
  const stream = { stream: true, stream_options: { include_usage: true } } as const
  for await (const chunk of await world.client.completions.create({ model: 'gpt', prompt: 'once', ...stream })) {
    text += chunk.choices[0]?.text ?? ''
    tokens = chunk.usage?.total_tokens ?? tokens
  }
  assert.deepEqual([text, tokens], ['one two', 18])
  down('oa')
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('second')))
  const second = await world.client.completions.create({ model: 'mixed', prompt: 'once' })
  assert.equal(second.choices[0]?.text, 'second')
})

test('several prompts, token ids and unseen choices are refused', LIMIT, async () => {
  const refused: readonly (readonly [object, string])[] = [
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: [[1, 2]] }, 'prompt'],
    [{}, 'prompt'],
    [{ prompt: 'a', best_of: 3 }, 'best_of'],
  ]
  for (const [members, param] of refused) {
    const answer = await post('/v1/completions', { model: 'gpt', ...members })
    assert.equal(answer.status, 400)
    assert.equal((await errorIn(answer)).param, param)
  }
  await assert.rejects(world.client.completions.create({ model: 'none', prompt: 'a' }), { status: 404 })
})

test('images are made, whole and streamed, with usage metered', LIMIT, async () => {
  world.provider.at('oa', (call, reply) =>
    call.body['stream'] ? reply.stream(imageStream()) : reply.json(200, imageJson()),
  )
  const before = total(await readMetrics(world.host.adminUrl), 'tollgate_tokens_total', {
    model: 'image',
    kind: 'output',
  })
  const whole = await world.client.images.generate({ model: 'image', prompt: 'a cat', n: 1 })
  assert.deepEqual(whole, imageJson())
  assert.equal(last('oa').path, '/oa/v1/images/generations')
  assert.equal(last('oa').bodyText, '{"model":"gpt-image-1","prompt":"a cat","n":1}')
  assert.equal(last('oa').headers.authorization, 'Bearer key-of-oa')
  const types: string[] = []
  for await (const event of await world.client.images.generate({ model: 'image', prompt: 'a cat', stream: true })) {
    types.push(event.type)
  }
  assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed'])
  await world.settled()
  const after = total(await readMetrics(world.host.adminUrl), 'tollgate_tokens_total', {
    model: 'image',
    kind: 'output',
  })
  assert.equal(after - before, 2 * 272)
})

test('images are edited and varied through forms, of which only the model changes', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, imageJson()))
  const file = await toFile(Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x2d, 0x2d, 0x00, 0xff]), 'cat.png', {
    type: 'image/png',
  })
  const edited = await world.client.images.edit({ model: 'image', image: [file, file], prompt: 'a dog' })
  assert.deepEqual(edited, imageJson())
  const call = last('oa')
  assert.equal(call.path, '/oa/v1/images/edits')
  assert.match(call.headers['content-type'] ?? '', /^multipart\/form-data; ?boundary=/)
  assert.match(call.bodyText, /name="model"\r\n\r\ngpt-image-1\r\n/)
  assert.equal(call.bodyText.match(/filename="cat.png"/g)?.length, 2)
  await world.client.images.createVariation({ model: 'image', image: file })
  assert.equal(last('oa').path, '/oa/v1/images/variations')
  down('oa')
  world.provider.at('ob', (_, reply) => reply.json(200, imageJson()))
  await world.client.images.edit({ model: 'image', image: file, prompt: 'a dog' })
  assert.match(last('ob').bodyText, /name="model"\r\n\r\ndall-e-3\r\n/)
})

test('speech comes as it is made, byte for byte, and falls back before it has begun', LIMIT, async () => {
  const sound = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256))
  let go = () => {}
  const waits = new Promise<void>((resolve) => {
    go = resolve
  })
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'audio/mpeg' })
    await reply.write(sound.subarray(0, 1000))
    await waits
    reply.end(sound.subarray(1000))
  })
  const answer = await world.client.audio.speech.create({ model: 'voice', voice: 'alloy', input: 'hello' })
  assert.equal(answer.headers.get('content-type'), 'audio/mpeg')
  assert.equal(answer.headers.get('x-tollgate-target'), 'oa/gpt-4o-mini-tts')
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  const pieces = [(await reader.read()).value ?? new Uint8Array(0)]
  assert.ok((pieces[0]?.length ?? 0) > 0)
  go()
  for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value)
  assert.ok(Buffer.concat(pieces).equals(sound))
  down('oa')
  world.provider.at('co', (_, reply) => {
    reply.head(200, { 'content-type': 'audio/wav' })
    reply.end(sound)
  })
  const second = await world.client.audio.speech.create({ model: 'voice', voice: 'alloy', input: 'hello' })
  assert.ok(Buffer.from(await second.arrayBuffer()).equals(sound))
  assert.deepEqual([last('co').path, last('co').body['model']], ['/co/audio/speech', 'kokoro'])
})

test('sound that breaks off does not look complete', LIMIT, async () => {
  let go = () => {}
  const waits = new Promise<void>((resolve) => {
    go = resolve
  })
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'audio/mpeg' })
    await reply.write(Buffer.alloc(1000, 1))
    await waits
    reply.cut()
  })
  const answer = await world.client.audio.speech.create({ model: 'voice', voice: 'alloy', input: 'hello' })
  assert.equal(answer.headers.get('x-tollgate-target'), 'oa/gpt-4o-mini-tts')
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  go()
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  })
})

test('speech as events passes as it is', LIMIT, async () => {
  const events = [
    'data: {"type":"speech.audio.delta","audio":"aGk="}\n\n',
    'data: {"type":"speech.audio.done","usage":{"input_tokens":3,"output_tokens":40,"total_tokens":43}}\n\n',
  ]
  world.provider.at('oa', (_, reply) => reply.stream(events))
  const answer = await world.client.audio.speech.create({
    model: 'voice',
    voice: 'alloy',
    input: 'hi',
    stream_format: 'sse',
  })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.equal(await answer.text(), events.join(''))
})

test('recordings are transcribed, as JSON, as text and as a stream', LIMIT, async () => {
  const usage = {
    type: 'tokens',
    input_tokens: 14,
    output_tokens: 3,
    total_tokens: 17,
    input_token_details: { audio_tokens: 14, text_tokens: 0 },
  }
  world.provider.at('oa', async (call, reply) => {
    if (call.bodyText.includes('name="stream"')) {
      await reply.stream([
        'data: {"type":"transcript.text.delta","delta":"hello "}\n\n',
        `data: ${JSON.stringify({ type: 'transcript.text.done', text: 'hello there', usage })}\n\n`,
      ])
    } else if (call.bodyText.includes('\r\nsrt\r\n')) {
      reply.head(200, { 'content-type': 'text/plain; charset=utf-8' })
      reply.end('1\n00:00:00,000 --> 00:00:01,000\nhello\n')
    } else reply.json(200, { text: 'hello there', usage })
  })
  const file = await toFile(Buffer.from('RIFF----'), 'a.wav')
  const whole = await world.client.audio.transcriptions.create({ model: 'ears', file })
  assert.equal(whole.text, 'hello there')
  assert.equal(last('oa').path, '/oa/v1/audio/transcriptions')
  assert.match(last('oa').bodyText, /name="model"\r\n\r\ngpt-4o-transcribe\r\n/)
  const subtitles = await world.client.audio.transcriptions.create({ model: 'ears', file, response_format: 'srt' })
  assert.match(String(subtitles), /00:00:01,000/)
  const types: string[] = []
  for await (const event of await world.client.audio.transcriptions.create({ model: 'ears', file, stream: true })) {
    types.push(event.type)
  }
  assert.deepEqual(types, ['transcript.text.delta', 'transcript.text.done'])
  down('oa')
  world.provider.at('vl', (_, reply) => reply.json(200, { text: 'second' }))
  assert.equal((await world.client.audio.translations.create({ model: 'ears', file })).text, 'second')
  assert.equal(last('vl').path, '/vl/audio/translations')
})

test('hostile forms are refused before anybody is asked', LIMIT, async () => {
  const before = world.provider.calls.length
  const part = (head: string, content: string) => `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`
  const model = part('name="model"', 'ears')
  const forms: readonly (readonly [type: string, body: string])[] = [
    ['multipart/form-data', `${model}--b--\r\n`],
    ['multipart/form-data; boundary=b; boundary=c', `${model}--b--\r\n`],
    ['multipart/form-data; boundary=b', `${model}${part('name="model"', 'gpt')}--b--\r\n`],
    ['multipart/form-data; boundary=b', `${part('name="model"; filename="m"', 'ears')}--b--\r\n`],
    ['multipart/form-data; boundary=b', `${part(`name="model"; x="${'y'.repeat(9000)}"`, 'ears')}--b--\r\n`],
    ['multipart/form-data; boundary=b', model],
    ['multipart/form-data; boundary=b', `${part('name="file"; filename="f"', 'x')}--b--\r\n`],
  ]
  for (const [type, body] of forms) {
    const answer = await fetch(`${world.host.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    assert.equal(answer.status, 400, body)
    assert.equal((await errorIn(answer)).type, 'invalid_request_error')
  }
  assert.equal(world.provider.calls.length, before)
})

test('moderations pass, and a budget in dollars refuses what has no price', LIMIT, async () => {
  const answer = {
    id: 'modr-1',
    model: 'omni-moderation-latest',
    results: [{ flagged: false, categories: {}, category_scores: {} }],
  }
  world.provider.at('oa', (_, reply) => reply.json(200, answer))
  assert.deepEqual(await world.client.moderations.create({ model: 'guard', input: ['one', 'two'] }), answer)
  assert.equal(last('oa').path, '/oa/v1/moderations')
  const before = asks('oa')
  await assert.rejects(
    world.client.moderations.create({ model: 'guard', input: 'one' }, { headers: { 'x-user': 'poor' } }),
    { status: 403, code: 'model_not_allowed' },
  )
  assert.equal(asks('oa'), before)
  world.provider.at('oa', (_, reply) => reply.json(400, { error: { message: 'too odd', param: 'input' } }))
  await assert.rejects(world.client.moderations.create({ model: 'guard', input: 'one' }), {
    status: 400,
    message: /too odd/,
  })
  await assert.rejects(world.client.moderations.create({ model: 'none', input: 'one' }), { status: 404 })
})

test('documents are ranked within a limit on tokens, and fall back', LIMIT, async () => {
  const results = [{ index: 0, relevance_score: 0.9 }]
  world.provider.at('vl', (_, reply) => reply.json(200, { results, usage: { total_tokens: 9 } }))
  const ask = { model: 'ranker', query: 'cats', documents: ['a cat', { text: 'a dog' }], top_n: 1 }
  const user = { 'x-user': 'ranking' }
  for (const [path, provider] of [
    ['/v1/rerank', '/vl/rerank'],
    ['/v2/rerank', '/vl/v2/rerank'],
  ] as const) {
    const answer = await post(path, ask, user)
    assert.deepEqual(await answer.json(), { results, usage: { total_tokens: 9 } })
    assert.equal(last('vl').path, provider)
    assert.deepEqual(last('vl').body, { ...ask, model: 'bge-reranker' })
  }
  const long = await post('/v1/rerank', { ...ask, documents: ['a cat '.repeat(1000)] }, user)
  assert.deepEqual([long.status, (await errorIn(long)).code], [429, 'rate_limit_exceeded'])
  down('vl')
  world.provider.at('co', (_, reply) => reply.json(200, { results }))
  assert.deepEqual(await (await post('/v2/rerank', ask, user)).json(), { results })
  assert.equal(last('co').path, '/co/rerank')
  const wrong = await post('/v2/rerank', { model: 'ranker', query: 'cats' }, user)
  const body = (await wrong.json()) as { message: string; error: { param: string } }
  assert.deepEqual([wrong.status, body.error.param, body.message.includes('documents')], [400, 'documents', true])
})

test('an API that no target has is refused, and so is what is no answer', LIMIT, async () => {
  await assert.rejects(world.client.images.generate({ model: 'claude', prompt: 'x' }), { status: 400, param: 'model' })
  world.provider.at('oa', (_, reply) => {
    reply.head(200, { 'content-type': 'text/html' })
    reply.end('<html>')
  })
  world.provider.at('ob', (_, reply) => reply.json(200, { error: { message: 'later', type: 'server_error' } }))
  await assert.rejects(world.client.images.generate({ model: 'image', prompt: 'x' }), { status: 502 })
})

test("Anthropic's client lists the models, page by page", LIMIT, async () => {
  const names: string[] = []
  for await (const model of anthropic.models.list({ limit: 4 })) {
    assert.equal(model.type, 'model')
    assert.ok(!Number.isNaN(Date.parse(model.created_at)))
    names.push(model.id)
  }
  const all = (await world.client.models.list()).data.map(({ id }) => id)
  assert.deepEqual(names, all)
  assert.equal((await anthropic.models.retrieve('claude')).display_name, 'claude')
  await assert.rejects(anthropic.models.retrieve('none'), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError)
    assert.match(JSON.stringify(error.error), /not_found_error/)
    return true
  })
})

test("Google's client lists the models, page by page", LIMIT, async () => {
  const names: (string | undefined)[] = []
  for await (const model of await google.models.list({ config: { pageSize: 5 } })) names.push(model.name)
  const all = (await world.client.models.list()).data.map(({ id }) => `models/${id}`)
  assert.deepEqual(names, all)
  const one = await google.models.get({ model: 'gemini' })
  assert.deepEqual([one.name, one.displayName], ['models/gemini', 'gemini'])
  await assert.rejects(
    google.models.get({ model: 'none' }),
    (error) => error instanceof ApiError && error.status === 404,
  )
})

test('what OpenAI has and is not here is not found', LIMIT, async () => {
  const client = new OpenAI({ baseURL: `${world.host.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0 })
  await assert.rejects(client.files.list(), { status: 404 })
  await assert.rejects(client.responses.retrieve('resp_1'), { status: 404 })
})
