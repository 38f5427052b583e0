import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, AnswerStream } from '../../core/answer.js'
import type { ChatEvent, ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Exchange } from '../../core/exchange.js'
import { type Gateway, makeGateway } from '../../core/gateway.js'
import { NOBODY } from '../../core/identity.js'
import type { JsonValue } from '../../core/json.js'
import { LONG_ANSWER } from '../../core/long-answer.js'
import type { Observer, Outcome } from '../../core/outcome.js'
import type { Call, Passage, Policy, Verdict, Watch } from '../../core/policy.js'
import type { Provider } from '../../core/provider.js'
import type { Reply } from '../../core/reply.js'
import type { Settings, Target } from '../../core/settings.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { framings } from '../../llm/framing/framings.js'
import { TURNS } from '../support/turns.js'

const PATH = '/v1/chat/completions'

const provider = (kind: string, dialect: Provider['dialect']): Provider => ({
  kind,
  dialect,
  build: (body, { basePath }) => ({ method: 'POST', path: `${basePath}/x`, headers: {}, body }),
  sign: (wire, { apiKey }) => ({ ...wire, headers: { ...wire.headers, key: apiKey ?? '' } }),
})
const target = (name: string, dialect = openaiChat): Target => ({
  name: `${name}/m`,
  model: 'm',
  limits: {},
  upstream: {
    name,
    provider: provider(name, dialect),
    credentials: { apiKey: `key-${name}` },
    authority: `${name}.test`,
    scheme: 'https',
    basePath: '/base',
    cluster: name,
  },
})

interface Subject {
  readonly policies?: readonly Policy[]
  readonly strict?: true
  readonly chain?: readonly Target[]
  readonly guardSets?: readonly string[]
  readonly identify?: Settings['identify']
  readonly mayUse?: Settings['mayUse']
  readonly observer?: Omit<Observer, 'ended'>
}

/** A gateway over fake providers `one`, `two` (OpenAI's dialect) and `claude`, with everything that happened to it. */
function subject(options: Subject = {}) {
  const outcomes: Outcome[] = []
  const counts = { prompt: 0 }
  const clock = { time: 1_000, now: () => 1_700_000_000_000 + clock.time, monotonic: () => clock.time }
  const route = (name: string, targets: readonly Target[]) => [name, { name, targets }] as const
  const settings: Settings = {
    models: new Map([
      route('single', [target('one')]),
      route('chain', options.chain ?? [target('one'), target('two')]),
      route('claude', [target('claude', anthropicMessages)]),
    ]),
    version: 'v1',
    guardSets: new Set(options.guardSets),
    strict: options.strict ?? false,
    maxBody: 10_000,
    identify: options.identify ?? (() => NOBODY),
    ...(options.mayUse && { mayUse: options.mayUse }),
    timeouts: { connect: 1, firstToken: 500, response: 900, idle: 100, drain: 1 },
    policies: options.policies ?? [],
    turns: TURNS,
    meter: {
      countPrompt: () => {
        counts.prompt++
        return { tokens: 7, upperBound: 7, exact: true }
      },
      promptCeiling: () => 7,
      countText: (text) => text.length,
      worstCost: () => 0n,
      cost: (usage) => BigInt(usage.completion ?? 0) * 1000n,
    },
    loadedAt: 5,
  }
  const inForce = { settings }
  let ids = 0
  const gateway = makeGateway({
    settings: () => inForce.settings,
    endpoints: { at: (path) => (path === PATH ? { dialect: openaiChat } : undefined), errorsAt: () => openaiChat },
    framings,
    clock,
    newId: () => `id-${++ids}`,
    observer: { ...options.observer, ended: (outcome) => outcomes.push(outcome) },
  })
  const reload = () => {
    inForce.settings = { ...settings }
  }
  return { gateway, outcomes, clock, counts, reload }
}

const inbound = (body: unknown, more: Partial<Parameters<Gateway['open']>[0]> = {}) => ({
  method: 'POST',
  path: PATH,
  requestId: 'r-1',
  header: () => undefined,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ...more,
})
const chat = (model: string, more: object = {}) =>
  inbound({ model, messages: [{ role: 'user', content: 'hi' }], ...more })

async function exchangeFor(gateway: Gateway, request: ReturnType<typeof inbound>): Promise<Exchange> {
  const opened = await gateway.open(request)
  assert.equal(opened.kind, 'exchange', opened.kind === 'reply' ? Buffer.from(opened.body).toString() : '')
  return opened as Exchange
}

const json = (reply: Reply) => JSON.parse(Buffer.from(reply.body).toString())
const none = () => undefined
const sseHeader = (name: string) => (name === 'content-type' ? 'text/event-stream' : undefined)
const jsonHeader = (name: string) => (name === 'content-type' ? 'application/json' : undefined)
const event = (value: unknown) => Buffer.from(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
const chunk = (content: string, more: object = {}) =>
  event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }],
  })
const FINISH = event({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
})
const DONE = event('[DONE]')
const ERROR = event({ error: { message: 'overloaded', type: 'server_error' } })
const COMPLETION = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
}
const shown = (answers: readonly Answer[]) =>
  answers.map((answer) =>
    answer.kind === 'bytes'
      ? Buffer.from(answer.bytes).toString()
      : answer.kind === 'head'
        ? 'head'
        : answer.kind === 'failed'
          ? `failed ${answer.status}`
          : answer.kind,
  )

/** Passes bytes on as a host does. */
const pass = async (answer: AnswerStream, bytes: Uint8Array): Promise<readonly Answer[]> =>
  answer.forward(bytes) ? [{ kind: 'bytes', bytes }] : answer.body.push(bytes)

test("passes the client's own bytes to a target of the same dialect, with the model replaced", async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(
    gateway,
    inbound('{"model":"single", "messages":[{"role":"user","content":"hi"}], "odd": 1.0}'),
  )
  const { request } = await exchange.attempt(0)
  assert.equal(
    Buffer.from(request.body).toString(),
    '{"model":"m", "messages":[{"role":"user","content":"hi"}], "odd": 1.0}',
  )
  assert.equal(request.path, '/base/x')
  assert.equal(request.headers['key'], 'key-one')
})

test('passes a JSON answer through byte for byte, and bills what the provider reported', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single'))
  const { body } = (await exchange.attempt(0)).respond(200, jsonHeader)
  const text = JSON.stringify(COMPLETION, null, 1)
  assert.deepEqual(shown(await body.push(Buffer.from(text.slice(0, 30)))), [])
  assert.deepEqual(shown(await body.push(Buffer.from(text.slice(30)))), [])
  assert.deepEqual(shown(await body.end('complete')), ['head', text, 'end'])
  await exchange.settle('complete')
  const [outcome] = outcomes
  assert.deepEqual(outcome?.attempts[0]?.usage, { prompt: 9, completion: 2 })
  assert.equal(outcome?.attempts[0]?.usageSource, 'provider')
  assert.equal(outcome?.cost, 2000n)
  assert.equal(gateway.openExchanges, 0)
})

test('a long JSON answer passes as it came; given up while it is read, it is no answer any more', async () => {
  const { gateway, outcomes } = subject()
  const content = 'a word '.repeat(LONG_ANSWER / 7)
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const text = JSON.stringify({ ...COMPLETION, choices })
  const ask = async () => {
    const exchange = await exchangeFor(gateway, chat('single'))
    const answer = (await exchange.attempt(0)).respond(200, jsonHeader)
    await answer.body.push(Buffer.from(text))
    return { exchange, answer }
  }
  const passed = await ask()
  assert.deepEqual(shown(await passed.answer.body.end('complete')), ['head', text, 'end'])
  await passed.exchange.settle('complete')
  assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 9, completion: 2 })

  const { answer } = await ask()
  const ending = answer.body.end('complete')
  assert.deepEqual(shown(answer.abort(new GatewayError('upstream_timeout', 'gone'))), ['failed 504'])
  assert.deepEqual(shown(await ending), [])
})

test('holds a stream back until its first content while other targets remain', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  assert.deepEqual(shown(await body.push(chunk(''))), [])
  const first = shown(await body.push(chunk('a')))
  assert.deepEqual(first, ['head', chunk('').toString(), chunk('a').toString()])
  assert.deepEqual(shown(await body.push(chunk('b'))), [chunk('b').toString()])
})

test('passes on the first event of the last target at once', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  assert.deepEqual(shown(await body.push(chunk(''))), ['head', chunk('').toString()])
})

/** A policy that hears answers, by attempt. */
function hearing() {
  const heard: string[][] = []
  const hears = () => {
    const texts: string[] = []
    heard.push(texts)
    return (event: ChatEvent) => void (event.type === 'delta' && event.text !== '' && texts.push(event.text))
  }
  const policy: Policy = { name: 'hearing', admit: (request) => ({ kind: 'continue', request, watch: { hears } }) }
  return { heard, policy }
}

test('who hears a stream of the same dialect does not keep it from being passed on unread, and hears all of it', async () => {
  const { heard, policy } = hearing()
  const { gateway } = subject({ policies: [policy] })
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  await answer.body.push(chunk('a'))
  assert.equal(answer.forward(chunk('b')), true)
  assert.equal(answer.forward(chunk('c')), true)
  await exchange.settle('cut')
  assert.deepEqual(heard, [['a', 'b', 'c']])
})

test('who hears an answer hears what the client gets: of each attempt, and after it was changed', async () => {
  const { heard, policy } = hearing()
  const louder: Policy = {
    name: 'louder',
    admit: (request) => ({
      kind: 'continue',
      request,
      watch: {
        transform: () => ({
          push: (event) => [event.type === 'delta' ? { ...event, text: event.text.toUpperCase() } : event],
          end: () => [],
        }),
      },
    }),
  }
  const { gateway } = subject({ policies: [policy, louder] })
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  const first = (await exchange.attempt(0)).respond(200, sseHeader)
  await first.body.push(ERROR)
  const second = (await exchange.attempt(1)).respond(200, sseHeader)
  await second.body.push(Buffer.concat([chunk('a'), chunk('b'), FINISH, DONE]))
  await second.body.end('complete')
  await exchange.settle('complete')
  assert.deepEqual(heard, [[], ['A', 'B']])
})

test('an error event before the first content fails the attempt, and the next one answers', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  const first = (await exchange.attempt(0)).respond(200, sseHeader)
  assert.deepEqual(shown(await first.body.push(Buffer.concat([chunk(''), ERROR]))), ['failed 502'])
  assert.deepEqual(shown(await first.body.push(chunk('late'))), [])
  const second = (await exchange.attempt(1)).respond(200, sseHeader)
  const [head] = await second.body.push(chunk('x'))
  assert.equal(head?.kind === 'head' && head.headers['x-tollgate-attempts'], '2')
  assert.equal(head?.kind === 'head' && head.headers['x-tollgate-target'], 'two/m')
  await second.body.push(Buffer.concat([FINISH, DONE]))
  await second.body.end('complete')
  await exchange.settle('complete')
  assert.deepEqual(
    outcomes[0]?.attempts.map(({ outcome }) => outcome),
    ['failed', 'served'],
  )
})

test("an error event after content ends the stream with an error of the client's dialect", async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  await body.push(chunk('a'))
  const [last, end, ...rest] = shown(await body.push(ERROR))
  assert.match(last ?? '', /^data: \{"error":\{"message":".*overloaded/)
  assert.deepEqual([end, ...rest], ['end'])
  assert.deepEqual(shown(await body.push(chunk('b'))), [])
  await exchange.settle('cut')
  assert.equal(outcomes[0]?.how, 'cut')
  assert.equal(outcomes[0]?.error?.code, 'upstream_error')
})

test('a stream that ends without its last event ends with an error, never silently', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  await body.push(chunk('a'))
  const [last, end] = shown(await body.end('complete'))
  assert.match(last ?? '', /^data: \{"error":/)
  assert.equal(end, 'end')
})

test('counts what a cut stream had sent, and says that it counted', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  await body.push(Buffer.concat([chunk('abc'), chunk('de')]))
  await exchange.settle('cut')
  assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 7, completion: 5 })
  assert.equal(outcomes[0]?.attempts[0]?.usageSource, 'counted')
})

test('counts no prompt whose size the provider reports, and says of none that it was counted', async () => {
  const { gateway, outcomes, counts } = subject()
  const exchange = await exchangeFor(gateway, chat('single'))
  const { body } = (await exchange.attempt(0)).respond(200, jsonHeader)
  await body.push(Buffer.from(JSON.stringify(COMPLETION)))
  await body.end('complete')
  await exchange.settle('complete')
  assert.equal(counts.prompt, 0)
  assert.equal(outcomes[0]?.prompt, undefined)
})

test('counts the prompt of a cut stream when it is settled, and that of a policy that asked only once', async () => {
  const asking: Policy = {
    name: 'asking',
    admit(request, call) {
      const [first] = call.targets
      if (first) call.countPrompt(request, first)
      return { kind: 'continue', request }
    },
  }
  for (const policies of [[], [asking], [asking, asking]]) {
    const { gateway, outcomes, counts } = subject({ policies })
    const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
    await (await exchange.attempt(0)).respond(200, sseHeader).body.push(chunk('abc'))
    assert.equal(counts.prompt, Math.min(1, policies.length))
    await exchange.settle('cut')
    assert.equal(counts.prompt, 1)
    assert.equal(outcomes[0]?.prompt?.tokens, 7)
    assert.equal(outcomes[0]?.attempts[0]?.usage.prompt, 7)
  }
})

test('a search that was asked for and that this dialect never reports is billed with every answer served', async () => {
  const searching = { web_search_options: {} }
  const usageOf = async (model: string, more: object, status: number, body: unknown) => {
    const { gateway, outcomes } = subject()
    const exchange = await exchangeFor(gateway, chat(model, more))
    const answer = (await exchange.attempt(0)).respond(status, jsonHeader).body
    await answer.push(Buffer.from(JSON.stringify(body)))
    await answer.end('complete')
    await exchange.settle('complete')
    return outcomes[0]?.attempts[0]?.usage
  }
  assert.deepEqual(await usageOf('single', searching, 200, COMPLETION), { prompt: 9, completion: 2, webSearches: 1 })
  const { usage: _unreported, ...uncounted } = COMPLETION
  assert.deepEqual(await usageOf('single', searching, 200, uncounted), { prompt: 7, completion: 5, webSearches: 1 })
  assert.deepEqual(await usageOf('single', {}, 200, COMPLETION), { prompt: 9, completion: 2 })
  assert.deepEqual(await usageOf('single', searching, 400, { error: { message: 'no' } }), {})
  // A target of another dialect is not sent the tool.
  const message = {
    type: 'message',
    content: [],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 4 },
  }
  assert.deepEqual(await usageOf('claude', searching, 200, message), { prompt: 3, completion: 4 })
})

test('a stream that is cut is billed for the search that it was sent for', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true, web_search_options: {} }))
  await (await exchange.attempt(0)).respond(200, sseHeader).body.push(chunk('abc'))
  await exchange.settle('cut')
  assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 7, completion: 3, webSearches: 1 })
})

test('what a provider says of its searches is not assumed, however the stream ends', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('claude', { stream: true }))
  const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
  const usage = { input_tokens: 3, output_tokens: 1 }
  const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }
  await body.push(event({ type: 'message_start', message: { id: 'm', model: 'm', usage } }))
  await body.push(event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hm' } }))
  await body.push(event({ type: 'content_block_start', index: 1, content_block: search }))
  await exchange.settle('cut')
  assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 3, completion: 2, webSearches: 1 })
})

test('hides usage that only Tollgate asked for', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const attempt = await exchange.attempt(0)
  assert.match(Buffer.from(attempt.request.body).toString(), /"stream_options":\{"include_usage":true\}/)
  const { body } = attempt.respond(200, sseHeader)
  const usage = event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  })
  const out = [
    ...shown(await body.push(Buffer.concat([chunk('a'), FINISH, usage, DONE]))),
    ...shown(await body.end('complete')),
  ]
  assert.deepEqual(out, ['head', chunk('a').toString(), FINISH.toString(), DONE.toString(), 'end'])
  await exchange.settle('complete')
  assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 3, completion: 4 })
})

test('gives a failed status up at once while targets remain, and reads the message of the last one', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('chain'))
  assert.deepEqual(
    shown((await exchange.attempt(0)).respond(429, (name) => (name === 'retry-after' ? '7' : undefined)).opening),
    ['failed 429'],
  )
  const last = (await exchange.attempt(1)).respond(500, none)
  assert.deepEqual(last.opening, [])
  await last.body.push(Buffer.from('{"error":{"message":"it broke"}}'))
  assert.deepEqual(shown(await last.body.end('complete')), ['failed 500'])
  const { status, body, headers } = exchange.fail()
  assert.equal(status, 502)
  const { message, code } = JSON.parse(Buffer.from(body).toString()).error
  assert.equal(code, 'upstream_error')
  assert.match(message, /one\/m: 429 .*two\/m: 500 .*it broke/)
  assert.equal(headers['x-tollgate-attempts'], '2')
})

test('when every target is rate limited the client gets 429 with the shortest wait', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('chain'))
  for (const [index, wait] of ['30', '12.2'].entries()) {
    const { body } = (await exchange.attempt(index)).respond(429, (name) => (name === 'retry-after' ? wait : undefined))
    await body.end('complete')
  }
  const reply = exchange.fail()
  assert.equal(reply.status, 429)
  assert.equal(reply.headers['retry-after'], '13')
})

test("the last provider's refusal of the request keeps its status and message", async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('single'))
  const { body } = (await exchange.attempt(0)).respond(404, none)
  await body.push(Buffer.from('{"error":{"message":"no such model","code":"model_gone"}}'))
  assert.deepEqual(shown(await body.end('complete')), ['failed 404'])
  const reply = exchange.fail()
  assert.equal(reply.status, 404)
  assert.equal(json(reply).error.message, 'no such model')
})

test('attempts that never answered are told apart by the time they took', async () => {
  const { gateway, clock } = subject()
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  await exchange.attempt(0)
  clock.time += 10
  await exchange.attempt(1)
  clock.time += 500
  const { message, code } = json(exchange.fail()).error
  assert.equal(code, 'upstream_error')
  assert.match(message, /one\/m: connection failed; two\/m: no answer within 500 ms/)
})

test('a target whose provider cannot be called is left out beforehand, and without any other it is 503', async () => {
  const down = new GatewayError('upstream_unavailable', 'no credentials could be obtained')
  const without = ({ upstream, ...rest }: Target): Target => ({
    ...rest,
    upstream: { ...upstream, credentials: { unavailable: () => down } },
  })
  const { gateway } = subject({ chain: [without(target('one')), target('two')] })
  const exchange = await exchangeFor(gateway, chat('chain'))
  assert.deepEqual(
    exchange.targets.map(({ name }) => name),
    ['two/m'],
  )
  const alone = subject({ chain: [without(target('one'))] })
  const reply = await alone.gateway.open(chat('chain'))
  assert.ok(reply.kind === 'reply')
  assert.deepEqual([reply.status, json(reply).error.code], [503, 'upstream_unavailable'])
})

test("the provider's own id of a request goes to the client and into the report, its answer good or not", async () => {
  const { gateway, outcomes } = subject()
  const withId = (id: string) => (name: string) =>
    name === 'content-type' ? 'application/json' : name === 'request-id' ? id : undefined
  const exchange = await exchangeFor(gateway, chat('chain'))
  const first = await exchange.attempt(0)
  first.respond(500, withId('req_1'))
  const second = await exchange.attempt(1)
  const answer = second.respond(400, withId('req 2\n'))
  await answer.body.push(Buffer.from('{"error":{"message":"no"}}'))
  await answer.body.end('complete')
  assert.equal(exchange.fail().headers['x-tollgate-upstream-id'], 'req?2?')
  await exchange.settle('refused')
  assert.deepEqual(
    outcomes[0]?.attempts.map(({ upstreamId }) => upstreamId),
    ['req_1', 'req?2?'],
  )
})

test('usage that a provider says in its headers is billed, and shown to the client', async () => {
  const telling = target('claude', anthropicMessages)
  const usageIn: Provider['usageIn'] = (header) => ({ prompt: Number(header('x-count')), completion: 3 })
  const upstream = { ...telling.upstream, provider: { ...telling.upstream.provider, usageIn } }
  const { gateway, outcomes } = subject({ chain: [{ ...telling, upstream }] })
  const exchange = await exchangeFor(gateway, chat('chain'))
  const attempt = await exchange.attempt(0)
  const answer = attempt.respond(200, (name) => (name === 'x-count' ? '41' : jsonHeader(name)))
  const body = { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'x' }], stop_reason: 'end_turn' }
  const sent = [
    ...(await answer.body.push(Buffer.from(JSON.stringify(body)))),
    ...(await answer.body.end('complete')),
  ].flatMap((step) => (step.kind === 'bytes' ? [Buffer.from(step.bytes).toString()] : []))
  assert.equal(JSON.parse(sent.join('')).usage.prompt_tokens, 41)
  await exchange.settle('complete')
  assert.equal(outcomes[0]?.attempts[0]?.usage.prompt, 41)
  assert.equal(outcomes[0]?.attempts[0]?.usageSource, 'provider')
})

test('no attempt at all is 503, only timeouts are 504', async () => {
  const { gateway, clock } = subject()
  const untried = await exchangeFor(gateway, chat('single'))
  assert.equal(untried.fail().status, 503)
  const slow = await exchangeFor(gateway, chat('single'))
  await slow.attempt(0)
  clock.time += 900
  assert.equal(slow.fail().status, 504)
})

test('garbage from a provider fails the attempt, whatever it is', async () => {
  for (const garbage of ['<html>', '{"half":', '', '[]', 'null', '{}']) {
    const { gateway } = subject()
    const exchange = await exchangeFor(gateway, chat('single'))
    const { body } = (await exchange.attempt(0)).respond(200, jsonHeader)
    const out = [...(await body.push(Buffer.from(garbage))), ...(await body.end('complete'))]
    assert.deepEqual(shown(out), ['failed 502'], garbage)
  }
})

test('a 3xx or 204 is no answer', async () => {
  for (const status of [302, 204]) {
    const { gateway } = subject()
    const exchange = await exchangeFor(gateway, chat('single'))
    const { body } = (await exchange.attempt(0)).respond(status, none)
    assert.deepEqual(shown(await body.end('complete')), ['failed 502'])
  }
})

test('translates for another dialect, names what is lost, and refuses it in strict mode', async () => {
  const lenient = subject()
  const exchange = await exchangeFor(lenient.gateway, chat('claude', { seed: 5 }))
  const attempt = await exchange.attempt(0)
  assert.deepEqual(attempt.dropped, ['seed'])
  assert.equal(JSON.parse(Buffer.from(attempt.request.body).toString()).messages[0].role, 'user')

  const strict = subject({ strict: true })
  const reply = await strict.gateway.open(chat('claude', { seed: 5 }))
  assert.ok(reply.kind === 'reply')
  assert.equal(reply.status, 422)
  assert.equal(json(reply).error.param, 'seed')
})

test("refuses with the contract's statuses, and tells the observer of each", async () => {
  const { gateway, outcomes } = subject()
  const cases = [
    [inbound('{'), 400, 'malformed_request'],
    [chat('nope'), 404, 'model_not_found'],
    [inbound({}, { path: '/v1/nothing' }), 404, 'not_found'],
    [inbound('', { method: 'GET' }), 405, 'method_not_allowed'],
    [inbound(`{"x":"${'y'.repeat(10_001)}"}`), 413, 'request_too_large'],
    [chat('single', { temperature: 'hot' }), 400, 'malformed_request'],
    [chat('single', {}), 0, ''],
  ] as const
  for (const [request, status, code] of cases) {
    const opened = await gateway.open(request)
    if (status === 0) {
      assert.equal(opened.kind, 'exchange')
      continue
    }
    assert.ok(opened.kind === 'reply')
    assert.equal(opened.status, status)
    assert.equal(json(opened).error.code, code)
    assert.equal(outcomes.at(-1)?.error?.code, code)
  }
  assert.equal(outcomes.length, cases.length - 1)
})

test('lists the models and finds one whose name needs escaping', async () => {
  const { gateway } = subject()
  const list = await gateway.open(inbound('', { method: 'GET', path: '/v1/models?x=1' }))
  assert.ok(list.kind === 'reply')
  assert.deepEqual(
    json(list).data.map(({ id }: { id: string }) => id),
    ['single', 'chain', 'claude'],
  )
  const one = await gateway.open(inbound('', { method: 'GET', path: '/v1/models/%63hain' }))
  assert.ok(one.kind === 'reply')
  assert.equal(json(one).id, 'chain')
  const missing = await gateway.open(inbound('', { method: 'GET', path: '/v1/models/%zz' }))
  assert.ok(missing.kind === 'reply' && missing.status === 404)
})

test('settles every policy that admitted, once, whoever refuses later and however often it is asked', async () => {
  const settled: string[] = []
  const admitting = (name: string): Policy => ({
    name,
    admit: (request) => ({
      kind: 'continue',
      request,
      watch: { settle: (outcome) => void settled.push(`${name} ${outcome.how}`) },
    }),
  })
  const refusing: Policy = {
    name: 'no',
    admit: () => ({ kind: 'refuse', error: new GatewayError('rate_limit_exceeded', 'slow down', { retryAfter: 2.5 }) }),
  }
  const throwing: Policy = {
    name: 'broken',
    admit: () => {
      throw new Error('a bug')
    },
  }

  const refused = await subject({ policies: [admitting('a'), refusing, admitting('b')] }).gateway.open(chat('single'))
  assert.ok(refused.kind === 'reply')
  assert.equal(refused.status, 429)
  assert.equal(refused.headers['retry-after'], '3')
  assert.deepEqual(settled.splice(0), ['a refused'])

  const broken = await subject({ policies: [admitting('a'), throwing] }).gateway.open(chat('single'))
  assert.ok(broken.kind === 'reply' && broken.status === 500)
  assert.deepEqual(settled.splice(0), ['a refused'])

  const exchange = await exchangeFor(subject({ policies: [admitting('a'), admitting('b')] }).gateway, chat('single'))
  await Promise.all([exchange.settle('cut'), exchange.settle('cut'), exchange.settle('complete')])
  assert.deepEqual(settled, ['a cut', 'b cut'])
})

test('a request whose client hung up while a policy waited ends there: settled and told of once, nobody else is asked', async () => {
  const asked: string[] = []
  const settled: string[] = []
  const before: Policy = {
    name: 'before',
    admit: (request) => ({
      kind: 'continue',
      request,
      watch: { settle: ({ how, status }) => void settled.push(`${how} ${status}`) },
    }),
  }
  const waiting: Policy = {
    name: 'waiting',
    admit: async (_, { signal }) => {
      await new Promise<void>((resolve) => signal().addEventListener('abort', () => resolve()))
      return signal().aborted ? { kind: 'gone' } : assert.fail('nobody waited')
    },
  }
  const after: Policy = {
    name: 'after',
    admit: (request) => {
      asked.push(request.model)
      return { kind: 'continue', request }
    },
  }
  const client = new AbortController()
  const { gateway, outcomes } = subject({ policies: [before, waiting, after] })
  const opening = gateway.open({ ...chat('single'), hangUp: () => client.signal })
  client.abort()
  assert.equal((await opening).kind, 'reply')
  assert.deepEqual(asked, [])
  assert.deepEqual(settled, ['cut 499'])
  assert.deepEqual(
    outcomes.map(({ how, status, error, attempts }) => [how, status, error, attempts.length]),
    [['cut', 499, undefined, 0]],
  )
  assert.equal(gateway.openExchanges, 0)
})

test('a host is asked whether the client is still there only where a policy asks; without one it always is', async () => {
  const policy: Policy = { name: 'idle', admit: (request) => ({ kind: 'continue', request }) }
  const hangUp = () => assert.fail('nobody waits')
  await exchangeFor(subject({ policies: [policy] }).gateway, { ...chat('single'), hangUp })
  const signals: AbortSignal[] = []
  const curious: Policy = {
    name: 'curious',
    admit: (request, { signal }) => {
      signals.push(signal())
      return { kind: 'continue', request }
    },
  }
  await exchangeFor(subject({ policies: [curious] }).gateway, chat('single'))
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  )
})

const USAGE = event({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
})

/** A policy that is told of each provider before it is asked. */
const telling = (asked: NonNullable<Watch['asked']>): Policy => ({
  name: 'telling',
  admit: (request) => ({ kind: 'continue', request, watch: { asked } }),
})

test('a policy learns what failed attempts were billed before the next provider is asked, and may take its time', async () => {
  const seen: string[] = []
  const later = telling(async ({ name }, earlier) => {
    seen.push(`${name}: ${earlier.map(({ outcome, usage, cost }) => `${outcome} ${usage.completion} ${cost}`)}`)
    await Promise.resolve()
    seen.push(`${name} may be asked`)
  })
  const next = telling(({ name }) => void seen.push(`next: ${name}`))
  const { gateway } = subject({ policies: [later, next] })
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  const first = exchange.attempt(0)
  assert.ok(first instanceof Promise)
  const { body } = (await first).respond(200, sseHeader)
  assert.deepEqual(shown(await body.push(Buffer.concat([chunk(''), USAGE, ERROR]))), ['failed 502'])
  const second = await exchange.attempt(1)
  assert.equal(second.target.name, 'two/m')
  assert.deepEqual(seen, [
    'one/m: ',
    'one/m may be asked',
    'next: one/m',
    'two/m: failed 4 4000',
    'two/m may be asked',
    'next: two/m',
  ])
})

test('an attempt is made at once where no policy takes its time', async () => {
  const { gateway } = subject({ policies: [telling(() => {})] })
  const exchange = await exchangeFor(gateway, chat('chain'))
  assert.ok(!(exchange.attempt(0) instanceof Promise))
  assert.ok(!(exchange.attempt(1) instanceof Promise))
})

for (const [code, status] of [
  ['budget_exceeded', 429],
  ['rate_limit_exceeded', 429],
  ['model_not_allowed', 502],
] as const) {
  test(`a policy that does not let a provider be asked fails the attempt: ${code} makes ${status}`, async () => {
    const told: string[] = []
    for (const when of ['at once', 'later'] as const) {
      const refusal = new GatewayError(code, 'no further', { retryAfter: 9 })
      const refusing = telling((_, earlier) => {
        if (earlier.length === 0) return
        if (when === 'later') return Promise.reject(refusal)
        throw refusal
      })
      const { gateway, outcomes } = subject({ policies: [refusing, telling(({ name }) => void told.push(name))] })
      const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
      const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
      await body.push(ERROR)
      await assert.rejects(async () => exchange.attempt(1), refusal)
      const reply = exchange.fail()
      assert.equal(reply.status, status)
      assert.match(json(reply).error.message, /no further/)
      assert.equal(json(reply).error.code, status === 429 ? code : 'upstream_error')
      assert.equal(reply.headers['retry-after'], status === 429 ? '9' : undefined)
      await exchange.settle('refused')
      assert.deepEqual(
        outcomes[0]?.failures.map(({ target, error }) => [target.name, error.code]),
        [
          ['one/m', 'upstream_error'],
          ['two/m', code],
        ],
      )
      assert.equal(outcomes[0]?.attempts.length, 1)
    }
    assert.deepEqual(told, ['one/m', 'one/m'])
  })
}

test('a policy may answer by itself, and its answer comes in the form that was asked for', async () => {
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'x', model: 'm', created: 1 },
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block: 0, text: 'from the cache' },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
    { type: 'end' },
  ]
  const { gateway } = subject({ policies: [{ name: 'cache', admit: () => ({ kind: 'answer', events }) }] })
  const whole = await gateway.open(chat('single'))
  assert.ok(whole.kind === 'reply')
  assert.equal(json(whole).choices[0].message.content, 'from the cache')
  const streamed = await gateway.open(chat('single', { stream: true }))
  assert.ok(streamed.kind === 'reply')
  assert.match(Buffer.from(streamed.body).toString(), /from the cache[\s\S]*\[DONE\]/)
})

test('a policy sees and changes every event of the answer, at once or later', async () => {
  const shout = (wait: boolean): Watch => ({
    transform: () => ({
      push: (event) => {
        const made = event.type === 'delta' ? [{ ...event, text: event.text.toUpperCase() }] : [event]
        return wait ? Promise.resolve(made) : made
      },
      end: () => [],
    }),
  })
  for (const wait of [false, true]) {
    const policy: Policy = {
      name: 'shout',
      admit: (request): Verdict => ({ kind: 'continue', request, watch: shout(wait) }),
    }
    const { gateway } = subject({ policies: [policy] })
    const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
    const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
    const out = [...(await body.push(Buffer.concat([chunk('ab'), FINISH, DONE]))), ...(await body.end('complete'))]
    const text = shown(out).join('')
    assert.match(text, /"content":"AB"/)
    assert.doesNotMatch(text, /"content":"ab"/)
    assert.match(text, /\[DONE\]/)
  }
})

const DEFECT = new Error('a defect')

for (const [how, transform] of [
  ['throws', { push: () => fails(), end: () => [] }],
  ['rejects', { push: () => Promise.reject(DEFECT), end: () => [] }],
  ['throws at the end', { push: (event) => [event], end: () => fails() }],
  ['rejects at the end', { push: (event) => [event], end: () => Promise.reject(DEFECT) }],
] as const satisfies readonly (readonly [string, ReturnType<NonNullable<Watch['transform']>>])[]) {
  test(`a policy that ${how} on an answer lets nothing of it pass, and no provider is blamed`, async () => {
    const watch: Watch = { transform: () => transform }
    const failing: Policy = { name: 'failing', admit: (request) => ({ kind: 'continue', request, watch }) }
    const { gateway, outcomes } = subject({ policies: [failing] })
    const exchange = await exchangeFor(gateway, chat('single'))
    const { body } = (await exchange.attempt(0)).respond(200, jsonHeader)
    const steps = [...(await body.push(Buffer.from(JSON.stringify(COMPLETION)))), ...(await body.end('complete'))]
    assert.deepEqual(shown(steps), ['failed 502'])
    const reply = exchange.fail()
    assert.equal(reply.status, 500)
    assert.equal(json(reply).error.code, 'internal_error')
    assert.doesNotMatch(json(reply).error.message, /defect/)
    await exchange.settle('refused')
    assert.equal(outcomes[0]?.error?.cause, DEFECT)
  })
}

for (const [how, end] of [
  ['throws', () => fails()],
  ['rejects', () => Promise.reject(DEFECT)],
] as const) {
  test(`a policy that ${how} at the end of a stream ends it with an error of ours`, async () => {
    const watch: Watch = { transform: () => ({ push: (event) => [event], end }) }
    const failing: Policy = { name: 'failing', admit: (request) => ({ kind: 'continue', request, watch }) }
    const { gateway, outcomes } = subject({ policies: [failing] })
    const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
    const { body } = (await exchange.attempt(0)).respond(200, sseHeader)
    const said = Buffer.concat([chunk('abc'), FINISH, DONE])
    const steps = [...(await body.push(said)), ...(await body.end('complete'))]
    assert.match(shown(steps).join(''), /^head.*abc.*"code":"internal_error".*end$/s)
    await exchange.settle('cut')
    assert.equal(outcomes[0]?.error?.cause, DEFECT)
  })
}

test('where one target failed by itself and the next within the gateway, every one is told of', async () => {
  const watch: Watch = { transform: () => ({ push: () => fails(), end: () => [] }) }
  const failing: Policy = { name: 'failing', admit: (request) => ({ kind: 'continue', request, watch }) }
  const { gateway } = subject({ policies: [failing] })
  const exchange = await exchangeFor(gateway, chat('chain'))
  ;(await exchange.attempt(0)).respond(503, jsonHeader)
  const { body } = (await exchange.attempt(1)).respond(200, jsonHeader)
  await body.push(Buffer.from(JSON.stringify(COMPLETION)))
  await body.end('complete')
  const reply = exchange.fail()
  assert.equal(reply.status, 502)
  assert.match(json(reply).error.message, /one\/m: 503 .*two\/m: 200 A policy failed/)
})

function fails(): never {
  throw DEFECT
}

test('an answer that a policy still looks at when its attempt is lost does not begin after that', async () => {
  let go = () => {}
  const looked = new Promise<void>((resolve) => {
    go = resolve
  })
  let attempts = 0
  const slow: Policy = {
    name: 'slow',
    admit: (request) => ({
      kind: 'continue',
      request,
      watch: {
        transform() {
          const isFirst = attempts++ === 0
          return { push: (event) => (isFirst ? looked.then(() => [event]) : [event]), end: () => [] }
        },
      },
    }),
  }
  const { gateway, outcomes } = subject({ policies: [slow] })
  const exchange = await exchangeFor(gateway, chat('chain', { stream: true }))
  const first = (await exchange.attempt(0)).respond(200, sseHeader)
  const begun = first.body.push(chunk('too late'))
  const second = (await exchange.attempt(1)).respond(200, sseHeader)
  go()
  assert.ok(!shown(await begun).includes('head'))
  assert.ok(!exchange.committed())
  await second.body.push(ERROR)
  assert.equal(exchange.fail().status, 502)
  await exchange.settle('refused')
  assert.deepEqual(
    outcomes[0]?.attempts.map(({ outcome }) => outcome),
    ['failed', 'failed'],
  )
})

test('refuses everything once closed, and waits for what is open', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('single'))
  gateway.close()
  let settled = false
  const waiting = gateway.settled().then(() => {
    settled = true
  })
  const late = await gateway.open(chat('single'))
  assert.ok(late.kind === 'reply' && late.status === 503)
  assert.equal(settled, false)
  await exchange.settle('cut')
  await waiting
})

test('an internal failure says nothing of its cause', async () => {
  const policy: Policy = {
    name: 'p',
    admit: () => {
      throw new Error('sk-secret in a stack')
    },
  }
  const reply = await subject({ policies: [policy] }).gateway.open(chat('single'))
  assert.ok(reply.kind === 'reply')
  assert.doesNotMatch(Buffer.from(reply.body).toString(), /secret/)
})

test('frames that are passed on unread are counted all the same, however the stream ends', async () => {
  for (const ending of ['cut', 'complete'] as const) {
    const { gateway, outcomes } = subject()
    const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
    const answer = (await exchange.attempt(0)).respond(200, sseHeader)
    const sent: string[] = []
    for (let i = 0; i < 75; i++) sent.push(...shown(await pass(answer, chunk('ab'))))
    assert.equal(sent.filter((piece) => piece === chunk('ab').toString()).length, 75)
    if (ending === 'complete') {
      await pass(answer, Buffer.concat([FINISH, DONE]))
      await answer.body.end('complete')
    }
    await exchange.settle(ending)
    assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 7, completion: 150 })
  }
})

test('garbage that was passed on unread ends the stream with an error once it is read', async () => {
  const { gateway } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  await pass(answer, chunk('a'))
  assert.deepEqual(shown(await pass(answer, event('{"half":'))), [event('{"half":').toString()])
  const [last, end] = shown(await answer.body.end('complete'))
  assert.match(last ?? '', /^data: \{"error":/)
  assert.equal(end, 'end')
})

test('usage is hidden wherever the provider cuts its frames', async () => {
  const usage = event({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  })
  const stream = Buffer.concat([chunk('a'), chunk('b'), usage, FINISH, DONE])
  const wanted = Buffer.concat([chunk('a'), chunk('b'), FINISH, DONE]).toString()
  for (let cut = 1; cut < stream.length; cut++) {
    const { gateway, outcomes } = subject()
    const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
    const answer = (await exchange.attempt(0)).respond(200, sseHeader)
    const out = [
      ...(await pass(answer, stream.subarray(0, cut))),
      ...(await pass(answer, stream.subarray(cut))),
      ...(await answer.body.end('complete')),
    ]
    const text = shown(out).filter((piece) => piece !== 'head' && piece !== 'end')
    assert.equal(text.join(''), wanted, `cut at ${cut}`)
    await exchange.settle('complete')
    assert.deepEqual(outcomes[0]?.attempts[0]?.usage, { prompt: 3, completion: 4 })
  }
})

test('garbage is noticed at the latest when a batch is read', async () => {
  const { gateway, outcomes } = subject()
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  await pass(answer, chunk('a'))
  const steps: string[] = []
  for (let i = 0; i < 40; i++) steps.push(...shown(await pass(answer, event(`{"half":"${'x'.repeat(240)}`))))
  assert.equal(steps.filter((step) => step === 'end').length, 1)
  assert.ok(steps.indexOf('end') <= 33)
  assert.equal(steps.at(-1), 'end')
  await exchange.settle('cut')
  assert.equal(outcomes[0]?.error?.code, 'upstream_error')
})

const CLAUDE_START = Buffer.from(
  [
    { type: 'message_start', message: { id: 'm', model: 'm', usage: { input_tokens: 7, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ]
    .map((value) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`)
    .join(''),
)
const claudeChunk = (text: string) =>
  Buffer.from(
    `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
  )

test('in strict mode a policy cannot bring in a target that loses something, and its half is settled', async () => {
  const settled: string[] = []
  const others = [target('claude', anthropicMessages)]
  const policy: Policy = {
    name: 'other',
    admit: (request) => ({
      kind: 'continue',
      request,
      targets: others,
      watch: { settle: ({ how }) => void settled.push(how) },
    }),
  }
  const { gateway } = subject({ policies: [policy], strict: true })
  const reply = await gateway.open(chat('single', { seed: 1 }))
  assert.ok(reply.kind === 'reply')
  assert.equal(reply.status, 422)
  assert.deepEqual(settled, ['refused'])
})

/** Begins a stream and says "abc", then "def" until a step of the kind comes; what a stream of the same dialect may be ahead by is bounded. */
async function sayUntil(
  kind: Answer['kind'],
  answer: AnswerStream,
  said: (text: string) => Buffer,
): Promise<readonly Answer[]> {
  const first = said === claudeChunk ? await answer.body.push(CLAUDE_START) : []
  const steps = [...first, ...(await pass(answer, said('abc')))]
  for (let i = 0; i < 20 && steps.at(-1)?.kind !== kind; i++) steps.push(...(await pass(answer, said('def'))))
  return steps
}

/** A policy that follows streams: `passage` is told how much text there is and says whether to go on. */
function following(passage: (length: number) => Passage | Promise<Passage>): Policy {
  return {
    name: 'following',
    admit: (request) => ({ kind: 'continue', request, watch: { progress: ({ length }) => passage(length) } }),
  }
}

for (const model of ['single', 'claude']) {
  test(`a policy stops a stream of ${model}: the client gets its proper end, the provider is cut off`, async () => {
    const { gateway, outcomes } = subject({ policies: [following((length) => (length > 3 ? 'stop' : 'go'))] })
    const exchange = await exchangeFor(gateway, chat(model, { stream: true }))
    const answer = (await exchange.attempt(0)).respond(200, sseHeader)
    const said = model === 'single' ? chunk : claudeChunk
    const text = shown(await sayUntil('stop', answer, said)).join('')
    assert.match(text, /^head/)
    assert.match(text, /abc.*def.*"finish_reason":"length".*\[DONE\]\n\nstop$/s)
    assert.deepEqual(await pass(answer, said('more')), [])
    assert.equal(exchange.delivered(), true)
    await exchange.settle('complete')
    const [attempt] = outcomes[0]?.attempts ?? []
    assert.equal(attempt?.finish, 'length')
    assert.equal(attempt?.usageSource, 'counted')
    assert.equal(attempt?.usage.completion, text.split(/abc|def/).length * 3 - 3)
  })
}

for (const model of ['single', 'claude']) {
  test(`a policy that fails while it follows a stream of ${model} ends it with an error`, async () => {
    const failing = async (length: number): Promise<Passage> => {
      if (length > 3) throw new Error('lost')
      return 'go'
    }
    const { gateway, outcomes } = subject({ policies: [following(failing)] })
    const exchange = await exchangeFor(gateway, chat(model, { stream: true }))
    const answer = (await exchange.attempt(0)).respond(200, sseHeader)
    const said = model === 'single' ? chunk : claudeChunk
    const text = shown(await sayUntil('end', answer, said)).join('')
    assert.match(text, /^head/)
    assert.match(text, /abc.*"code":"internal_error".*end$/s)
    assert.doesNotMatch(text, /lost/)
    assert.deepEqual(await pass(answer, said('more')), [])
    await exchange.settle('cut')
    assert.equal(outcomes[0]?.attempts[0]?.error?.code, 'internal_error')
  })
}

test('an answer that has come to its end is not stopped, and ends once', async () => {
  const { gateway, outcomes } = subject({ policies: [following(() => 'stop')] })
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  const all = Buffer.concat([chunk('abc'), FINISH, DONE])
  const steps = [...(await pass(answer, all)), ...(await answer.body.end('complete'))]
  const text = shown(steps).join('')
  assert.equal(text.split('[DONE]').length - 1, 1)
  assert.match(text, /"finish_reason":"stop".*end$/s)
  await exchange.settle('complete')
  assert.equal(outcomes[0]?.attempts[0]?.finish, 'stop')
})

test('a stream waits for a policy that has to think about it, and nothing is lost or reordered', async () => {
  const { gateway } = subject({ policies: [following(async (): Promise<Passage> => 'go')] })
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  const steps: Answer[] = []
  for (let i = 0; i < 100; i++) steps.push(...(await pass(answer, chunk(`<${i}>`))))
  const text = shown(steps).join('')
  assert.deepEqual(
    [...text.matchAll(/<(\d+)>/g)].map((match) => Number(match[1])),
    Array.from({ length: 100 }, (_, i) => i),
  )
})

test('policies hear of each provider that is asked, lower the output cap, and add headers to the answer', async () => {
  const asked: string[] = []
  const policy: Policy = {
    name: 'capping',
    admit: (request) => ({
      kind: 'continue',
      request,
      outputCap: 50,
      watch: { asked: ({ name }) => void asked.push(name), headers: () => ({ 'x-mine': '1' }) },
    }),
  }
  const { gateway } = subject({ policies: [policy] })
  const bodyFor = async (model: string, more: object = {}) => {
    const attempt = await (await exchangeFor(gateway, chat(model, more))).attempt(0)
    return JSON.parse(Buffer.from(attempt.request.body).toString())
  }
  assert.equal((await bodyFor('single')).max_completion_tokens, 50)
  assert.equal((await bodyFor('single', { max_completion_tokens: 20 })).max_completion_tokens, 20)
  const old = await bodyFor('single', { max_tokens: 80 })
  assert.deepEqual([old.max_tokens, old.max_completion_tokens], [50, undefined])
  assert.equal((await bodyFor('claude', { max_tokens: 80 })).max_tokens, 50)
  const exchange = await exchangeFor(gateway, chat('chain'))
  await exchange.attempt(0)
  const answer = (await exchange.attempt(1)).respond(200, jsonHeader)
  const steps = [
    ...(await answer.body.push(Buffer.from(JSON.stringify(COMPLETION)))),
    ...(await answer.body.end('complete')),
  ]
  const head = steps.find((step) => step.kind === 'head')
  assert.ok(head?.kind === 'head')
  assert.equal(head.headers['x-mine'], '1')
  assert.equal(head.headers['x-tollgate-output-cap'], '50')
  assert.deepEqual(asked.slice(-2), ['one/m', 'two/m'])
})

test("a route's overrides narrow the models, add to the identity and make it strict; nothing else changes", async () => {
  let seen: unknown
  const policy: Policy = {
    name: 'sees',
    admit: (request, call) => {
      seen = call.identity
      return { kind: 'continue', request }
    },
  }
  const { gateway } = subject({ policies: [policy] })
  const overrides = { models: ['single', 'claude'], policy: 'chat-route', tags: { env: 'prod' } }
  await exchangeFor(gateway, { ...chat('single'), overrides })
  assert.deepEqual(seen, { route: 'chat-route', tags: { env: 'prod' } })

  const refused = (await gateway.open({ ...chat('chain'), overrides })) as Reply
  assert.deepEqual([refused.status, json(refused).error.code], [403, 'model_not_allowed'])
  const listed = (await gateway.precheck({ ...inbound(''), method: 'GET', path: '/v1/models', overrides })) as Reply
  assert.deepEqual(
    json(listed).data.map(({ id }: { id: string }) => id),
    ['single', 'claude'],
  )
  const hidden = (await gateway.precheck({
    ...inbound(''),
    method: 'GET',
    path: '/v1/models/chain',
    overrides,
  })) as Reply
  assert.equal(hidden.status, 404)

  const lossy = chat('claude', { logit_bias: { 1: 1 } })
  await exchangeFor(gateway, { ...lossy, overrides })
  const strict = (await gateway.open({ ...lossy, overrides: { ...overrides, strict: true } })) as Reply
  assert.deepEqual([strict.status, json(strict).error.param], [422, 'logit_bias'])
})

test('a route that asks for guards that are not configured refuses everything', async () => {
  const { gateway } = subject()
  const refused = (await gateway.open({ ...chat('single'), overrides: { guards: 'strict' } })) as Reply
  assert.equal(refused.status, 503)
})

/** A policy that puts `members` in place of the client's own. */
const rewriting = (members: (body: object) => Record<string, JsonValue>, watch?: Watch): Policy => ({
  name: 'rewriting',
  admit: (_, { content }) => ({ kind: 'rewrite', members: members(content.body), ...(watch && { watch }) }),
})
const HARMLESS = { messages: [{ role: 'user', content: 'XX' }] }

test('what a policy rewrites is read anew by those after it; every target gets it, the same dialect with all other bytes as they were', async () => {
  const seen: unknown[] = []
  const after: Policy = {
    name: 'after',
    admit(request, { content }) {
      seen.push(request.messages[0]?.content, content.body['messages'])
      return { kind: 'continue', request }
    },
  }
  const chain = [target('one'), target('claude', anthropicMessages)]
  const { gateway, outcomes } = subject({ policies: [rewriting(() => HARMLESS), after], chain })
  const body = '{ "unknown":  [1.0], "model":"chain", "messages":[{"role":"user","content":"secret"}] }'
  const exchange = await exchangeFor(gateway, inbound(body))
  const bodies = await Promise.all(
    [0, 1].map(async (index) => Buffer.from((await exchange.attempt(index)).request.body).toString()),
  )
  assert.equal(bodies[0], '{ "unknown":  [1.0], "model":"m", "messages":[{"role":"user","content":"XX"}] }')
  assert.match(bodies[1] ?? '', /XX/)
  assert.doesNotMatch(bodies.join(''), /secret/)
  assert.deepEqual(seen, [[{ type: 'text', text: 'XX' }], HARMLESS.messages])
  await exchange.settle('cut')
  // No answer has begun, so the messages are still there.
  const told: Partial<ChatRequest> | undefined = outcomes[0]?.request
  assert.deepEqual(told?.messages?.[0]?.content, [{ type: 'text', text: 'XX' }])
})

test('a rewritten request that is none is refused, and nothing of the one before reaches a provider', async () => {
  const { gateway, outcomes } = subject({ policies: [rewriting(() => ({ messages: 'none' }))] })
  const reply = await gateway.open(chat('single'))
  assert.ok(reply.kind === 'reply' && reply.status === 400)
  assert.equal(outcomes.length, 1)
})

test('what policies did to the content is told with the outcome, of refused requests too', async () => {
  const audit = {
    guard: 'g',
    outcome: 'changed',
    scanned: { texts: 1, characters: 2, unscannable: 0 },
    request: { email: 1 },
    answer: {},
    ms: 1,
  } as const
  const policy = rewriting(() => HARMLESS, { audits: () => [audit] })
  const { gateway, outcomes } = subject({ policies: [policy] })
  await (await exchangeFor(gateway, chat('single'))).settle('cut')
  assert.deepEqual(outcomes[0]?.audits, [audit])
  const refusing: Policy = {
    name: 'refusing',
    admit: () => ({
      kind: 'refuse',
      error: new GatewayError('guardrail_blocked', 'no'),
      watch: { audits: () => [{ ...audit, outcome: 'blocked' }] },
    }),
  }
  const other = subject({ policies: [policy, refusing] })
  assert.equal((await other.gateway.open(chat('single'))).kind, 'reply')
  assert.deepEqual(
    other.outcomes[0]?.audits.map(({ outcome }) => outcome),
    ['changed', 'blocked'],
  )
})

/** A policy that ends the only choice of an answer at the word `stop`. */
const ending = (): Policy => ({
  name: 'ending',
  admit(request) {
    let ended = false
    const finish = { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' } as const
    const transform = () => ({
      push(event: ChatEvent): readonly ChatEvent[] {
        if (ended && 'choice' in event) return []
        if (event.type !== 'delta' || !event.text.includes('stop')) return [event]
        ended = true
        return [{ type: 'block-end', choice: event.choice, block: event.block }, finish]
      },
      end: () => [],
    })
    return { kind: 'continue', request, watch: { transform, progress: () => (ended ? 'over' : 'go') } }
  },
})

test('where a policy has ended every choice the stream ends with its finish, and the provider is cut off', async () => {
  const { gateway, outcomes } = subject({ policies: [ending()] })
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  const steps = [...(await pass(answer, chunk('abc'))), ...(await pass(answer, chunk('stop')))]
  const text = shown(steps).join('')
  assert.match(text, /abc.*"finish_reason":"content_filter".*\[DONE\]\n\nstop$/s)
  assert.equal(text.match(/"finish_reason":"/g)?.length, 1)
  assert.deepEqual(await pass(answer, chunk('more')), [])
  await exchange.settle('complete')
  assert.equal(outcomes[0]?.attempts[0]?.finish, 'content-filter')
})

/** A policy that puts a mark behind every piece of the answer. */
const marking = (mark: string): Policy => ({
  name: mark,
  admit: (request) => ({
    kind: 'continue',
    request,
    watch: {
      transform: () => ({
        push: (event) => [event.type === 'delta' ? { ...event, text: event.text + mark } : event],
        end: () => [],
      }),
    },
  }),
})

test('an answer passes the policies in the reverse order of the request', async () => {
  const { gateway } = subject({ policies: [marking('1'), marking('2')] })
  const exchange = await exchangeFor(gateway, chat('single', { stream: true }))
  const answer = (await exchange.attempt(0)).respond(200, sseHeader)
  assert.match(shown(await pass(answer, chunk('abc'))).join(''), /abc21/)
})

test('what policies note reaches those after them, whatever is rewritten', async () => {
  const seen: Call['notes'][] = []
  const noting = (notes: Partial<Call['notes']>): Policy => ({
    name: 'noting',
    admit: (request) => ({ kind: 'continue', request, notes }),
  })
  const rewritingToo: Policy = {
    name: 'rewriting',
    admit: () => ({ kind: 'rewrite', members: { user: 'u' }, notes: { found: { phone: 1 }, hits: ['b'] } }),
  }
  const looking: Policy = {
    name: 'looking',
    admit: (request, { notes }) => {
      seen.push(notes)
      return { kind: 'continue', request }
    },
  }
  const policies = [
    looking,
    noting({ found: { email: 2 }, hits: ['a'] }),
    rewritingToo,
    noting({ label: 'secret' }),
    looking,
  ]
  const { gateway } = subject({ policies })
  await exchangeFor(gateway, chat('single'))
  assert.deepEqual(seen, [
    { found: {}, hits: [] },
    { found: { email: 2, phone: 1 }, hits: ['a', 'b'], label: 'secret' },
  ])
})

test('what one policy forbids no later one can bring back', async () => {
  const seen: (readonly string[] | undefined)[] = []
  const only: Policy = {
    name: 'only',
    admit: (request) => ({ kind: 'continue', request, only: ({ upstream }) => upstream.name === 'two' }),
  }
  const looking: Policy = {
    name: 'looking',
    admit(request, { targets, targetsOf }) {
      const names = (list: readonly Target[] | undefined) => list?.map(({ name }) => name)
      seen.push(names(targets), names(targetsOf('single')), names(targetsOf('chain')))
      return { kind: 'continue', request }
    },
  }
  const { gateway } = subject({ policies: [only, looking] })
  const exchange = await exchangeFor(gateway, chat('chain'))
  assert.deepEqual(
    exchange.targets.map(({ name }) => name),
    ['two/m'],
  )
  assert.deepEqual(seen, [['two/m'], undefined, ['two/m']])
})

test('a route may ask for a guard set that there is, and for no other', async () => {
  const seen: (string | undefined)[] = []
  const looking: Policy = {
    name: 'looking',
    admit(request, { guardSet }) {
      seen.push(guardSet)
      return { kind: 'continue', request }
    },
  }
  const { gateway } = subject({ policies: [looking], guardSets: ['strict'] })
  assert.equal((await gateway.open({ ...chat('single'), overrides: { guards: 'strict' } })).kind, 'exchange')
  const refused = await gateway.open({ ...chat('single'), overrides: { guards: 'other' } })
  assert.ok(refused.kind === 'reply' && refused.status === 503)
  assert.deepEqual(seen, ['strict'])
})

test('a request is opened at once where no policy has to wait', async () => {
  const waiting: Policy = { name: 'slow', admit: async (request) => ({ kind: 'continue', request }) }
  const { gateway } = subject()
  const opened = gateway.open(chat('single'))
  assert.ok(!(opened instanceof Promise) && opened.kind === 'exchange')
  const later = subject({ policies: [waiting] }).gateway.open(chat('single'))
  assert.ok(later instanceof Promise)
  assert.equal((await later).kind, 'exchange')
})

test('who is calling is found out once for headers and body, unless the body takes its time or the configuration changes', async () => {
  let asked = 0
  const identify = () => {
    asked++
    return { ...NOBODY, user: `user ${asked}` }
  }
  const { gateway, clock, reload } = subject({ identify })
  const wantedAt = async (wait: () => void) => {
    asked = 0
    const wanted = gateway.precheck(chat('single'))
    assert.ok('kind' in wanted && wanted.kind === 'wanted')
    wait()
    const opened = await gateway.open(chat('single'), wanted)
    assert.equal(opened.kind, 'exchange')
    return asked
  }
  const take = (time: number) => () => {
    clock.time += time
  }
  assert.equal(await wantedAt(take(100)), 1)
  assert.equal(await wantedAt(take(101)), 2)
  assert.equal(await wantedAt(reload), 2)
  const wanted = gateway.precheck(chat('single'))
  assert.ok('kind' in wanted && wanted.kind === 'wanted')
  gateway.close()
  const refused = await gateway.open(chat('single'), wanted)
  assert.equal(refused.kind === 'reply' && refused.status, 503)
})

test('who may not call is told so before the body is read, and hears nothing of models', async () => {
  const identify = () => {
    throw new GatewayError('invalid_api_key', 'no such key')
  }
  const { gateway, outcomes } = subject({ identify })
  for (const request of [inbound('not json'), inbound('', { method: 'GET', path: '/v1/models' })]) {
    const early = await gateway.precheck(request)
    assert.equal(early.kind === 'reply' && early.status, 401)
    const reply = await gateway.open(request)
    assert.equal(reply.kind === 'reply' && reply.status, 401)
  }
  assert.deepEqual(
    outcomes.map(({ error, identity }) => [error?.code, identity]),
    Array(4).fill(['invalid_api_key', undefined]),
  )
})

test('callers read their keys from the query too, and see the models that are theirs', async () => {
  const keys: (string | undefined)[] = []
  const { gateway } = subject({
    identify({ query }) {
      keys.push(query?.('key'))
      return { user: 'ann', tags: {} }
    },
    mayUse: ({ user }, { name }) => user === 'ann' && name === 'chain',
  })
  const list = async (path: string) => {
    const reply = await gateway.open(inbound('', { method: 'GET', path }))
    return reply.kind === 'reply' ? json(reply) : undefined
  }
  const { data } = await list('/v1/models?key=a%20b')
  assert.deepEqual(
    data.map(({ id }: { id: string }) => id),
    ['chain'],
  )
  assert.equal((await list('/v1/models/single')).error.code, 'model_not_found')
  assert.deepEqual(keys, ['a b', undefined])
})

test('the observer hears of each provider before it is asked, and of charges before anything is settled', async () => {
  const told: unknown[] = []
  const spent: Policy = {
    name: 'spent',
    admit: (request) => ({
      kind: 'continue',
      request,
      notes: { label: 'internal' },
      watch: {
        holds: () => ({ lease: 'l', amounts: [['b', 9]] }),
        charges: ({ attempts }) => ({ lease: 'l', amounts: [['b', attempts.length]] }),
        settle: () => void told.push('settled'),
      },
    }),
  }
  const { gateway, outcomes } = subject({
    policies: [spent],
    identify: () => ({ user: 'ann', tags: {} }),
    observer: {
      asked: ({ id, attempt, target, model, identity, leases }) =>
        void told.push([id, attempt, target.name, model, identity.user, leases]),
      async settling(outcome, charges) {
        await new Promise(setImmediate)
        told.push([outcome.label, charges])
      },
    },
  })
  const exchange = await exchangeFor(gateway, chat('chain'))
  const first = await exchange.attempt(0)
  first.lost(new GatewayError('upstream_error', 'gone'))
  await exchange.attempt(1)
  await exchange.settle('cut')
  const held = [{ lease: 'l', amounts: [['b', 9]] }]
  assert.deepEqual(told, [
    ['r-1', 1, 'one/m', 'chain', 'ann', held],
    ['r-1', 2, 'two/m', 'chain', 'ann', held],
    ['internal', [{ lease: 'l', amounts: [['b', 2]] }]],
    'settled',
  ])
  const [outcome] = outcomes
  assert.deepEqual(
    [outcome?.identity?.user, outcome?.label, outcome?.chain, outcome?.policyVersion],
    ['ann', 'internal', ['one/m', 'two/m'], 'v1'],
  )
})

test('an answer that has begun and never left the gateway is a failure like any other, and the next target may answer', async () => {
  const told: string[] = []
  const { gateway, outcomes } = subject({
    policies: [
      {
        name: 'listening',
        admit: (request) => ({
          kind: 'continue',
          request,
          watch: { failed: ({ target, error }) => void told.push(`${target.name} ${error.code}`) },
        }),
      },
    ],
  })
  const begin = async (exchange: Exchange, index: number) => {
    const { body } = (await exchange.attempt(index)).respond(200, sseHeader)
    await body.push(chunk('hi'))
    assert.ok(exchange.committed())
    return body
  }
  const last = await exchangeFor(gateway, chat('single', { stream: true }))
  const broken = await begin(last, 0)
  await broken.end('cut')
  last.unseen()
  assert.ok(!last.committed())
  const reply = last.fail(new GatewayError('upstream_error', 'connection failed'))
  assert.equal(reply.status, 502)
  await last.settle('refused')

  const chain = await exchangeFor(gateway, chat('chain', { stream: true }))
  await begin(chain, 0)
  const body = await begin(chain, 1)
  await body.push(FINISH)
  await body.push(DONE)
  await body.end('complete')
  await chain.settle('complete')
  assert.deepEqual(
    outcomes.map(({ how, status, attempts }) => [how, status, attempts.map(({ outcome }) => outcome)]),
    [
      ['refused', 502, ['failed']],
      ['complete', 200, ['failed', 'served']],
    ],
  )
  assert.deepEqual(told, ['one/m upstream_error', 'one/m upstream_error'])
})
