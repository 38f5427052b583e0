import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, GatewayError } from '../../core/errors.js'
import { exchangeKeys } from '../../core/exchange-keys.js'
import type { KeyPool, TakenKey } from '../../core/key-pool.js'
import type { AttemptReport } from '../../core/outcome.js'
import type { Target } from '../../core/settings.js'
import { target } from '../policies/fakes.js'

/** A pool whose keys are given out in order, each once, and what happens to them. */
function poolOf(...names: readonly string[]) {
  const events: string[] = []
  const resting = new Set<string>()
  let left = names
  const keyOf = (name: string): TakenKey => ({
    name,
    apiKey: `secret-of-${name}`,
    rests: () => resting.has(name),
    heard: (news) => events.push(`${name} ${news.kind}`),
    cleared: () => events.push(`${name} cleared`),
    settle: ({ tokens, cost }) => events.push(`${name} used ${tokens} for ${cost}`),
    giveBack: () => events.push(`${name} back`),
  })
  const pool: KeyPool = {
    ready: (except) => left.filter((name) => !except.includes(name)).length,
    take(except) {
      const name = left.find((one) => !except.includes(one))
      left = left.filter((one) => one !== name)
      return name === undefined ? undefined : keyOf(name)
    },
    refusal: () =>
      left.length > 0 ? undefined : new GatewayError('rate_limit_exceeded', 'all rest', { retryAfter: 9 }),
  }
  return { pool, events, resting }
}

const at = (name: string, pool: KeyPool): Target => {
  const made = target(name)
  return { ...made, upstream: { ...made.upstream, credentials: { pool } } }
}

const failure = (failed: Target, status: number, code: ErrorCode = 'upstream_error') => ({
  target: failed,
  status,
  error: new GatewayError(code, 'no'),
})

const report = (served: Target, credential: string | undefined, tokens: number): AttemptReport => ({
  target: served,
  outcome: 'served',
  ...(credential !== undefined && { credential }),
  usage: { prompt: tokens, completion: 1 },
  usageSource: 'provider',
  cost: 5n,
  durationMs: 1,
})

test('a target without a pool needs no key', () => {
  const keys = exchangeKeys()
  assert.equal(keys.take(target('a')), undefined)
  keys.failed(undefined, failure(target('a'), 429, 'rate_limit_exceeded'), 'may be asked again')
  assert.equal(keys.hasAside(target('a')), false)
})

test('after a limit another key is set aside, which the next attempt at the target gets', () => {
  const { pool, events } = poolOf('one', 'two')
  const a = at('a', pool)
  const keys = exchangeKeys()
  keys.failed(keys.take(a), failure(a, 429, 'rate_limit_exceeded'), 'may be asked again')
  assert.equal(keys.hasAside(a), true)
  assert.equal(keys.take(a)?.name, 'two')
  assert.equal(keys.hasAside(a), false)
  assert.deepEqual(events, ['one limited'])
})

test('nothing is set aside after failures of a server, without a place for it, or without another key', () => {
  for (const [names, status, after] of [
    [['one', 'two'], 500, 'may be asked again'],
    [['one', 'two'], 401, 'is left'],
    [['one'], 401, 'may be asked again'],
  ] as const) {
    const { pool } = poolOf(...names)
    const a = at('a', pool)
    const keys = exchangeKeys()
    keys.failed(keys.take(a), failure(a, status), after)
    assert.equal(keys.hasAside(a), false, `${names} ${status} ${after}`)
  }
})

test('a key that was set aside is given back when another target serves, or the exchange ends', () => {
  const { pool, events } = poolOf('one', 'two')
  const a = at('a', pool)
  const keys = exchangeKeys()
  keys.failed(keys.take(a), failure(a, 401), 'may be asked again')
  keys.served(keys.take(target('b')))
  assert.deepEqual(events, ['one refused', 'two back'])
  const other = poolOf('one', 'two')
  const ended = exchangeKeys()
  const c = at('c', other.pool)
  ended.failed(ended.take(c), failure(c, 401), 'may be asked again')
  ended.settle([])
  assert.deepEqual(other.events, ['one refused', 'two back', 'one used 0 for 0'])
})

test('each target has a key set aside from the beginning; those without one are left out', () => {
  const [empty, one, two] = [poolOf(), poolOf('one'), poolOf('two')]
  const chain = [at('a', empty.pool), at('b', one.pool), target('c'), at('d', two.pool)]
  const keys = exchangeKeys()
  assert.deepEqual(
    keys.reserve(chain).map(({ name }) => name),
    ['b', 'c', 'd'],
  )
  assert.deepEqual([one.pool.ready([]), two.pool.ready([])], [0, 0])
  assert.equal(keys.take(chain[1] ?? target('x'))?.name, 'one')
  keys.settle([])
  assert.deepEqual([one.events, two.events], [['one used 0 for 0'], ['two back']])
  assert.throws(() => exchangeKeys().reserve([at('a', empty.pool)]), { code: 'rate_limit_exceeded', retryAfter: 9 })
})

test('a key that has come to rest since it was set aside is changed for another, where there is one', () => {
  const two = poolOf('one', 'two')
  const a = at('a', two.pool)
  const changed = exchangeKeys()
  changed.reserve([a])
  two.resting.add('one')
  assert.equal(changed.take(a)?.name, 'two')
  assert.deepEqual(two.events, ['one back'])
  const one = poolOf('one')
  const b = at('b', one.pool)
  const kept = exchangeKeys()
  kept.reserve([b])
  one.resting.add('one')
  assert.equal(kept.take(b)?.name, 'one')
})

test('without a key that may be used the target cannot be asked', () => {
  const { pool } = poolOf()
  assert.throws(() => exchangeKeys().take(at('a', pool)), { code: 'rate_limit_exceeded', retryAfter: 9 })
})

test('each key is told once what its own attempt used, in whatever order the targets came', () => {
  const [first, second] = [poolOf('one', 'two'), poolOf('three')]
  const [a, b] = [at('a', first.pool), at('b', second.pool)]
  const keys = exchangeKeys()
  keys.failed(keys.take(a), failure(a, 429, 'rate_limit_exceeded'), 'may be asked again')
  keys.giveBack(keys.take(a))
  keys.take(target('without'))
  keys.served(keys.take(b))
  keys.settle([report(a, 'one', 1), report(target('without'), undefined, 2), report(b, 'three', 3)])
  keys.settle([])
  assert.deepEqual(first.events, ['one limited', 'two back', 'one used 2 for 5'])
  assert.deepEqual(second.events, ['three served', 'three used 4 for 5'])
})

test('what all keys tried are forbidden clears them; where one of them serves, it was the others', () => {
  const all = poolOf('one', 'two')
  const a = at('a', all.pool)
  const forbidden = exchangeKeys()
  forbidden.failed(forbidden.take(a), failure(a, 403), 'may be asked again')
  forbidden.failed(forbidden.take(a), failure(a, 403), 'is left')
  forbidden.settle([])
  assert.deepEqual(
    all.events.filter((event) => event.endsWith('cleared')),
    ['one cleared', 'two cleared'],
  )
  const some = poolOf('one', 'two')
  const b = at('b', some.pool)
  const served = exchangeKeys()
  served.failed(served.take(b), failure(b, 403), 'may be asked again')
  served.served(served.take(b))
  served.settle([])
  assert.ok(!some.events.some((event) => event.endsWith('cleared')))
})
