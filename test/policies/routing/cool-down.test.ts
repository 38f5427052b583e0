import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import { coolDown } from '../../../policies/routing/cool-down.js'
import { call, chatRequest, target } from '../fakes.js'

function subject(usual = 0) {
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time }
  const policy = coolDown({ coolDown: usual, maxCoolDown: 60_000, clock, resting: new Map() })
  const chain = [target('a'), target('b')]
  const admit = async () => {
    const verdict = await policy.admit(chatRequest, call(chain))
    assert.ok(verdict.kind === 'continue')
    return { names: verdict.targets?.map(({ name }) => name), watch: verdict.watch }
  }
  const fail = async (index: number, status: number | undefined, retryAfter?: number) => {
    const { watch } = await admit()
    const failed = chain[index]
    assert.ok(failed)
    watch?.failed?.({ target: failed, status, error: new GatewayError('upstream_error', 'x', { retryAfter }) })
  }
  return { clock, admit, fail }
}

test('passes over a target for as long as it asked', async () => {
  const { admit, fail, clock } = subject()
  await fail(0, 429, 7)
  assert.deepEqual((await admit()).names, ['b'])
  clock.time = 6_999
  assert.deepEqual((await admit()).names, ['b'])
  clock.time = 7_000
  assert.deepEqual((await admit()).names, ['a', 'b'])
})

test('keeps the chain as it is when all of it rests', async () => {
  const { admit, fail } = subject()
  await fail(0, 429, 5)
  await fail(1, 503, 5)
  assert.deepEqual((await admit()).names, ['a', 'b'])
})

test('without a time asked for, only the configured rest counts, and only after 429 and 5xx', async () => {
  const off = subject()
  await off.fail(0, 500)
  assert.deepEqual((await off.admit()).names, ['a', 'b'])
  const on = subject(1_000)
  await on.fail(0, undefined)
  assert.deepEqual((await on.admit()).names, ['a', 'b'])
  await on.fail(0, 500)
  assert.deepEqual((await on.admit()).names, ['b'])
})

test('never rests longer than the most that is allowed', async () => {
  const { admit, fail, clock } = subject()
  await fail(0, 429, 86_400)
  clock.time = 60_000
  assert.deepEqual((await admit()).names, ['a', 'b'])
})

test("a refusal of the request is the request's fault", async () => {
  const { admit } = subject(1_000)
  const { watch } = await admit()
  const error = new GatewayError('upstream_refused', 'x', { status: 400, retryAfter: 5 })
  watch?.failed?.({ target: target('a'), status: 400, error })
  assert.deepEqual((await admit()).names, ['a', 'b'])
})

test('what one of several keys was told is no reason to pass over the target; what the server said is', async () => {
  const { admit } = subject(1_000)
  const fail = async (status: number, code: 'rate_limit_exceeded' | 'upstream_error') => {
    const { watch } = await admit()
    const error = new GatewayError(code, 'x', { retryAfter: 30 })
    watch?.failed?.({ target: target('a'), status, error, credential: 'key1' })
  }
  await fail(429, 'rate_limit_exceeded')
  await fail(401, 'upstream_error')
  assert.deepEqual((await admit()).names, ['a', 'b'])
  await fail(503, 'upstream_error')
  assert.deepEqual((await admit()).names, ['b'])
})
