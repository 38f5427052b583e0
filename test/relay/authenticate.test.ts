import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../../core/caller.js'
import type { JsonObject } from '../../core/json.js'
import { CONTEXT_WINDOW, type Purpose, writeContext } from '../../core/signed-context.js'
import { authenticator } from '../../relay/authenticate.js'
import { signWith } from '../../relay/signing.js'

const SECRET = 'the secret that both sides have now'
const OLD = 'the secret that both sides had before'

const ANN: Caller = {
  consumer: { id: 'c-1', username: 'ann', customId: 'a' },
  credential: { id: 'k-1' },
  groups: ['staff'],
  route: { id: 'r-1', name: 'chat' },
  service: { name: 'llm' },
  claims: { sub: 'ann', org: { team: 'blue' } },
  overrides: { models: ['gpt'], policy: 'p', tags: { plan: 'pro' }, strict: true, guards: 'g' },
}

let nonces = 0
function context(
  content: object,
  more: { secret?: string; issuedAt?: number; nonce?: string; purpose?: Purpose } = {},
) {
  const { secret = SECRET, issuedAt = NOW, nonce = `n${++nonces}`, purpose = 'ingress' } = more
  return writeContext({ purpose, issuedAt, nonce, content: content as JsonObject }, signWith(secret))
}

const NOW = 1_800_000_000_000

function subject() {
  const clock = { time: NOW, now: () => clock.time, monotonic: () => clock.time }
  const authenticate = authenticator({ secrets: [SECRET, OLD], clock })
  const reason = (value: string | undefined) => {
    const read = authenticate(value)
    return read.kind === 'refused' ? read.reason : read.kind
  }
  return { clock, authenticate, reason }
}

test('the caller comes back as it was written', () => {
  assert.deepEqual(subject().authenticate(context(ANN)), { kind: 'caller', caller: ANN })
  assert.deepEqual(subject().authenticate(context({})), { kind: 'caller', caller: {} })
})

test('any of the secrets is good, and no other', () => {
  const { reason } = subject()
  assert.equal(reason(context(ANN, { secret: OLD })), 'caller')
  assert.equal(reason(context(ANN, { secret: `${SECRET}.` })), 'forged')
})

test('what is absent, malformed, forged or for another purpose is refused', () => {
  const { reason } = subject()
  const good = context(ANN)
  assert.equal(reason(undefined), 'absent')
  assert.equal(reason(''), 'malformed')
  assert.equal(reason('v1.ingress'), 'malformed')
  assert.equal(reason(good.replace('ann', 'eve')), 'forged')
  assert.equal(reason(`${good}, ${context(ANN)}`), 'forged')
  assert.equal(reason(context(ANN, { purpose: 'egress' })), 'forged')
  assert.equal(reason(good), 'caller')
})

test('a context is good for its window around its time', () => {
  const { reason } = subject()
  assert.equal(reason(context(ANN, { issuedAt: NOW - CONTEXT_WINDOW })), 'caller')
  assert.equal(reason(context(ANN, { issuedAt: NOW + CONTEXT_WINDOW })), 'caller')
  assert.equal(reason(context(ANN, { issuedAt: NOW - CONTEXT_WINDOW - 1 })), 'expired')
  assert.equal(reason(context(ANN, { issuedAt: NOW + CONTEXT_WINDOW + 1 })), 'expired')
})

test('a context is good once, for as long as it would be valid', () => {
  const { reason, clock } = subject()
  const ahead = context(ANN, { issuedAt: NOW + CONTEXT_WINDOW })
  assert.equal(reason(ahead), 'caller')
  for (let passed = 0; passed <= 2 * CONTEXT_WINDOW; passed += 5_000) {
    clock.time = NOW + passed
    assert.equal(reason(context(ANN, { issuedAt: clock.time })), 'caller')
    assert.equal(reason(ahead), 'replayed', `after ${passed} ms`)
  }
  clock.time = NOW + 2 * CONTEXT_WINDOW + 1
  assert.equal(reason(ahead), 'expired')
})

test('members of another shape are refused, unknown ones are left', () => {
  const { reason } = subject()
  const wrong: readonly object[] = [
    { consumer: 'ann' },
    { consumer: { username: 7 } },
    { credential: { id: null } },
    { groups: 'staff' },
    { groups: ['staff', 1] },
    { route: [] },
    { claims: 'sub' },
    { address: 7 },
    { claims: null },
    { overrides: { models: 'gpt' } },
    { overrides: { tags: { plan: 1 } } },
    { overrides: { strict: 'yes' } },
  ]
  for (const content of wrong) assert.equal(reason(context(content)), 'malformed', JSON.stringify(content))
  assert.equal(reason(context({ consumer: { id: 'c', other: 1 }, more: [] })), 'caller')
})
