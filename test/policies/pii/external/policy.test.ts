import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { JsonObject } from '../../../../core/json.js'
import type { Verdict } from '../../../../core/policy.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { pii } from '../../../../policies/pii/policy.js'
import type { AnalyzerSettings, PiiRule } from '../../../../policies/pii/settings.js'
import { chatRequestOf } from '../../../support/chat-request.js'
import { deadline, sender } from '../../../support/guards/asking.js'
import { startFake } from '../../../support/guards/fake-service.js'
import { presidioAnalyzer } from '../../../support/guards/presidio-analyzer.js'
import { call, contentOf } from '../../fakes.js'

/** Nationalities, religions and politics are what only an analyzer finds. */
const ANALYZER: AnalyzerSettings = {
  ...{ url: '', language: 'en', entities: ['NRP', 'EMAIL_ADDRESS'], threshold: 0.5, timeout: 700 },
  onFailure: 'builtin',
}

const RULE: PiiRule = {
  name: 'p',
  match: new Map(),
  request: { mode: 'mask', byEntity: new Map(), secrets: 'mask' },
  answer: { mode: 'off', byEntity: new Map(), secrets: 'off' },
  entities: ['email', 'nrp'],
  thresholds: {},
  allow: [],
  deny: {},
  patterns: [],
  unscannable: 'allow',
  onFailure: 'allow',
  timeout: 1000,
}

const EMAIL = 'jane.roe@acme-widgets.com'

interface Given {
  readonly rule?: Partial<PiiRule>
  readonly analyzer?: Partial<AnalyzerSettings>
  readonly client?: AbortSignal
}

async function subject(t: TestContext, { rule, analyzer, client }: Given = {}) {
  const fake = await startFake(t, presidioAnalyzer)
  const late = deadline()
  const timeouts: number[] = []
  const failures: (readonly [string, string])[] = []
  const policy = pii({
    rules: [{ ...RULE, ...rule, analyzer: { ...ANALYZER, url: fake.url, ...analyzer } }],
    clock: { now: () => 0, monotonic: () => 0 },
    pause: () => setImmediate(),
    digest: (_, text) => createHmac('sha256', 'key').update(text).digest(),
    analyzer: {
      ...sender(t),
      timeout(ms) {
        timeouts.push(ms)
        return late.signal
      },
    },
  })
  const ask = async (...texts: readonly string[]) => {
    const body: JsonObject = { model: 'm', messages: texts.map((content) => ({ role: 'user', content })) }
    const asked = { ...call([]), content: contentOf(body, { contentOf: openaiChat.contentOf }) }
    const verdict = await policy.admit(chatRequestOf({}), client ? { ...asked, signal: () => client } : asked)
    const [audit] = ('watch' in verdict && verdict.watch?.audits?.()) || []
    if (audit?.failure !== undefined) failures.push([audit.guard, audit.failure])
    return verdict
  }
  return { fake, ask, late, timeouts, failures }
}

function rewritten(verdict: Verdict): readonly string[] {
  assert.ok(verdict.kind === 'rewrite', verdict.kind)
  return (verdict.members['messages'] as { content: string }[]).map(({ content }) => content)
}

test('what either of both finds is replaced; forms are told by the built-in detector', async (t) => {
  const { ask, timeouts, failures } = await subject(t)
  const verdict = await ask(`a French one: ${EMAIL}`, 'nothing')
  assert.deepEqual(rewritten(verdict), ['a [NRP] one: [EMAIL]', 'nothing'])
  assert.deepEqual(timeouts, [700])
  assert.deepEqual(failures, [])
  const [audit] = ('watch' in verdict && verdict.watch?.audits?.()) || []
  assert.deepEqual(audit?.request, { nrp: 1, email: 1 })
})

test('the rule decides what counts: its entities, thresholds, modes and allowed values', async (t) => {
  const kindOf = async (rule: Partial<PiiRule>) => {
    const { ask } = await subject(t, { rule })
    return (await ask('a French one')).kind
  }
  const mode = (mode: 'off' | 'block') => ({ ...RULE.request, byEntity: new Map([['nrp', mode]]) })
  assert.equal(await kindOf({}), 'rewrite')
  assert.equal(await kindOf({ entities: ['email'] }), 'continue')
  assert.equal(await kindOf({ thresholds: { nrp: 0.9 } }), 'continue')
  assert.equal(await kindOf({ allow: ['FRENCH'] }), 'continue')
  assert.equal(await kindOf({ request: mode('off') }), 'continue')
  assert.equal(await kindOf({ request: mode('block') }), 'refuse')
})

test('an analyzer that fails or is late is told of, and the built-in detector reads alone', async (t) => {
  const { fake, ask, late, failures } = await subject(t)
  fake.next({ status: 500, body: { error: 'a French one' } })
  assert.deepEqual(rewritten(await ask(`a French one: ${EMAIL}`)), ['a French one: [EMAIL]'])
  fake.next('hang')
  const asked = ask(`a French one: ${EMAIL}`)
  await fake.arrived(2)
  late.pass()
  assert.deepEqual(rewritten(await asked), ['a French one: [EMAIL]'])
  assert.deepEqual(failures, [
    ['p', 'the analyzer answered 500'],
    ['p', 'the analyzer gave no answer: it took too long'],
  ])
})

test('or the request is refused, whatever the rule does when its own reading fails', async (t) => {
  const { fake, ask, failures } = await subject(t, { analyzer: { onFailure: 'block' } })
  fake.next({ status: 500, body: '' })
  const verdict = await ask('hello there')
  assert.ok(verdict.kind === 'refuse')
  assert.equal(verdict.error.code, 'guardrail_blocked')
  assert.equal(
    verdict.error.message,
    "The guardrail 'p' could not have this request analyzed, and blocks what was not.",
  )
  assert.equal(failures.length, 1)
  assert.equal((await ask('hello there')).kind, 'continue')
})

test('a client that leaves while it is waited for gets no answer, and is no failure', async (t) => {
  const client = deadline()
  const { fake, ask, failures } = await subject(t, { client: client.signal, analyzer: { onFailure: 'block' } })
  fake.next('hang')
  const asked = ask('hello there')
  await fake.arrived(1)
  client.hangUp()
  assert.deepEqual(await asked, { kind: 'gone' })
  assert.deepEqual(failures, [])
})

test('a request without words is not waited for', async (t) => {
  const { fake, ask } = await subject(t)
  assert.equal((await ask('4711', '')).kind, 'continue')
  assert.equal(fake.calls.length, 0)
})

test('a rule with an analyzer that nobody can ask is refused when the policy is made', () => {
  const options = {
    clock: { now: () => 0, monotonic: () => 0 },
    pause: () => setImmediate(),
    digest: () => new Uint8Array(),
  }
  assert.throws(() => pii({ ...options, rules: [{ ...RULE, analyzer: ANALYZER }] }), /has an analyzer/)
})
