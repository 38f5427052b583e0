import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { KeyNews, TakenKey } from '../../../core/key-pool.js'
import { handClock, pooled, poolOf } from './pool-fixture.js'

const MINUTE = 60_000

/** A repeatable stream of numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const unused = { tokens: 0, cost: 0n }

function takeFrom(pool: ReturnType<typeof poolOf>['pool'], except: readonly string[] = []): TakenKey {
  const key = pool.take(except)
  assert.ok(key, 'there is a key')
  return key
}

test('a limited key rests for as long as the provider says, and no other', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a'), pooled('b')], clock)
  takeFrom(pool).heard({ kind: 'limited', seconds: 30 })
  assert.equal(takeFrom(pool).name, 'b')
  clock.pass(29_999)
  assert.deepEqual([pool.ready([]), pool.take(['b'])], [1, undefined])
  clock.pass(1)
  assert.equal(pool.ready([]), 2)
})

test('a limit without a time rests the key for 5 s, twice as long when it comes again right after', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a')], clock)
  const rests: number[] = []
  for (let count = 0; count < 3; count++) {
    takeFrom(pool).heard({ kind: 'limited' })
    rests.push((pool.refusal()?.retryAfter ?? 0) * 1000)
    clock.pass(rests.at(-1) ?? 0)
    clock.pass(1)
  }
  assert.deepEqual(rests, [5000, 10_000, 20_000])
  const key = takeFrom(pool)
  key.heard({ kind: 'served' })
  clock.pass(1)
  takeFrom(pool).heard({ kind: 'limited' })
  assert.equal(pool.refusal()?.retryAfter, 5)
})

test('what several attempts of the same time hear rests a key once', () => {
  const clock = handClock()
  const { pool, told } = poolOf([pooled('a')], clock)
  const attempts = [takeFrom(pool), takeFrom(pool), takeFrom(pool)]
  for (const attempt of attempts) attempt.heard({ kind: 'limited' })
  assert.equal(pool.refusal()?.retryAfter, 5)
  clock.pass(5001)
  const more = [takeFrom(pool), takeFrom(pool)]
  for (const attempt of more) attempt.heard({ kind: 'refused', as: 'invalid' })
  assert.deepEqual(told, ['a invalid 60000'])
  assert.equal(pool.refusal()?.retryAfter, 60)
})

test('no provider can have a key rest for longer than maxCoolDown', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a')], clock)
  takeFrom(pool).heard({ kind: 'limited', seconds: 86_400 })
  assert.equal(pool.refusal()?.retryAfter, 300)
})

test('a refused key rests for a minute, then two, up to an hour, and is told of once', () => {
  const clock = handClock()
  const { pool, told } = poolOf([pooled('a')], clock)
  const rests: number[] = []
  for (let count = 0; count < 9; count++) {
    const key = takeFrom(pool)
    key.heard({ kind: 'refused', as: 'invalid' })
    key.settle(unused)
    rests.push((pool.refusal()?.retryAfter ?? 0) / 60)
    clock.pass((rests.at(-1) ?? 0) * MINUTE + 1)
  }
  assert.deepEqual(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60])
  const key = takeFrom(pool)
  key.heard({ kind: 'served' })
  key.settle(unused)
  assert.deepEqual(told, ['a invalid 60000', 'a restored'])
})

test('only one attempt at a time finds out whether a refused key is taken again', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a'), pooled('b')], clock)
  takeFrom(pool).heard({ kind: 'refused', as: 'invalid' })
  assert.equal(pool.take(['b']), undefined)
  clock.pass(MINUTE + 1)
  // The attempt that was refused has not been settled yet.
  assert.equal(pool.take(['b']), undefined)
  assert.equal(pool.ready([]), 1)
})

test('the one that has it for that gives it free by an answer, whatever it is', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a')], clock)
  const refused = takeFrom(pool)
  refused.heard({ kind: 'refused', as: 'invalid' })
  refused.settle(unused)
  clock.pass(MINUTE + 1)
  const probe = takeFrom(pool)
  assert.equal(pool.take([]), undefined)
  assert.equal(pool.refusal()?.retryAfter, 1)
  probe.heard({ kind: 'served' })
  assert.equal(takeFrom(pool).name, 'a')
})

test('a refusal that is cleared leaves no rest', () => {
  const { pool } = poolOf([pooled('a')], handClock())
  const key = takeFrom(pool)
  key.heard({ kind: 'refused', as: 'forbidden' })
  assert.equal(pool.ready([]), 0)
  key.cleared()
  key.settle(unused)
  assert.equal(pool.ready([]), 1)
})

test('when none may be used the refusal says when the first one may', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('a'), pooled('b', { quota: { per: 3_600_000, requests: 1 } })], clock, () => 0.999)
  clock.pass(59 * MINUTE)
  takeFrom(pool, ['a']).settle(unused)
  takeFrom(pool, ['b']).heard({ kind: 'limited', seconds: 200 })
  const refusal = pool.refusal()
  assert.deepEqual([refusal?.code, refusal?.status, refusal?.retryAfter], ['rate_limit_exceeded', 429, 60])
  assert.ok(!refusal?.message.includes('secret'))
  clock.pass(MINUTE)
  assert.equal(takeFrom(pool).name, 'b')
})

test('keys of a later priority are used only while none of an earlier one may be', () => {
  const clock = handClock()
  const { pool } = poolOf([pooled('spare', { priority: 2, weight: 1000 }), pooled('main')], clock, numbers(3))
  for (let count = 0; count < 50; count++) assert.equal(takeFrom(pool).name, 'main')
  takeFrom(pool).heard({ kind: 'limited', seconds: 5 })
  assert.equal(takeFrom(pool).name, 'spare')
})

test('keys get requests in proportion to their weights', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (weights, seed) => {
        const { pool } = poolOf(
          weights.map((weight, index) => pooled(String(index), { weight })),
          handClock(),
          numbers(seed),
        )
        const counts = weights.map(() => 0)
        const rounds = 4000
        for (let count = 0; count < rounds; count++) {
          const index = Number(takeFrom(pool).name)
          counts[index] = (counts[index] ?? 0) + 1
        }
        const sum = weights.reduce((all, weight) => all + weight, 0)
        for (const [index, weight] of weights.entries()) {
          const share = weight / sum
          // Five standard deviations.
          const slack = 5 * Math.sqrt(rounds * share * (1 - share))
          assert.ok(Math.abs((counts[index] ?? 0) - rounds * share) <= slack, `${counts} for ${weights}`)
        }
      },
    ),
    { numRuns: 20 },
  )
})

test('the key with more of its quota left is preferred', () => {
  const quota = { per: 86_400_000, requests: 1000 }
  const { pool } = poolOf([pooled('used', { quota }), pooled('fresh', { quota })], handClock(), numbers(7))
  for (let count = 0; count < 900; count++) takeFrom(pool, ['fresh'])
  const counts: Record<string, number> = { used: 0, fresh: 0 }
  for (let count = 0; count < 200; count++) {
    const { name } = takeFrom(pool)
    counts[name] = (counts[name] ?? 0) + 1
  }
  assert.ok((counts['fresh'] ?? 0) > 5 * (counts['used'] ?? 0), JSON.stringify(counts))
})

type Step =
  | { readonly kind: 'take' }
  | { readonly kind: 'end'; readonly at: number; readonly tokens: number; readonly news: KeyNews | undefined }
  | { readonly kind: 'pass'; readonly ms: number }

const news = fc.constantFrom<KeyNews | undefined>(
  undefined,
  { kind: 'served' },
  { kind: 'limited' },
  { kind: 'limited', seconds: 20 },
  { kind: 'refused', as: 'invalid' },
)
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Step>({ kind: 'take' }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        at: fc.nat(50),
        tokens: fc.integer({ min: 0, max: 400 }),
        news,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    },
  ),
  { maxLength: 200 },
)

test('whatever happens: no resting key is taken, and none above its quota by more than was in flight', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 1_000_000 }), (script, seed) => {
      const clock = handClock()
      const quota = { per: MINUTE, requests: 12, tokens: 1000 }
      const { pool, members } = poolOf(
        [pooled('a', { quota }), pooled('b', { quota }), pooled('c')],
        clock,
        numbers(seed),
      )
      let open: { readonly key: TakenKey; readonly window: number }[] = []
      const window = () => Math.floor(clock.time / MINUTE)
      const requests = new Map<string, number>()
      const tokens = new Map<string, number>()
      const of = (name: string) => `${name} ${window()}`
      for (const step of script) {
        if (step.kind === 'pass') clock.pass(step.ms)
        if (step.kind === 'take') {
          const key = pool.take([])
          assert.equal(key === undefined, pool.refusal() !== undefined)
          if (!key) continue
          const member = members.find(({ settings }) => settings.name === key.name)
          assert.equal(member?.rest.left(), 0)
          if (key.name !== 'c') {
            assert.ok((tokens.get(of(key.name)) ?? 0) < quota.tokens, 'tokens before')
            requests.set(of(key.name), (requests.get(of(key.name)) ?? 0) + 1)
            assert.ok((requests.get(of(key.name)) ?? 0) <= quota.requests, 'requests')
          }
          open.push({ key, window: window() })
        }
        if (step.kind === 'end' && open.length > 0) {
          const at = step.at % open.length
          const ended = open[at]
          open = open.filter((_, index) => index !== at)
          if (!ended) continue
          if (step.news) ended.key.heard(step.news)
          ended.key.settle({ tokens: step.tokens, cost: 0n })
          const name = of(ended.key.name)
          tokens.set(name, (tokens.get(name) ?? 0) + step.tokens)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a key that was given back has used nothing', () => {
  const { pool } = poolOf([pooled('a', { quota: { per: MINUTE, requests: 1 } })], handClock())
  takeFrom(pool).giveBack()
  assert.equal(pool.ready([]), 1)
  const key = takeFrom(pool)
  key.settle(unused)
  key.giveBack()
  assert.equal(pool.ready([]), 0)
})
