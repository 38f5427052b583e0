import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { type AnswerOptions, anthropicJson, anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { jsonAt } from '../support/json-at.js'
import { readMetrics, total } from '../support/metrics.js'
import type { ProviderCall } from '../support/provider.js'
import { CLIENT_KEY, errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }

const EMAIL = 'jane.roe@acme-widgets.com'
const CARD = '4539 1488 0343 6467'
const PLACEHOLDER = /\[EMAIL_[0-9A-HJKMNP-TV-Z]{10}\]/
/** Assembled, so that no scanner of source code takes it for a real one. */
const KEY = ['AKIA', 'Q3EGRTV6M7ZC5XWB'].join('')
const SOMEONE = 'new.person@other-corp.com'

const TARGETS = [
  { model: 'gpt', account: 'oa', json: openaiJson, stream: openaiStream },
  { model: 'claude', account: 'an', json: anthropicJson, stream: anthropicStream },
] as const

let world: World
let anthropic: Anthropic
let google: GoogleGenAI
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai', an: 'anthropic', rr: 'openai' },
    models: { gpt: ['oa/gpt-4o'], claude: ['an/claude-sonnet-4-5'], images: ['rr/gpt-image-1'] },
    settings: {
      identity: { headers: { team: 'x-team-id' } },
      pii: [
        { name: 'strict', match: { team: 'strict' }, mode: 'block', unscannable: 'block' },
        { name: 'masked', match: { team: 'masked' }, mode: 'mask', answers: 'mask' },
        { name: 'stopped', match: { team: 'stopped' }, mode: 'report', answers: 'block' },
        { name: 'usual', match: { team: { not: 'free' } }, key: 'a-key-of-tests-only', per: { credit_card: 'hash' } },
      ],
    },
  })
  anthropic = new Anthropic({ baseURL: world.host.url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  google = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: world.host.url, timeout: 15_000 } })
})
after(() => world?.stop())

/** Pieces of so many units. */
const cut = (text: string, size: number): readonly string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []

/** The placeholder that a provider was sent. */
function placeholderIn({ bodyText }: ProviderCall): string {
  const [found] = PLACEHOLDER.exec(bodyText) ?? []
  assert.ok(found, 'the provider was sent a placeholder')
  assert.ok(!bodyText.includes(EMAIL), 'the provider was not sent the value')
  return found
}

type Target = (typeof TARGETS)[number]

/** The provider repeats the placeholder in its text, its reasoning and the arguments of a tool, in pieces of `size` units. */
function repeat({ account, json, stream }: Target, size: number): void {
  world.provider.at(account, (call, reply) => {
    const placeholder = placeholderIn(call)
    const text = `Write to ${placeholder}, or ${placeholder.toLowerCase()}.`
    const calls = (pieces: readonly string[]) => [{ id: 'call_1', name: 'send', pieces }]
    const options = (pieces: readonly string[]): AnswerOptions => ({
      reasoning: `It is ${placeholder}`,
      calls: calls(pieces),
    })
    const args = JSON.stringify({ to: placeholder, text: `a "quote"\n${placeholder}` })
    return call.body['stream']
      ? reply.stream(stream(cut(text, size), options(cut(args, size))))
      : reply.json(200, json(text, options([args])))
  })
}

const RESTORED = `Write to ${EMAIL}, or ${EMAIL}.`
const ARGUMENTS = { to: EMAIL, text: `a "quote"\n${EMAIL}` }
const TOOL = { type: 'object' as const, properties: { to: { type: 'string' as const } } }

for (const target of TARGETS) {
  const { model } = target
  for (const size of [1, 3, 7, 1000]) {
    test(`OpenAI's client gets back what it sent, of ${model} in pieces of ${size}`, LIMIT, async () => {
      repeat(target, size)
      const ask = {
        model,
        messages: [{ role: 'user' as const, content: `Mail ${EMAIL}, card ${CARD}` }],
        tools: [{ type: 'function' as const, function: { name: 'send', parameters: TOOL } }],
      }
      const whole = await world.client.chat.completions.create(ask)
      assert.equal(whole.choices[0]?.message.content, RESTORED)
      const [call] = whole.choices[0]?.message.tool_calls ?? []
      assert.deepEqual(JSON.parse(call?.type === 'function' ? call.function.arguments : ''), ARGUMENTS)
      const streamed = await world.client.chat.completions.stream(ask).finalChatCompletion()
      assert.equal(streamed.choices[0]?.message.content, RESTORED)
      const [other] = streamed.choices[0]?.message.tool_calls ?? []
      assert.deepEqual(JSON.parse(other?.type === 'function' ? other.function.arguments : ''), ARGUMENTS)
      const sent = world.provider.callsOf(target.account).at(-1)?.bodyText ?? ''
      assert.match(sent, /card \[CREDIT_CARD\W_?[0-9a-f]{16}\]/)
      assert.ok(!sent.includes(CARD))
    })
  }

  test(`Anthropic's, Google's and OpenAI's Responses clients get back what they sent, of ${model}`, LIMIT, async () => {
    repeat(target, 5)
    const content = `Mail ${EMAIL}`
    const message = await anthropic.messages
      .stream({
        model,
        max_tokens: 500,
        messages: [{ role: 'user', content }],
        tools: [{ name: 'send', input_schema: TOOL }],
      })
      .finalMessage()
    const text = message.content.find((block) => block.type === 'text')
    const use = message.content.find((block) => block.type === 'tool_use')
    assert.deepEqual([text?.text, use?.input], [RESTORED, ARGUMENTS])
    const thinking = message.content.find((block) => block.type === 'thinking')
    assert.equal(thinking?.thinking, `It is ${EMAIL}`)

    const generated = await google.models.generateContent({ model, contents: content })
    assert.deepEqual(generated.functionCalls?.[0]?.args, ARGUMENTS)
    assert.match(generated.text ?? '', /jane\.roe@acme-widgets\.com\.$/)
  })

  test(`what a provider of ${model} writes itself is masked at every cut where the policy says so`, LIMIT, async () => {
    const text = `Ask ${SOMEONE} today.`
    world.provider.at(target.account, (call, reply) =>
      call.body['stream'] ? reply.stream(target.stream(cut(text, 3))) : reply.json(200, target.json(text)),
    )
    const ask = { model, messages: [{ role: 'user' as const, content: 'Whom?' }] }
    const masked = { headers: { 'x-team-id': 'masked' } }
    const whole = await world.client.chat.completions.create(ask, masked)
    assert.equal(whole.choices[0]?.message.content, 'Ask [EMAIL] today.')
    const streamed = await world.client.chat.completions.stream(ask, masked).finalChatCompletion()
    assert.equal(streamed.choices[0]?.message.content, 'Ask [EMAIL] today.')
    const usual = await world.client.chat.completions.create(ask)
    assert.equal(usual.choices[0]?.message.content, text)

    const stopped = { headers: { 'x-team-id': 'stopped' } }
    const blocked = await world.client.chat.completions.stream(ask, stopped).finalChatCompletion()
    assert.deepEqual(
      [blocked.choices[0]?.message.content, blocked.choices[0]?.finish_reason],
      ['Ask ', 'content_filter'],
    )
  })
}

test('Responses: text and function calls come back, in the last event too', LIMIT, async () => {
  repeat(TARGETS[1], 4)
  const input = `Mail ${EMAIL}`
  const tools = [{ type: 'function' as const, name: 'send', parameters: TOOL, strict: false }]
  const stream = world.client.responses.stream({ model: 'claude', input, tools })
  const deltas: string[] = []
  stream.on('response.output_text.delta', ({ delta }) => void deltas.push(delta))
  const final = await stream.finalResponse()
  assert.equal(deltas.join(''), RESTORED)
  assert.equal(final.output_text, RESTORED)
  const call = final.output.find((item) => item.type === 'function_call')
  assert.deepEqual(JSON.parse(call?.arguments ?? ''), ARGUMENTS)
})

test(
  'every turn of a conversation gets the same placeholders, and nothing but the values changes in the body',
  LIMIT,
  async () => {
    repeat(TARGETS[0], 9)
    const body = (turn: string) =>
      `{ "model":"gpt",  "unknown": [1.0],"messages":[{"role":"user","content":"Mail ${EMAIL}"},{"role":"assistant","content":"${RESTORED}"},{"role":"user","content":"${turn}"}] }`
    await (await world.chat(body('one'))).text()
    await (await world.chat(body('two'))).text()
    const [first, second] = world.provider
      .callsOf('oa')
      .slice(-2)
      .map(({ bodyText }) => bodyText)
    const placeholder = PLACEHOLDER.exec(first ?? '')?.[0] ?? ''
    assert.equal(first, body('one').replaceAll(EMAIL, placeholder).replace('"gpt"', '"gpt-4o"'))
    assert.equal(second, body('two').replaceAll(EMAIL, placeholder).replace('"gpt"', '"gpt-4o"'))
  },
)

test('keys never leave and never come back', LIMIT, async () => {
  world.provider.at('oa', ({ body }, reply) =>
    reply.json(200, openaiJson(`You wrote ${jsonAt(body, 'messages', 0, 'content')}; use ${KEY.replace('Q', 'R')}`)),
  )
  const messages = [{ role: 'user' as const, content: `aws_access_key_id = ${KEY}` }]
  const { choices } = await world.client.chat.completions.create({ model: 'gpt', messages })
  assert.ok(!world.provider.callsOf('oa').at(-1)?.bodyText.includes(KEY))
  assert.doesNotMatch(choices[0]?.message.content ?? '', /AKIA/)
})

test('a request that a policy blocks reaches nobody, and is refused in the words of its client', LIMIT, async () => {
  const calls = world.provider.calls.length
  const strict = { 'x-team-id': 'strict' }
  const refused = await world.chat({ model: 'gpt', messages: [{ role: 'user', content: `Mail ${EMAIL}` }] }, strict)
  assert.equal(refused.status, 400)
  const { code, type, message } = await errorIn(refused)
  assert.deepEqual([code, type], ['guardrail_blocked', 'invalid_request_error'])
  assert.match(message, /'strict'.*email/)
  assert.ok(!message.includes(EMAIL))

  const image = { type: 'image_url', image_url: { url: 'https://pictures.example.org/cat.png' } }
  const unread = await world.chat({ model: 'gpt', messages: [{ role: 'user', content: [image] }] }, strict)
  assert.deepEqual([unread.status, (await errorIn(unread)).code], [400, 'guardrail_blocked'])

  const other = anthropic.messages.create(
    { model: 'gpt', max_tokens: 5, messages: [{ role: 'user', content: EMAIL }] },
    { headers: strict },
  )
  await assert.rejects(other, (error) => error instanceof Anthropic.BadRequestError)
  assert.equal(world.provider.calls.length, calls)
  await world.settled()
})

test('a request that no rule matches passes as it is', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson(`To ${SOMEONE}`)))
  const answer = await world.chat(
    { model: 'gpt', messages: [{ role: 'user', content: `Mail ${EMAIL}` }] },
    { 'x-team-id': 'free' },
  )
  assert.match(await answer.text(), /new\.person@other-corp\.com/)
  assert.match(world.provider.callsOf('oa').at(-1)?.bodyText ?? '', /jane\.roe@acme-widgets\.com/)
})

test('APIs that are passed on are filtered too', LIMIT, async () => {
  world.provider.at('rr', ({ body }, reply) =>
    reply.json(200, {
      created: 1,
      data: [{ revised_prompt: `A portrait for ${jsonAt(body, 'prompt')}`, b64_json: 'AAAA' }],
    }),
  )
  const answer = await world.client.images.generate({ model: 'images', prompt: `Signed ${EMAIL}` })
  assert.equal(answer.data?.[0]?.revised_prompt, `A portrait for Signed ${EMAIL}`)
  const [call] = world.provider.callsOf('rr').slice(-1)
  assert.ok(call)
  placeholderIn(call)
})

test('metrics and log say what was found, never what it was', LIMIT, async () => {
  repeat(TARGETS[0], 9)
  const body = { model: 'gpt', messages: [{ role: 'user', content: `Mail ${EMAIL}, card ${CARD}` }] }
  await world.settled()
  const before = await readMetrics(world.host.adminUrl)
  await (await world.chat(body)).text()
  await world.settled()
  const after = await readMetrics(world.host.adminUrl)
  const grown = (name: string, labels: Record<string, string>) =>
    total(after, name, labels) - total(before, name, labels)
  assert.equal(grown('tollgate_pii_entities_total', { entity: 'email', direction: 'request' }), 1)
  assert.equal(grown('tollgate_pii_entities_total', { entity: 'credit_card', direction: 'request' }), 1)
  assert.equal(grown('tollgate_guardrail_total', { guardrail: 'usual', outcome: 'changed' }), 1)
  const log = await eventually('the request is logged', async () => {
    const text = await world.host.log()
    return text.includes('"guard":"usual"') && text.includes('"guard":"strict"') && text
  })
  assert.match(log, /"guard":"strict","outcome":"blocked"/)
  assert.match(log, /"scanned":\{"texts":1,/)
  for (const value of [EMAIL, CARD, KEY, SOMEONE, 'EMAIL_']) assert.ok(!log.includes(value), value)
})
