import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { ApiError, GoogleGenAI } from '@google/genai'
import { anthropicJson, anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { CLIENT_KEY, startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }

/** Both kinds of targets: the model that leads to one, its account, and its answers. */
const TARGETS = [
  { model: 'gpt', account: 'oa', json: openaiJson, stream: openaiStream },
  { model: 'claude', account: 'an', json: anthropicJson, stream: anthropicStream },
]

let world: World
let anthropic: Anthropic
let google: GoogleGenAI
before(async () => {
  world = await startWorld({
    // OpenAI itself answers Responses, which then would not be translated.
    accounts: { oa: { kind: 'compatible' }, an: 'anthropic' },
    models: {
      gpt: ['oa/gpt-target'],
      claude: ['an/claude-sonnet-4-5'],
      chain: ['oa/gpt-target', 'an/claude-sonnet-4-5'],
    },
  })
  anthropic = new Anthropic({ baseURL: world.host.url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  google = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: world.host.url, timeout: 15_000 } })
})
after(() => world?.stop())

for (const { model, account, json, stream } of TARGETS) {
  test(`Anthropic's client reads whole answers and streams of ${model}`, LIMIT, async () => {
    world.provider.at(account, (call, reply) =>
      call.body['stream'] ? reply.stream(stream(['one ', 'two'])) : reply.json(200, json('hello')),
    )
    const ask = { model, max_tokens: 100, system: 'be short', messages: [{ role: 'user' as const, content: 'hi' }] }
    const whole = await anthropic.messages.create(ask)
    assert.deepEqual(
      whole.content.map((block) => block.type === 'text' && block.text),
      ['hello'],
    )
    assert.equal(whole.stop_reason, 'end_turn')
    assert.ok(whole.usage.output_tokens > 0)
    const streamed = await anthropic.messages.stream(ask).finalMessage()
    assert.deepEqual(
      streamed.content.map((block) => block.type === 'text' && block.text),
      ['one two'],
    )
    assert.ok(streamed.usage.output_tokens > 0)
  })

  test(`Google's client reads whole answers and streams of ${model}`, LIMIT, async () => {
    world.provider.at(account, (call, reply) =>
      call.body['stream'] ? reply.stream(stream(['one ', 'two'])) : reply.json(200, json('hello')),
    )
    const ask = { model, contents: 'hi', config: { systemInstruction: 'be short', maxOutputTokens: 100 } }
    const whole = await google.models.generateContent(ask)
    assert.deepEqual([whole.text, whole.candidates?.[0]?.finishReason], ['hello', 'STOP'])
    assert.ok((whole.usageMetadata?.candidatesTokenCount ?? 0) > 0)
    let text = ''
    let output = 0
    for await (const chunk of await google.models.generateContentStream(ask)) {
      text += chunk.text ?? ''
      output = chunk.usageMetadata?.candidatesTokenCount ?? output
    }
    assert.equal(text, 'one two')
    assert.ok(output > 0)
  })

  test(`a stream for Google's plain REST callers is one array: ${model}`, LIMIT, async () => {
    world.provider.at(account, (_, reply) => reply.json(200, json('hello')))
    const answer = await fetch(`${world.host.url}/v1beta/models/${model}:streamGenerateContent`, {
      method: 'POST',
      body: JSON.stringify({ contents: [{ parts: [{ text: 'hi' }] }] }),
    })
    assert.equal(answer.status, 200)
    const [only, ...more] = (await answer.json()) as { candidates: { content: { parts: { text: string }[] } }[] }[]
    assert.equal(only?.candidates[0]?.content.parts[0]?.text, 'hello')
    assert.deepEqual(more, [])
  })

  test(`OpenAI's client reads responses of ${model}, whole and streamed`, LIMIT, async () => {
    world.provider.at(account, (call, reply) =>
      call.body['stream'] ? reply.stream(stream(['one ', 'two'])) : reply.json(200, json('hello')),
    )
    const ask = { model, instructions: 'be short', input: 'hi', store: false }
    const whole = await world.client.responses.create(ask)
    assert.deepEqual([whole.output_text, whole.status], ['hello', 'completed'])
    assert.ok((whole.usage?.output_tokens ?? 0) > 0)
    const streamed = await world.client.responses.stream(ask).finalResponse()
    assert.equal(streamed.output_text, 'one two')
    assert.ok((streamed.usage?.output_tokens ?? 0) > 0)
  })
}

test('a chain falls back for clients of every dialect', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(500, { error: { message: 'down' } }))
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('second')))
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const message = await anthropic.messages.create({ model: 'chain', max_tokens: 9, messages })
  assert.equal(message.content[0]?.type === 'text' && message.content[0].text, 'second')
  assert.equal((await world.client.responses.create({ model: 'chain', input: 'hi' })).output_text, 'second')
})

test('errors come in the form that the client reads', LIMIT, async () => {
  const messages = [{ role: 'user' as const, content: 'hi' }]
  await assert.rejects(anthropic.messages.create({ model: 'none', max_tokens: 9, messages }), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError)
    assert.match(JSON.stringify(error.error), /"type":"error".*not_found_error/)
    return true
  })
  await assert.rejects(google.models.generateContent({ model: 'none', contents: 'hi' }), (error) => {
    assert.ok(error instanceof ApiError)
    assert.equal(error.status, 404)
    assert.equal(JSON.parse(error.message).error.status, 'NOT_FOUND')
    return true
  })
  await assert.rejects(world.client.responses.create({ model: 'gpt', input: 'hi', previous_response_id: 'resp_1' }), {
    status: 400,
    param: 'previous_response_id',
  })
})
