import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../core/chat.js'
import type { Outcome } from '../../core/outcome.js'
import type { Call, Policy } from '../../core/policy.js'
import type { Level } from '../../extproc/level.js'
import type { Outgoing } from '../../extproc/messages.js'
import { CLUSTER_ATTRIBUTE, CODE_DETAILS_ATTRIBUTE, EXCHANGE_HEADER } from '../../extproc/names.js'
import { routerLevel } from '../../extproc/router-level.js'
import { REFUSED, upstreamLevel } from '../../extproc/upstream-level.js'
import { target } from '../policies/fakes.js'
import { CHAT_PATH, chatGateway } from '../support/chat-gateway.js'
import { left } from '../support/left.js'

const NEVER = new Promise<void>(() => {})

/**
 * A request to two targets, of which the first takes its time to be asked, as long as `waiting` is not over; as Envoy sends it. A policy reads
 * it, and puts `change` of its messages in their place.
 */
async function requestOf(
  waiting: Promise<void>,
  change = (messages: ChatRequest['messages']) => messages,
  read: (request: ChatRequest, call: Call) => void = () => {},
) {
  const outcomes: Outcome[] = []
  let prompt: WeakRef<object> | undefined
  const admit: Policy['admit'] = (request, call) => {
    read(request, call)
    prompt = new WeakRef(request.messages[0] ?? assert.fail('no prompt'))
    const messages = change(request.messages)
    const changed = messages === request.messages ? request : { ...request, messages }
    return { kind: 'continue', request: changed, watch: { asked } }
  }
  const asked = ({ name }: { readonly name: string }) => (name === 'one' ? waiting : undefined)
  const gateway = chatGateway({
    targets: [target('one'), target('two')],
    policies: [{ name: 'waiting', admit }],
    observer: { ended: (outcome) => outcomes.push(outcome) },
    meter: { countPrompt: ({ messages }) => ({ tokens: messages.length, upperBound: 1, exact: true }) },
  })
  const router = routerLevel(gateway, { quiet: () => {}, unpack: () => undefined }, { send: () => {} })
  const headers = new Map([
    [':method', 'POST'],
    [':path', CHAT_PATH],
  ])
  await router.take({ kind: 'request-headers', headers, attributes: new Map(), endOfStream: false })
  const text = '{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}'
  // Memory of its own: short buffers share theirs.
  const body = Buffer.from(new TextEncoder().encode(text).buffer)
  await router.take({ kind: 'request-body', body, endOfStream: true })
  const newLevel = () =>
    upstreamLevel(gateway, {
      ...{ unpack: () => undefined, stream: { send() {}, fail() {} } },
      unknownExchange: () => assert.fail('the exchange is open'),
    })
  /** The request goes to the upstream of this attempt, counted from 1. */
  const upstream = (attempt: number, level = newLevel()) => {
    const cluster = ['one', 'two'][attempt - 1] ?? ''
    const own = new Map([...headers, [EXCHANGE_HEADER, 'id'], ['x-envoy-attempt-count', String(attempt)]])
    const attributes = new Map([[CLUSTER_ATTRIBUTE, cluster]])
    return level.take({ kind: 'request-headers', headers: own, attributes, endOfStream: false })
  }
  /** Envoy gives up, and says why. */
  const localReply = (status: string, details: string) => {
    const attributes = new Map([[CODE_DETAILS_ATTRIBUTE, details]])
    return router.take({
      kind: 'response-headers',
      headers: new Map([[':status', status]]),
      attributes,
      endOfStream: true,
    })
  }
  return { router, newLevel, upstream, localReply, outcomes, body: new WeakRef(body.buffer), prompt }
}

const immediate = ([message]: readonly Outgoing[]) => {
  assert.ok(message?.kind === 'immediate')
  const { headers, status } = message
  const text = Buffer.from(message.body ?? '').toString()
  return { status, tried: new Map(headers).get('x-tollgate-attempts'), text }
}

for (const [details, code, status] of [
  ['upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error}', 'upstream_error', 502],
  ['response_timeout', 'upstream_timeout', 504],
] as const) {
  test(`the client is told why Envoy gave up an attempt that was still being made: ${code}`, async () => {
    const { router, upstream, localReply, outcomes } = await requestOf(NEVER)
    const asked = upstream(1)
    const { text, ...reply } = immediate(await localReply('503', details))
    assert.deepEqual(reply, { status, tried: '1' })
    assert.match(text, new RegExp(code))
    assert.deepEqual(await asked, [REFUSED], 'nobody is asked any more')
    void router.closed()
    assert.deepEqual(outcomes, [], 'what was told of the attempt comes before its end')
  })
}

test('Envoy may ask the next target while the attempt at the first is still being made', async () => {
  let go = () => {}
  const waiting = new Promise<void>((resolve) => {
    go = resolve
  })
  const { router, upstream, localReply, outcomes } = await requestOf(waiting)
  const [first, second] = [upstream(1), upstream(2)]
  go()
  assert.deepEqual(await first, [REFUSED])
  const [request] = await second
  assert.equal(request?.kind, 'request-headers')
  const { text, ...reply } = immediate(
    await localReply('503', 'upstream_reset_before_response_started{connection_failure}'),
  )
  assert.deepEqual(reply, { status: 502, tried: '2' })
  assert.match(text, /one: connection failed; two: connection failed/)
  await router.closed()
  assert.deepEqual(
    outcomes[0]?.attempts.map(({ target, outcome }) => [target.name, outcome]),
    [
      ['one', 'failed'],
      ['two', 'failed'],
    ],
  )
})

test("the client's body is let go once its answer has begun for good, however long that goes on", async () => {
  const { router, newLevel, upstream, localReply, body } = await requestOf(Promise.resolve())
  const level = newLevel()
  await upstream(1, level)
  await begin(level)
  assert.ok(body.deref(), 'another target may be asked')
  await localReply('200', 'via_upstream')
  assert.equal(await left(body), undefined)
  await router.closed()
  level.closed()
})

test('so is a prompt that a policy has replaced', async () => {
  const replaced = (messages: ChatRequest['messages']) => messages.map((message) => ({ ...message }))
  const { router, newLevel, upstream, localReply, prompt } = await requestOf(Promise.resolve(), replaced)
  const level = newLevel()
  await upstream(1, level)
  await begin(level)
  assert.ok(await left(prompt), 'what answers repeat of it is taken from it')
  await localReply('200', 'via_upstream')
  assert.equal(await left(prompt), undefined)
  await router.closed()
  level.closed()
})

for (const [title, read, isKept] of [
  ['so is one that has been counted', counted, false],
  ['a prompt that may have to be counted stays', () => {}, true],
] as const) {
  test(title, async () => {
    const request = await requestOf(Promise.resolve(), undefined, read)
    const level = request.newLevel()
    await request.upstream(1, level)
    await begin(level)
    await request.localReply('200', 'via_upstream')
    assert.equal((await left(request.prompt)) !== undefined, isKept)
    await request.router.closed()
    level.closed()
    // The provider has not told.
    const [attempt] = request.outcomes[0]?.attempts ?? []
    assert.deepEqual([attempt?.usage.prompt, attempt?.usageSource], [1, 'counted'])
  })
}

function counted(request: ChatRequest, { countPrompt, targets }: Call): void {
  const [first] = targets
  if (first) void countPrompt(request, first)
}

/** The provider's answer begins. */
async function begin(level: Level) {
  const headers = new Map([
    [':status', '200'],
    ['content-type', 'text/event-stream'],
  ])
  level.take({ kind: 'response-headers', headers, attributes: new Map(), endOfStream: false })
  const chunk = { index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: null }
  const event = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [chunk] })}\n\n`
  await level.take({ kind: 'response-body', body: Buffer.from(event), endOfStream: false })
}
