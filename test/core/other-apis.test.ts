import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../core/answer.js'
import { chainFor } from '../../core/chain.js'
import type { Endpoint } from '../../core/endpoint.js'
import { GatewayError } from '../../core/errors.js'
import type { Exchange } from '../../core/exchange.js'
import { makeGateway } from '../../core/gateway.js'
import { NOBODY } from '../../core/identity.js'
import type { JsonObject } from '../../core/json.js'
import type { Outcome } from '../../core/outcome.js'
import type { Call, Policy } from '../../core/policy.js'
import type { Dialect, Provider } from '../../core/provider.js'
import type { Reply } from '../../core/reply.js'
import type { Settings, Target } from '../../core/settings.js'
import { anthropicCountTokens } from '../../llm/dialects/anthropic-count-tokens.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { speech, transcriptions } from '../../llm/dialects/governed/audio.js'
import { imageGenerations } from '../../llm/dialects/governed/images.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../llm/dialects/openai-responses.js'
import { asItComes } from '../../llm/framing/as-it-comes.js'
import { framings } from '../../llm/framing/framings.js'
import { TURNS } from '../support/turns.js'

const REFUSAL = new GatewayError('malformed_request', 'not kept here', { param: 'previous_response_id' })

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/count', { dialect: anthropicCountTokens, counts: 'prompt' }],
  ['/responses', { dialect: openaiResponses, references: referencesIn }],
  ['/images', { dialect: imageGenerations }],
  ['/speech', { dialect: speech, framing: asItComes }],
  ['/transcriptions', { dialect: transcriptions, form: 'multipart' }],
])

function referencesIn({ previous_response_id: id, ...rest }: JsonObject) {
  return id === undefined ? undefined : { refusal: REFUSAL, rest }
}

const api = (dialect: Dialect): Provider => ({
  kind: 'k',
  dialect,
  build: (body) => ({
    method: 'POST',
    path: `/${dialect.name}`,
    headers: { 'content-type': 'application/json' },
    body,
  }),
  sign: (wire) => ({ ...wire, headers: { ...wire.headers, signed: wire.headers['content-type'] ?? '' } }),
})
function target(name: string, ...dialects: readonly [Dialect, ...Dialect[]]): Target {
  const through = (dialect: Dialect): Target => ({
    name: `${name}/m`,
    model: 'm-target',
    limits: { contextWindow: 1000 },
    upstream: {
      ...{ name, provider: api(dialect), credentials: {}, authority: 'p.test', scheme: 'https' as const },
      ...{ basePath: '', cluster: name },
    },
  })
  const [first, ...others] = dialects
  return { ...through(first), others: others.map(through) }
}

const OPENAI = target('one', openaiChat, openaiResponses, imageGenerations, speech, transcriptions)
const CLAUDE = target('claude', anthropicMessages, anthropicCountTokens)

function subject(policies: readonly Policy[] = [], strict = false) {
  const outcomes: Outcome[] = []
  const clock = { now: () => 1_700_000_000_000, monotonic: () => 5 }
  const route = (name: string, ...targets: readonly Target[]) => [name, { name, targets }] as const
  const settings: Settings = {
    models: new Map([
      route('gpt', OPENAI),
      route('claude', CLAUDE),
      route('mixed', OPENAI, CLAUDE),
      route('reverse', CLAUDE, OPENAI),
    ]),
    version: 'v1',
    guardSets: new Set(),
    ...{ strict, maxBody: 10_000, identify: () => NOBODY, policies, loadedAt: 5 },
    timeouts: { connect: 1, firstToken: 500, response: 900, idle: 100, drain: 1 },
    turns: TURNS,
    meter: {
      countPrompt: () => ({ tokens: 77, upperBound: 88, exact: false }),
      promptCeiling: () => 5000,
      countText: (text) => text.length,
      worstCost: () => 1n,
      cost: ({ prompt = 0, completion = 0 }) => BigInt(prompt + completion),
    },
  }
  const gateway = makeGateway({
    settings: () => settings,
    endpoints: { at: (path) => ENDPOINTS.get(path), errorsAt: (path) => ENDPOINTS.get(path)?.dialect ?? openaiChat },
    ...{ framings, clock, newId: () => 'id', observer: { ended: (outcome: Outcome) => void outcomes.push(outcome) } },
  })
  const open = (path: string, body: JsonObject | string, contentType?: string) =>
    gateway.open({
      ...{
        method: 'POST',
        path,
        requestId: 'r',
        header: (name) => (name === 'content-type' ? contentType : undefined),
      },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    })
  return { open, outcomes }
}

const replied = (opened: Reply | Exchange) => {
  assert.equal(opened.kind, 'reply')
  return { status: (opened as Reply).status, body: JSON.parse(Buffer.from((opened as Reply).body).toString()) }
}
const exchange = (opened: Reply | Exchange) => {
  assert.equal(opened.kind, 'exchange', opened.kind === 'reply' ? Buffer.from(opened.body).toString() : '')
  return opened as Exchange
}
const shown = (answers: readonly Answer[]) =>
  answers.map((answer) => (answer.kind === 'bytes' ? Buffer.from(answer.bytes).toString('latin1') : answer.kind))
const typed = (contentType: string) => (name: string) => (name === 'content-type' ? contentType : undefined)
const MESSAGES = [{ role: 'user', content: 'hi' }]

/** Sees what policies are told of a request. */
function spy(targets?: (call: Call) => readonly Target[] | undefined) {
  const seen: { prompt: unknown; ceiling: unknown; models: string[]; most: number | undefined }[] = []
  const policy: Policy = {
    name: 'spy',
    admit(request, call) {
      const [first] = call.targets
      assert.ok(first)
      const names = call.targets.map((each) => each.upstream.provider.dialect.name)
      const prompt = call.countPrompt(request, first)
      seen.push({ prompt, ceiling: call.promptCeiling(request, first), models: names, most: request.maxOutputTokens })
      const other = targets?.(call)
      return { kind: 'continue', request, ...(other && { targets: other }) }
    },
  }
  return { policy, seen }
}

test('a prompt is counted here where the first target cannot, and costs nothing', async () => {
  const { policy, seen } = spy()
  const { open, outcomes } = subject([policy])
  for (const model of ['gpt', 'mixed']) {
    const { status, body } = replied(await open('/count', { model, messages: MESSAGES }))
    assert.deepEqual([status, body], [200, { input_tokens: 77 }])
  }
  assert.deepEqual(seen[0]?.prompt, { tokens: 0, upperBound: 0, exact: true })
  assert.deepEqual([seen[0]?.ceiling, seen[0]?.most], [0, 0])
  assert.deepEqual(
    outcomes.map(({ how, status, cost, attempts }) => [how, status, cost, attempts.length]),
    [
      ['complete', 200, 0n, 0],
      ['complete', 200, 0n, 0],
    ],
  )
})

test('a target that counts is asked, its answer passed on, and nothing charged', async () => {
  const { open, outcomes } = subject()
  const opened = exchange(await open('/count', { model: 'reverse', messages: MESSAGES, odd: 1 }))
  assert.deepEqual(
    opened.targets.map((each) => each.upstream.provider.dialect.name),
    ['anthropic-count-tokens'],
  )
  const attempt = await opened.attempt(0)
  assert.deepEqual(JSON.parse(Buffer.from(attempt.request.body).toString()), {
    model: 'm-target',
    messages: MESSAGES,
    odd: 1,
  })
  const answer = attempt.respond(200, typed('application/json'))
  await answer.body.push(Buffer.from('{"input_tokens": 4, "x":1}'))
  assert.deepEqual(shown(await answer.body.end('complete')), ['head', '{"input_tokens": 4, "x":1}', 'end'])
  await opened.settle('complete')
  const [outcome] = outcomes
  assert.deepEqual([outcome?.cost, outcome?.attempts[0]?.usage, outcome?.attempts[0]?.usageSource], [0n, {}, 'none'])
})

test('counts of a model that a policy brings in are its own', async () => {
  const { open } = subject([spy((call) => call.targetsOf('claude')).policy])
  assert.equal((await open('/count', { model: 'gpt', messages: MESSAGES })).kind, 'exchange')
  const other = subject([spy((call) => call.targetsOf('gpt')).policy])
  assert.equal((await other.open('/count', { model: 'claude', messages: MESSAGES })).kind, 'reply')
})

test('what is no count is a failed attempt', async () => {
  const { open } = subject()
  const opened = exchange(await open('/count', { model: 'claude', messages: MESSAGES }))
  for (const text of ['', '{}', 'x', '{"error":{"type":"api_error"}}']) {
    const answer = (await opened.attempt(0)).respond(200, typed('application/json'))
    await answer.body.push(Buffer.from(text))
    assert.deepEqual(shown(await answer.body.end('complete')), ['failed'], text)
  }
})

test('what a request refers to keeps it with targets of its own dialect', async () => {
  const { policy, seen } = spy()
  const { open } = subject([policy])
  const ask = { input: 'hi', previous_response_id: 'resp_1' }
  const opened = exchange(await open('/responses', { model: 'gpt', ...ask }))
  const { request } = await opened.attempt(0)
  assert.deepEqual(JSON.parse(Buffer.from(request.body).toString()), { model: 'm-target', ...ask })
  assert.deepEqual(seen[0]?.prompt, { tokens: 77, upperBound: 1000, exact: false })
  for (const model of ['mixed', 'claude']) {
    const { status, body } = replied(await open('/responses', { model, ...ask }))
    assert.deepEqual([status, body.error.param], [400, 'previous_response_id'])
  }
  assert.equal((await open('/responses', { model: 'mixed', input: 'hi' })).kind, 'exchange')
})

test('a request that refers to something is not sent to another model, or changed', async () => {
  const others: unknown[] = []
  const look = spy((call) => {
    others.push(call.targetsOf('claude'), call.targetsOf('gpt')?.length)
    return undefined
  })
  const ask = { model: 'gpt', input: 'hi', previous_response_id: 'resp_1' }
  await subject([look.policy]).open('/responses', ask)
  assert.deepEqual(others, [undefined, 1])
  const change: Policy = {
    name: 'change',
    admit: (request) => ({ kind: 'continue', request: { ...request, messages: [] } }),
  }
  assert.equal(replied(await subject([change]).open('/responses', ask)).status, 400)
  assert.equal((await subject([change]).open('/responses', { model: 'gpt', input: 'hi' })).kind, 'exchange')
})

test('an API that stands alone passes requests and answers on, and prices only what is reported', async () => {
  const { policy, seen } = spy()
  const { open, outcomes } = subject([policy], true)
  const opened = exchange(await open('/images', '{"prompt":"a cat", "model":"mixed", "n":2}'))
  assert.deepEqual(seen[0]?.models, ['openai-image-generations'])
  assert.equal(seen[0]?.ceiling, Number.NEGATIVE_INFINITY)
  const attempt = await opened.attempt(0)
  assert.equal(Buffer.from(attempt.request.body).toString(), '{"prompt":"a cat", "model":"m-target", "n":2}')
  const answer = attempt.respond(200, typed('application/json; v=2'))
  const usage = { input_tokens: 5, output_tokens: 50 }
  await answer.body.push(Buffer.from(JSON.stringify({ data: [], usage })))
  const [head] = await answer.body.end('complete')
  assert.equal(head?.kind === 'head' && head.headers['content-type'], 'application/json; v=2')
  await opened.settle('complete')
  assert.equal(outcomes[0]?.cost, 55n)

  const unknown = exchange(await open('/images', { prompt: 'a cat', model: 'gpt' }))
  const plain = (await unknown.attempt(0)).respond(200, typed('application/json'))
  await plain.body.push(Buffer.from('{"data":[]}'))
  await plain.body.end('complete')
  await unknown.settle('complete')
  const [report] = outcomes[1]?.attempts ?? []
  assert.deepEqual([outcomes[1]?.cost, report?.usageSource, report?.usage.prompt], [undefined, 'counted', 77])
})

test('a policy that changes such a request leaves it without a target', async () => {
  const change: Policy = { name: 'change', admit: (request) => ({ kind: 'continue', request: { ...request, n: 5 } }) }
  const opened = exchange(await subject([change]).open('/images', { prompt: 'a cat', model: 'gpt' }))
  assert.throws(() => opened.attempt(0), GatewayError)
})

test('sound goes out as it comes, with its own content type', async () => {
  const { open, outcomes } = subject()
  const opened = exchange(await open('/speech', { input: 'hello', model: 'gpt' }))
  const answer = (await opened.attempt(0)).respond(200, typed('audio/mpeg'))
  const [head, ...first] = await answer.body.push(Buffer.from('ID3\xff\n\n', 'latin1'))
  assert.equal(head?.kind === 'head' && head.headers['content-type'], 'audio/mpeg')
  assert.deepEqual(shown(first), ['ID3\xff\n\n'])
  const rest = Buffer.from('more\n\n')
  assert.ok(answer.forward(rest) || (await answer.body.push(rest)).length === 1)
  assert.deepEqual(shown(await answer.body.end('complete')), ['end'])
  await opened.settle('complete')
  assert.deepEqual([outcomes[0]?.how, outcomes[0]?.cost], ['complete', undefined])
})

test('nothing is told before the first sound, so that the next target can be asked', async () => {
  const { open } = subject()
  const opened = exchange(await open('/speech', { input: 'hello', model: 'gpt' }))
  const answer = (await opened.attempt(0)).respond(200, typed('audio/mpeg'))
  assert.deepEqual(shown(await answer.body.end('complete')), ['failed'])
})

test('a form keeps its boundary and its bytes, and is signed with its content type', async () => {
  const { open } = subject()
  const type = 'multipart/form-data; boundary=b'
  const form = (model: string) =>
    `--b\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n\0\r\n--b--`
  const opened = exchange(await open('/transcriptions', form('gpt'), type))
  const { request } = await opened.attempt(0)
  assert.equal(Buffer.from(request.body).toString(), form('m-target'))
  assert.deepEqual([request.headers['content-type'], request.headers['signed']], [type, type])
  assert.equal(replied(await open('/transcriptions', form('gpt'), 'multipart/form-data')).status, 400)
  assert.equal(replied(await open('/transcriptions', form('gpt'))).status, 400)
  assert.equal(replied(await open('/images', form('gpt'), type)).status, 400)
})

test('an API that no target has is refused', async () => {
  const { status, body } = replied(await subject().open('/images', { model: 'claude', prompt: 'x' }))
  assert.deepEqual([status, body.error.param], [400, 'model'])
  assert.deepEqual(chainFor(imageGenerations, [CLAUDE]), [])
})

test('a policy that fails on the document of an answer lets nothing of it pass', async () => {
  const document = () => {
    throw new Error('a defect')
  }
  const { open } = subject([
    { name: 'failing', admit: (request) => ({ kind: 'continue', request, watch: { document } }) },
  ])
  const drawing = exchange(await open('/images', { model: 'gpt', prompt: 'a cat' }))
  const { body } = (await drawing.attempt(0)).respond(200, typed('application/json'))
  const steps = [...(await body.push(Buffer.from('{"data": []}'))), ...(await body.end('complete'))]
  assert.deepEqual(shown(steps), ['failed'])
  assert.equal(drawing.fail().status, 500)
})

test('policies may rewrite such a request, forms too, and change the documents of its answer', async () => {
  const policy: Policy = {
    name: 'rewriting',
    admit: (_, { content }) => ({
      kind: 'rewrite',
      members: { prompt: `${content.body['prompt']}!` },
      watch: {
        document: (value) =>
          typeof value === 'string' ? value.toUpperCase() : { ...(value as JsonObject), seen: true },
      },
    }),
  }
  const { open } = subject([policy])
  const drawn = await exchange(await open('/images', '{"prompt":"a cat", "model":"gpt", "n":2}')).attempt(0)
  assert.equal(Buffer.from(drawn.request.body).toString(), '{"prompt":"a cat!", "model":"m-target", "n":2}')
  const answer = drawn.respond(200, typed('application/json'))
  assert.deepEqual(
    shown([...(await answer.body.push(Buffer.from('{"data": []}'))), ...(await answer.body.end('complete'))]),
    ['head', '{"data":[],"seen":true}', 'end'],
  )

  const form =
    '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\ngpt\r\n' +
    '--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nhint\r\n--b--\r\n'
  const spoken = await exchange(await open('/transcriptions', form, 'multipart/form-data; boundary=b')).attempt(0)
  assert.match(Buffer.from(spoken.request.body).toString(), /\r\nhint!\r\n/)
  const text = spoken.respond(200, typed('text/plain'))
  assert.deepEqual(shown([...(await text.body.push(Buffer.from('1234'))), ...(await text.body.end('complete'))]), [
    'head',
    '1234',
    'end',
  ])
})
