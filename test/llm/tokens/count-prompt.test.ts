import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest, Message, Tool } from '../../../core/chat.js'
import { countPrompt, countText, type PromptCount, promptCeiling } from '../../../llm/tokens/count-prompt.js'
import { createEncodings } from '../../../llm/tokens/encoding.js'
import { tokenizerFor } from '../../../llm/tokens/tokenizer.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { TURNS } from '../../support/turns.js'

const encodings = createEncodings(readFile)

const chat = (messages: readonly Message[], more: Partial<ChatRequest> = {}) => chatRequestOf({ messages, ...more })

async function count(model: string, request: ChatRequest): Promise<PromptCount> {
  const choice = tokenizerFor(model)
  return countPrompt(request, { choice, encoding: await encodings.load(choice.encoding) }, TURNS)
}

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })
const weather: Tool = {
  kind: 'function',
  name: 'get_current_weather',
  description: 'Get the current weather in a given location',
  parameters: {
    type: 'object',
    properties: {
      location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    required: ['location'],
  },
}

test("OpenAI's cookbook example counts what the API reports", async () => {
  const system = (text: string, name?: string): Message => ({
    role: 'system',
    content: [{ type: 'text', text }],
    ...(name !== undefined && { name }),
  })
  const messages = [
    system('You are a helpful, pattern-following assistant that translates corporate jargon into plain English.'),
    system('New synergies will help drive top-line growth.', 'example_user'),
    system('Things working well together will increase revenue.', 'example_assistant'),
    system(
      "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      'example_user',
    ),
    system("Let's talk later when we're less busy about how to do better.", 'example_assistant'),
    user("This late pivot means we don't have time to boil the ocean for the client deliverable."),
  ]
  assert.deepEqual(await count('gpt-4', chat(messages)), {
    tokens: 129,
    upperBound: 129,
    exact: true,
    encoding: 'cl100k_base',
  })
  assert.equal((await count('gpt-4o', chat(messages))).tokens, 124)
})

test('a small prompt is counted at once, a long one in turns', async () => {
  const choice = tokenizerFor('gpt-4o')
  const tokenizer = { choice, encoding: await encodings.load(choice.encoding) }
  assert.ok(!(countPrompt(chat([user('hi')]), tokenizer, TURNS) instanceof Promise))
  let pauses = 0
  const pause = async () => {
    pauses++
  }
  const long = await countPrompt(chat([user('many words '.repeat(20_000))]), tokenizer, { ...TURNS, pause })
  assert.equal(long.tokens, 40_001 + 7)
  assert.ok(pauses > 3)
})

test('what tools take is counted in turns too, and bounded so', async () => {
  const properties = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, { type: 'string' }]))
  const tools: readonly Tool[] = Array.from({ length: 20 }, (_, index) => ({
    ...{ kind: 'function', name: `f${index}`, parameters: { type: 'object', properties } },
  }))
  for (const model of ['gpt-4o', 'claude-sonnet-4-5']) {
    const choice = tokenizerFor(model)
    const tokenizer = { choice, encoding: await encodings.load(choice.encoding) }
    let pauses = 0
    const pause = async () => {
      pauses++
    }
    const counted = countPrompt(chat([user('hi')], { tools }), tokenizer, { ...TURNS, pause })
    assert.ok(counted instanceof Promise)
    assert.ok((await counted).tokens > 100_000)
    const counting = pauses
    assert.ok((await promptCeiling(chat([user('hi')], { tools }), choice, { ...TURNS, pause })) > 100_000)
    assert.ok(pauses > counting)
  }
})

test('tools, tool calls and schemas make the count an estimate with a higher bound', async () => {
  const plain = await count('gpt-4o', chat([user('hi')]))
  const tools = await count('gpt-4o', chat([user('hi')], { tools: [weather] }))
  assert.ok(tools.tokens > plain.tokens + 50 && tools.tokens < plain.tokens + 100, `${tools.tokens}`)
  assert.equal(tools.exact, false)
  assert.ok(tools.upperBound > tools.tokens)
  const call: Message = {
    role: 'assistant',
    content: [
      { type: 'tool-call', id: 'c', name: 'get_current_weather', arguments: '{"location":"Bonn"}', kind: 'function' },
    ],
  }
  assert.equal((await count('gpt-4o', chat([user('hi'), call]))).exact, false)
  const schema = { type: 'json-schema', name: 'answer', schema: { type: 'object' } } as const
  assert.equal((await count('gpt-4o', chat([user('hi')], { responseFormat: schema }))).exact, false)
})

test('a deeply nested tool schema is counted without harm', async () => {
  let schema: ChatRequest['tools'][number] & { kind: 'function' } = { kind: 'function', name: 'f', parameters: {} }
  for (let depth = 0; depth < 1000; depth++) {
    schema = { ...schema, parameters: { type: 'object', properties: { next: schema.parameters } } }
  }
  assert.ok((await count('gpt-4o', chat([], { tools: [schema] }))).tokens > 32)
})

test('other families count with a factor and state a bound above', async () => {
  const request = chat([user('The quick brown fox jumps over the lazy dog. '.repeat(20))])
  const exact = await count('gpt-4o', request)
  for (const model of [
    'claude-sonnet-4-5',
    'claude-opus-4-7',
    'gemini-2.5-pro',
    'mistral-large',
    'grok-3',
    'who-knows',
  ]) {
    const approximate = await count(model, request)
    assert.equal(approximate.exact, false)
    assert.ok(approximate.upperBound > approximate.tokens)
    assert.ok(approximate.tokens > exact.tokens * 0.9 && approximate.tokens < exact.tokens * 1.6, model)
  }
})

test('images count by their size, and files and audio by an estimate', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000400000004000802000000', 'hex').toString('base64')
  const image: Message = {
    role: 'user',
    content: [{ type: 'image', source: { kind: 'data', mediaType: 'image/png', data: png } }],
  }
  assert.equal((await count('gpt-4o', chat([image]))).tokens, 7 + 765)
  const linked: Message = {
    role: 'user',
    content: [{ type: 'image', source: { kind: 'url', url: 'https://x.example/a.png' } }],
  }
  const guess = await count('gpt-4o', chat([linked]))
  assert.ok(!guess.exact && guess.upperBound > guess.tokens)
  const rest: Message = {
    role: 'user',
    content: [
      { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'A'.repeat(100_000) } },
      { type: 'audio', format: 'wav', data: 'A'.repeat(100_000) },
    ],
  }
  const media = await count('gpt-4o', chat([rest]))
  assert.ok(media.tokens > 3_000 && media.upperBound > media.tokens && !media.exact)
})

test('thinking adds the prompt that the vendor adds', async () => {
  const plain = await count('claude-sonnet-4-5', chat([user('hi')]))
  const thinking = await count(
    'claude-sonnet-4-5',
    chat([user('hi')], { reasoning: { budgetTokens: 1024, mode: 'on' } }),
  )
  assert.equal(thinking.tokens - plain.tokens, 28)
  const off = await count('claude-sonnet-4-5', chat([user('hi')], { reasoning: { mode: 'off' } }))
  assert.equal(off.tokens, plain.tokens)
})

test('no prompt has more tokens than its ceiling says without counting', async () => {
  const models = ['gpt-4o', 'gpt-4', 'claude-sonnet-4-5', 'llama-3.1-70b', 'gemini-2.5-pro', 'nobody-knows']
  // Lone surrogates too: JSON can carry them.
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    units.map((codes) => String.fromCharCode(...codes)),
  )
  const image: Message = {
    role: 'user',
    content: [{ type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } }],
  }
  const more = fc.constantFrom<Partial<ChatRequest>>({}, { tools: [weather] }, { reasoning: { mode: 'on' } })
  await fc.assert(
    fc.asyncProperty(
      fc.array(texts, { minLength: 1 }),
      fc.constantFrom(...models),
      more,
      async (said, model, extra) => {
        const request = chat([...said.map(user), image], extra)
        assert.ok((await promptCeiling(request, tokenizerFor(model), TURNS)) >= (await count(model, request)).tokens)
      },
    ),
  )
  const long = chat([user('\u{1f600}'.repeat(20_000))])
  assert.ok((await promptCeiling(long, tokenizerFor('gpt-4o'), TURNS)) >= (await count('gpt-4o', long)).tokens)
})

test("an answer's text is counted in the model's tokens", async () => {
  const choice = tokenizerFor('gpt-4o')
  const tokenizer = { choice, encoding: await encodings.load(choice.encoding) }
  assert.equal(countText('Hello world!', tokenizer, TURNS), 3)
  assert.equal(await countText('word '.repeat(20_000), tokenizer, TURNS), 20_001)
})
