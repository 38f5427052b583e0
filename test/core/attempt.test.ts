import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../core/json.js'
import { readJsonBody } from '../../core/members.js'
import type { Provider } from '../../core/provider.js'
import type { Target } from '../../core/settings.js'
import { translate } from '../../core/translate.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { CHAT_PATH, chatGateway } from '../support/chat-gateway.js'
import { TURNS } from '../support/turns.js'

/** It has no `seed`, calls its cap `max_tokens`, and is told the model's first letter. */
const picky: Provider = {
  kind: 'picky',
  dialect: openaiChat,
  adjust: ({ seed, max_completion_tokens: cap }, { model, stream, basePath, options }) => ({
    members: {
      seed: undefined,
      max_completion_tokens: undefined,
      ...(cap === undefined ? {} : { max_tokens: cap }),
      letter: model.charAt(0),
      streams: stream,
      place: `${basePath}${options.region ?? ''}`,
    },
    dropped: seed === undefined ? [] : ['seed'],
  }),
  build: (body, { basePath }) => ({ method: 'POST', path: `${basePath}/x`, headers: {}, body }),
  sign: (wire) => wire,
}
const plain: Provider = { ...picky, kind: 'plain', adjust: undefined }

const targetAt = (provider: Provider): Target => ({
  name: `${provider.kind}/m`,
  model: 'm',
  limits: {},
  upstream: {
    ...{ name: provider.kind, provider, credentials: {}, options: { region: 'r1' } },
    ...{ authority: 'p.test', scheme: 'https', basePath: '/b', cluster: 'c' },
  },
})

function translated(body: string, provider: Provider, more: { outputCap?: number; changed?: true } = {}) {
  const original = readJsonBody(Buffer.from(body))
  const request = openaiChat.decodeRequest(original.value)
  const { changed, outputCap } = more
  const { length } = body
  const context = { dialect: openaiChat, request, original: changed ? undefined : original, outputCap, length }
  const made = translate(context, targetAt(provider), TURNS)
  assert.ok(!(made instanceof Promise))
  return { text: Buffer.from(made.body).toString(), dropped: made.dropped }
}

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]'

test("a provider's adjustment is spliced into the client's own bytes, together with what always changes", () => {
  const { text, dropped } = translated(`{ "seed" : 5, "x":1.0 ,${MESSAGES}, "model":"client", "stream":true}`, picky)
  const added = '"stream_options":{"include_usage":true},"letter":"m","streams":true,"place":"/br1",'
  assert.equal(text, `{${added} "x":1.0 ,${MESSAGES}, "model":"m", "stream":true}`)
  assert.deepEqual(dropped, ['seed'])
  assert.deepEqual(translated(`{${MESSAGES},"model":"client"}`, plain), {
    text: `{${MESSAGES},"model":"m"}`,
    dropped: [],
  })
})

test('an adjustment sees the cap that was set for the target, and may give it another name', () => {
  const { text } = translated(`{${MESSAGES},"model":"c"}`, picky, { outputCap: 9 })
  const body: JsonObject = JSON.parse(text)
  assert.equal(body.max_tokens, 9)
  assert.ok(!Object.hasOwn(body, 'max_completion_tokens'))
})

test('a body that a dialect has written is adjusted too, and what either drops is reported once', () => {
  const { text, dropped } = translated(`{${MESSAGES},"model":"c","seed":5,"max_tokens":3}`, picky, { changed: true })
  const body: JsonObject = JSON.parse(text)
  assert.deepEqual(
    [body.seed, body.max_tokens, body.max_completion_tokens, body.letter],
    [undefined, 3, undefined, 'm'],
  )
  assert.deepEqual(dropped, ['seed'])
  const twice: Provider = {
    ...picky,
    dialect: anthropicMessages,
    adjust: () => ({ members: {}, dropped: ['seed', 'logprobs'] }),
  }
  assert.deepEqual(translated(`{${MESSAGES},"model":"c","seed":5}`, twice).dropped, ['seed', 'logprobs'])
})

function strictGateway(...providers: readonly Provider[]) {
  return chatGateway({ model: 'chain', targets: providers.map(targetAt), strict: true })
}

test('strict mode refuses what an adjustment drops, and passes such a target over while another can say it', async () => {
  const open = (gateway: ReturnType<typeof strictGateway>, more: object) =>
    gateway.open({
      method: 'POST',
      path: CHAT_PATH,
      requestId: 'r',
      header: () => undefined,
      body: Buffer.from(JSON.stringify({ model: 'chain', messages: [{ role: 'user', content: 'hi' }], ...more })),
    })
  const refused = await open(strictGateway(picky), { seed: 5 })
  assert.equal(refused.kind, 'reply')
  assert.equal(refused.kind === 'reply' && refused.status, 422)
  assert.match(refused.kind === 'reply' ? Buffer.from(refused.body).toString() : '', /"param":"seed"/)
  assert.equal((await open(strictGateway(picky), { max_completion_tokens: 5 })).kind, 'exchange')
  const both = await open(strictGateway(picky, plain), { seed: 5 })
  assert.ok(both.kind === 'exchange')
  assert.equal((await both.attempt(0)).target.name, 'plain/m')
})

test('what was sent is let go once it has been answered, and made anew for another attempt', async () => {
  const body = Buffer.from(JSON.stringify({ model: 'chain', messages: [{ role: 'user', content: 'hi' }] }))
  const opened = strictGateway(plain, plain).open({
    method: 'POST',
    path: CHAT_PATH,
    requestId: 'r',
    header: () => undefined,
    body,
  })
  const exchange = await opened
  assert.ok(exchange.kind === 'exchange')
  for (const index of [0, 1]) {
    const attempt = await exchange.attempt(index)
    assert.equal(JSON.parse(Buffer.from(attempt.request.body).toString()).model, 'm')
    attempt.respond(index === 0 ? 500 : 200, () => undefined)
    assert.equal(attempt.request.body.length, 0)
    assert.equal(attempt.request.path, '/b/x')
  }
})
