import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MemoryLedger } from '../../../io/ledger/memory-ledger.js'
import { type Ledger, LedgerUnavailable } from '../../../policies/budget/ledger.js'
import type { Rule } from '../../../policies/budget/rules.js'
import { target } from '../fakes.js'
import {
  type Admitted,
  admitted,
  attemptOf,
  fallOver,
  MINUTE,
  NOON,
  only,
  outcomeOf,
  refused,
  ruleOf,
  serve,
  worldOf,
} from './spending-fakes.js'

const WHO = { key: 'k', user: 'u', team: 't', organization: 'o' }

const hierarchy = (limits: { readonly [level in keyof typeof WHO]: number }): readonly Rule[] =>
  (['key', 'user', 'team', 'organization'] as const).map((level) =>
    ruleOf({ name: level, each: [level], limit: limits[level] }),
  )

test('a request that no rule counts is let through without a watch', async () => {
  const { ask, held } = worldOf([ruleOf({ match: only('user', 'somebody') })])
  const verdict = await ask()
  assert.equal(verdict.kind === 'continue' && verdict.watch, undefined)
  assert.deepEqual(held(), {})
})

test('key, user, team and organization are all reserved in one step', async () => {
  const { ask, held } = worldOf(hierarchy({ key: 110, user: 110, team: 110, organization: 110 }))
  admitted(await ask({}, WHO))
  assert.deepEqual(held(), { key: '0+110', user: '0+110', team: '0+110', organization: '0+110' })
})

for (const level of ['key', 'user', 'team', 'organization'] as const) {
  test(`nothing is reserved where only the ${level} has too little left`, async () => {
    const { ask, held, exhausted } = worldOf(
      hierarchy({ key: 110, user: 110, team: 110, organization: 110, [level]: 109 }),
    )
    assert.match(refused(await ask({}, WHO)).message, new RegExp(`'${level}'`))
    assert.deepEqual(held(), {})
    assert.deepEqual(exhausted, [`${level} refused`])
  })
}

test('a request that fits exactly is admitted, the next one is not until the first has settled lower', async () => {
  const { ask, held } = worldOf([ruleOf({ limit: 220 })])
  const first = admitted(await ask())
  admitted(await ask())
  refused(await ask({ maxOutputTokens: 1 }))
  await serve(first, { prompt: 10, completion: 5 })
  assert.deepEqual(held(), { r: '15+110' })
  admitted(await ask({ maxOutputTokens: 85 }))
})

test('a budget says what it refuses with: code, message, retry-after, headers', async () => {
  const { ask } = worldOf([ruleOf({ unit: 'usd', limit: 10_099, name: 'b' })])
  const error = refused(await ask())
  assert.equal(error.code, 'budget_exceeded')
  assert.equal(error.status, 429)
  assert.equal(error.message, "The budget 'b' has $0.000010099 left, and this request may need $0.0000101.")
  assert.equal(error.retryAfter, 12 * 3600)
  assert.equal(error.headers['x-should-retry'], 'false')
  assert.equal(error.headers['x-tollgate-budget-remaining-usd'], '0.000010099')
})

test('a limit says what it refuses with: code, retry-after, headers', async () => {
  const { ask, pass } = worldOf([ruleOf({ section: 'limits', unit: 'requests', limit: 1, period: MINUTE, name: 'l' })])
  await serve(admitted(await ask()), {})
  pass(5000)
  const error = refused(await ask())
  assert.equal(error.code, 'rate_limit_exceeded')
  assert.equal(error.status, 429)
  assert.match(error.message, /^The limit 'l' has 0 requests left/)
  // The slice ends after 10 s, and leaves the window a minute later.
  assert.equal(error.retryAfter, 65)
  assert.equal(error.headers['x-should-retry'], undefined)
  assert.equal(error.headers['x-ratelimit-remaining-requests'], '0')
  assert.equal(error.headers['x-ratelimit-limit-requests'], '1')
})

test("retry-after follows the store's clock, not this process's", async () => {
  const ledger = (memory: MemoryLedger): Ledger => ({
    ...memory,
    reserve({ claims }) {
      const states = claims.map(({ bucket, limit }) => ({
        bucket,
        limit,
        committed: limit,
        reserved: 0,
        freesIn: 6001,
      }))
      return { kind: 'exhausted', refusing: [0], states }
    },
  })
  assert.equal(refused(await worldOf([ruleOf()], { ledger }).ask()).retryAfter, 7)
})

test('of several that refuse, the one that does so longest is told', async () => {
  const minute = ruleOf({ name: 'minute', section: 'limits', unit: 'requests', limit: 1, period: MINUTE })
  const day = ruleOf({ name: 'day', unit: 'requests', limit: 1 })
  const life = ruleOf({ name: 'life', unit: 'requests', limit: 1, period: { kind: 'life' } })
  const concurrent = ruleOf({ name: 'open', section: 'limits', unit: 'concurrent', limit: 1 })
  for (const [rules, name, retryAfter] of [
    [[minute, day], 'day', 12 * 3600],
    [[day, minute], 'day', 12 * 3600],
    [[concurrent, day], 'day', 12 * 3600],
    [[concurrent, minute, day, life], 'life', undefined],
  ] as const) {
    const { ask, exhausted } = worldOf(rules)
    admitted(await ask()).watch.asked?.(target('dear'), [])
    const error = refused(await ask())
    assert.match(error.message, new RegExp(`'${name}'`))
    assert.equal(error.retryAfter, retryAfter)
    assert.deepEqual(exhausted, [`${name} refused`])
  }
})

test('an exhausted budget sends the request on to another model, whose own budgets count it', async () => {
  const rules = [
    ruleOf({ name: 'a', match: only('model', 'a'), limit: 109, onExhausted: { kind: 'use', model: 'b' } }),
    ruleOf({ name: 'b', match: only('model', 'b'), limit: 109, onExhausted: { kind: 'use', model: 'c' } }),
    ruleOf({ name: 'c', match: only('model', 'c'), limit: 110 }),
  ]
  const models = { b: [target('b')], c: [target('c')] }
  const { ask, held, exhausted } = worldOf(rules, { models })
  const verdict = admitted(await ask({ model: 'a' }))
  assert.deepEqual(verdict.targets, models.c)
  assert.deepEqual(held(), { c: '0+110' })
  assert.deepEqual(exhausted, [])
  assert.match(refused(await ask({ model: 'a' })).message, /'c'/)
  assert.deepEqual(exhausted, ['c refused'])
})

test('the other model needs no budget of its own', async () => {
  const rules = [ruleOf({ match: only('model', 'a'), limit: 1, onExhausted: { kind: 'use', model: 'b' } })]
  const models = { b: [target('b')] }
  const verdict = await worldOf(rules, { models }).ask({ model: 'a' })
  assert.deepEqual(verdict.kind === 'continue' && verdict.targets, models.b)
})

test('models that send to each other end in a refusal', async () => {
  const rules = [
    ruleOf({ name: 'a', match: only('model', 'a'), limit: 1, onExhausted: { kind: 'use', model: 'b' } }),
    ruleOf({ name: 'b', match: only('model', 'b'), limit: 1, onExhausted: { kind: 'use', model: 'a' } }),
  ]
  const { ask, held } = worldOf(rules, { models: { a: [target('a')], b: [target('b')] } })
  assert.match(refused(await ask({ model: 'a' })).message, /'b'/)
  assert.deepEqual(held(), {})
})

test('a budget that refuses is not got round by another that would use a cheaper model', async () => {
  const rules = [
    ruleOf({ name: 'a', match: only('model', 'm'), limit: 1, onExhausted: { kind: 'use', model: 'b' } }),
    ruleOf({ name: 'b', match: only('model', 'm'), limit: 1 }),
  ]
  refused(await worldOf(rules, { models: { b: [target('b')] } }).ask())
})

test('a request waits until something is freed, and is admitted then', async () => {
  const { ask, held, after, waits } = worldOf([ruleOf({ limit: 110, onExhausted: { kind: 'wait', atMost: 5000 } })])
  const first = admitted(await ask())
  after(1000, () => void serve(first, {}))
  admitted(await ask())
  assert.equal(
    waits.reduce((sum, ms) => sum + ms, 0),
    1000,
  )
  assert.deepEqual(held(), { r: '0+110' })
})

test('a request that waits is admitted as soon as its window frees enough', async () => {
  const wait = { kind: 'wait', atMost: 80_000 } as const
  const { ask, clock, pass } = worldOf([
    ruleOf({ section: 'limits', unit: 'requests', limit: 1, period: MINUTE, onExhausted: wait }),
  ])
  pass(130)
  await serve(admitted(await ask()), {})
  admitted(await ask())
  assert.equal(clock.now(), NOON + 70_000)
})

test('a client that hangs up is not waited for, and the store is not asked again', async () => {
  let questions = 0
  const ledger = (memory: MemoryLedger): Ledger => ({
    ...memory,
    reserve(lease) {
      questions++
      return memory.reserve(lease)
    },
  })
  const rule = ruleOf({ limit: 110, onExhausted: { kind: 'wait', atMost: 5000 } })
  const { ask, held, after, leave, waits, clock, exhausted } = worldOf([rule], { ledger })
  const first = admitted(await ask())
  after(600, () => {
    leave()
    void serve(first, {})
  })
  assert.deepEqual(await ask(), { kind: 'gone' })
  assert.equal(clock.now(), NOON + 600)
  assert.deepEqual(waits, [250, 250, 250])
  assert.equal(questions, 4)
  assert.deepEqual(held(), {})
  assert.deepEqual(exhausted, [])
})

test('nobody waits longer than the rule says', async () => {
  const { ask, held, waits, exhausted } = worldOf([ruleOf({ limit: 110, onExhausted: { kind: 'wait', atMost: 601 } })])
  admitted(await ask())
  refused(await ask())
  assert.deepEqual(waits, [250, 250, 101])
  assert.deepEqual(held(), { r: '0+110' })
  assert.deepEqual(exhausted, ['r refused'])
})

test('nobody waits where another rule refuses, or for what can never fit', async () => {
  const wait = { kind: 'wait', atMost: 500 } as const
  const both = worldOf([ruleOf({ limit: 10, onExhausted: wait }), ruleOf({ name: 'no', limit: 10 })])
  refused(await both.ask())
  const never = worldOf([ruleOf({ limit: 109, onExhausted: wait })])
  refused(await never.ask())
  assert.deepEqual([...both.waits, ...never.waits], [])
})

test('an answer that is too long for the whole limit waits to be clamped', async () => {
  const rule = ruleOf({ limit: 60, clampOutput: true, onExhausted: { kind: 'wait', atMost: 500 } })
  const { ask, after } = worldOf([rule])
  const first = admitted(await ask({ maxOutputTokens: 50 }))
  after(250, () => void serve(first, {}))
  assert.equal(admitted(await ask()).outputCap, 50)
})

test('an alert counts and tells, and never refuses', async () => {
  const { ask, held, exhausted } = worldOf([ruleOf({ limit: 110, onExhausted: { kind: 'alert' } })])
  await serve(admitted(await ask()), { prompt: 10, completion: 100 })
  assert.deepEqual(exhausted, [])
  admitted(await ask())
  assert.deepEqual(exhausted, ['r alert'])
  assert.deepEqual(held(), { r: '110+110' })
})

test('an answer is clamped to what is left, which it then fits exactly', async () => {
  for (const [unit, limit, cap, reserved] of [
    ['tokens', 60, 50, 60],
    ['outputTokens', 60, 60, 60],
    ['usd', 5199, 50, 5100],
  ] as const) {
    const { ask, held } = worldOf([ruleOf({ unit, limit, clampOutput: true })])
    assert.equal(admitted(await ask()).outputCap, cap)
    assert.deepEqual(held(), { r: `0+${reserved}` })
  }
})

test('an answer is clamped to the tightest of the budgets that clamp', async () => {
  const rules = [
    ruleOf({ name: 'a', limit: 60, clampOutput: true }),
    ruleOf({ name: 'b', limit: 40, clampOutput: true }),
  ]
  assert.equal(admitted(await worldOf(rules).ask()).outputCap, 30)
  refused(await worldOf([...rules, ruleOf({ name: 'c', limit: 109 })]).ask())
})

test('what others have reserved is not there for a clamped answer', async () => {
  const { ask, held } = worldOf([ruleOf({ limit: 100, clampOutput: true })])
  admitted(await ask({ maxOutputTokens: 30 }))
  assert.equal(admitted(await ask()).outputCap, 50)
  assert.deepEqual(held(), { r: '0+100' })
})

test('each choice of a clamped answer gets its part', async () => {
  const { ask, held } = worldOf([ruleOf({ limit: 61, clampOutput: true })])
  assert.equal(admitted(await ask({ n: 4 })).outputCap, 12)
  assert.deepEqual(held(), { r: '0+58' })
})

test('not even clamping helps where the prompt does not fit', async () => {
  for (const limit of [5, 10]) {
    const { ask, held } = worldOf([ruleOf({ limit, clampOutput: true })])
    refused(await ask())
    assert.deepEqual(held(), {})
  }
})

test('a clamped stream has a cap and is not followed', async () => {
  const { ask } = worldOf([ruleOf({ limit: 60, clampOutput: true })])
  const verdict = admitted(await ask({ stream: true, maxOutputTokens: undefined }))
  assert.equal(verdict.outputCap, 50)
  assert.equal(verdict.watch.progress, undefined)
})

test('what others take between two questions is clamped away too', async () => {
  let questions = 0
  const ledger = (memory: Ledger): Ledger => ({
    ...memory,
    reserve(lease) {
      questions++
      if (questions === 2) memory.charge('other', [{ ...lease.claims[0], amount: 20 } as (typeof lease.claims)[0]])
      return memory.reserve(lease)
    },
  })
  const { ask, held } = worldOf([ruleOf({ limit: 60, clampOutput: true })], { ledger })
  assert.equal(admitted(await ask()).outputCap, 30)
  assert.deepEqual(held(), { r: '20+40' })
})

test('a request that waits after it was clamped in vain gets its whole answer', async () => {
  let questions = 0
  const ledger = (memory: MemoryLedger): Ledger => ({
    ...memory,
    reserve(lease) {
      questions++
      const [claim] = lease.claims
      if (claim && questions === 1) memory.charge('one', [{ ...claim, amount: 60 }])
      if (claim && questions === 2) memory.charge('other', [{ ...claim, amount: 60 }])
      if (claim && questions === 3) memory.reset(claim.bucket.key)
      return memory.reserve(lease)
    },
  })
  const rule = ruleOf({ limit: 120, clampOutput: true, onExhausted: { kind: 'wait', atMost: 1000 } })
  const { ask, held, waits } = worldOf([rule], { ledger })
  assert.equal(admitted(await ask()).outputCap, undefined)
  assert.deepEqual(held(), { r: '0+110' })
  assert.deepEqual(waits, [250])
})

test('without a cap of the client a JSON call gets what is assumed, a stream is followed', async () => {
  const { ask } = worldOf([ruleOf({ assumeOutput: 70 }), ruleOf({ name: 's', assumeOutput: 90 })])
  const json = admitted(await ask({ maxOutputTokens: undefined }))
  assert.equal(json.outputCap, 90)
  assert.equal(json.watch.progress, undefined)
  const stream = admitted(await ask({ maxOutputTokens: undefined, stream: true }))
  assert.equal(stream.outputCap, undefined)
  assert.notEqual(stream.watch.progress, undefined)
})

test("a client's own cap stays, and is all that is reserved", async () => {
  const { ask, held } = worldOf([ruleOf()])
  const verdict = admitted(await ask({ stream: true, maxOutputTokens: 7 }))
  assert.equal(verdict.outputCap, undefined)
  assert.equal(verdict.watch.progress, undefined)
  assert.deepEqual(held(), { r: '0+17' })
})

test('a prompt that takes time to count is reserved for like any other', async () => {
  const { ask, held } = worldOf([ruleOf()], { promptTakes: 'time' })
  admitted(await ask())
  assert.deepEqual(held(), { r: '0+110' })
})

test('the dearest target of the chain is reserved for', async () => {
  const { ask, held } = worldOf([ruleOf({ unit: 'usd', limit: 20_000 })])
  admitted(await ask({}, {}, [target('cheap'), target('dear')]))
  assert.deepEqual(held(), { r: '0+10100' })
})

test('under a dollar budget only the priced part of a chain stays', async () => {
  const { ask, held } = worldOf([ruleOf({ unit: 'usd', limit: 20_000, name: 'b' })])
  const cheap = target('cheap')
  assert.deepEqual(admitted(await ask({}, {}, [target('unknown'), cheap])).targets, [cheap])
  assert.deepEqual(held(), { b: '0+210' })
  const error = refused(await ask({ model: 'x' }, {}, [target('unknown')]))
  assert.equal(error.code, 'model_not_allowed')
  assert.equal(error.message, "The budget 'b' counts dollars, and no price is known for 'x'.")
})

test('under a dollar budget a request that may search the web needs the fee of it, which is reserved', async () => {
  const { ask, held } = worldOf([ruleOf({ unit: 'usd', limit: 50_000, name: 'b' })])
  const chain = [target('cheap'), target('dear')]
  const webSearch = { dialect: 'openai-chat', most: 2 }
  assert.deepEqual(admitted(await ask({ webSearch }, {}, chain)).targets, [chain[1]])
  assert.deepEqual(held(), { b: '0+20100' })
  assert.equal(refused(await ask({ webSearch }, {}, [target('cheap')])).code, 'model_not_allowed')
  const elsewhere = { ...webSearch, dialect: 'anthropic-messages' }
  assert.deepEqual(admitted(await ask({ webSearch: elsewhere }, {}, chain)).targets, chain)
})

test('a model without a price may be asked where dollars only alert, or are not counted', async () => {
  const rules = [ruleOf(), ruleOf({ name: 'd', unit: 'usd', onExhausted: { kind: 'alert' } })]
  const { ask, held } = worldOf(rules)
  const unknown = target('unknown')
  assert.deepEqual(admitted(await ask({}, {}, [unknown])).targets, [unknown])
  assert.deepEqual(held(), { r: '0+110' })
})

test('claims are made anew for the time that the store tells', async () => {
  const tomorrow = NOON + 86_400_000
  let asked = 0
  const ledger = (memory: Ledger): Ledger => ({
    ...memory,
    reserve(lease) {
      asked++
      const [{ bucket }] = lease.claims as [(typeof lease.claims)[0]]
      if (bucket.window.kind !== 'calendar' || bucket.window.start <= NOON)
        return { kind: 'other-window', now: tomorrow }
      return { kind: 'reserved', states: [{ bucket, committed: 0, reserved: 110, limit: 1000 }] }
    },
  })
  admitted(await worldOf([ruleOf()], { ledger }).ask())
  assert.equal(asked, 2)
})

test('a store that never agrees on the time, or does not answer, makes the service unavailable', async () => {
  const disagrees = (memory: Ledger): Ledger => ({ ...memory, reserve: () => ({ kind: 'other-window', now: NOON }) })
  const hangs = (memory: Ledger): Ledger => ({ ...memory, reserve: () => Promise.reject(new LedgerUnavailable('no')) })
  for (const ledger of [disagrees, hangs]) {
    const error = refused(await worldOf([ruleOf()], { ledger }).ask())
    assert.equal(error.code, 'upstream_unavailable')
    assert.equal(error.status, 503)
    assert.equal(error.retryAfter, 1)
    assert.ok(error.cause instanceof LedgerUnavailable)
  }
})

test('another failure of the store is not taken for its absence', async () => {
  const ledger = (memory: Ledger): Ledger => ({ ...memory, reserve: () => Promise.reject(new TypeError('bug')) })
  await assert.rejects(worldOf([ruleOf()], { ledger }).ask(), TypeError)
})

test('an answer that is too long to be counted is the mistake of who asks for it', async () => {
  const error = refused(await worldOf([ruleOf()]).ask({ maxOutputTokens: 2 ** 52, n: 4 }))
  assert.equal(error.code, 'malformed_request')
})

test('tokens, input, output, requests and concurrent ones are counted together', async () => {
  const units = ['tokens', 'inputTokens', 'outputTokens', 'requests', 'concurrent'] as const
  const { ask, held } = worldOf(units.map((unit) => ruleOf({ name: unit, section: 'limits', unit, limit: 120 })))
  const verdict = admitted(await ask())
  assert.deepEqual(held(), {
    tokens: '0+110',
    inputTokens: '0+10',
    outputTokens: '0+100',
    requests: '0+1',
    concurrent: '0+1',
  })
  await serve(verdict, { prompt: 9, completion: 20 })
  assert.deepEqual(held(), { tokens: '29+0', inputTokens: '9+0', outputTokens: '20+0', requests: '1+0' })
})

for (const unit of ['inputTokens', 'outputTokens', 'requests', 'concurrent'] as const) {
  test(`a limit on ${unit} refuses`, async () => {
    const most = { inputTokens: 19, outputTokens: 199, requests: 1, concurrent: 1 }[unit]
    const { ask } = worldOf([ruleOf({ section: 'limits', unit, limit: most })])
    const first = admitted(await ask())
    refused(await ask())
    await serve(first, {})
    const again = await ask()
    assert.equal(again.kind, unit === 'requests' ? 'refuse' : 'continue')
  })
}

test('one user gets no more than a fair share, and leaves the rest to others', async () => {
  const rule = ruleOf({ each: ['team'], limit: 220, fairShare: { by: 'user', most: 0.5 } })
  const { ask } = worldOf([rule])
  admitted(await ask({}, { team: 't', user: 'a' }))
  assert.match(refused(await ask({ maxOutputTokens: 1 }, { team: 't', user: 'a' })).message, /has 0 tokens left/)
  admitted(await ask({}, { team: 't', user: 'b' }))
  refused(await ask({ maxOutputTokens: 1 }, { team: 't', user: 'c' }))
})

interface Step {
  readonly kind: 'ask' | 'settle' | 'vanish' | 'fail' | 'pass'
  readonly key: number
  readonly user: number
  readonly team: number
  readonly output: number | undefined
  readonly share: number
  readonly which: number
  readonly stream: boolean
}

const small = fc.integer({ min: 0, max: 2 })
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('ask', 'ask', 'ask', 'settle', 'settle', 'vanish', 'fail', 'pass'),
    key: small,
    user: small,
    team: fc.integer({ min: 0, max: 1 }),
    output: fc.option(fc.integer({ min: 1, max: 150 }), { nil: undefined }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    which: fc.nat(1000),
    stream: fc.boolean(),
  }),
  { minLength: 20, maxLength: 100, size: 'max' },
)

const anyRule = fc.record({
  each: fc.constantFrom<Rule['each'][]>([], ['key'], ['user'], ['team'], ['team', 'user']),
  unit: fc.constantFrom('tokens', 'usd', 'requests', 'outputTokens', 'inputTokens', 'concurrent'),
  part: fc.integer({ min: 1, max: 8 }),
  rolling: fc.boolean(),
  clampOutput: fc.boolean(),
  fair: fc.boolean(),
})

/** About one request's worst case, in each unit. */
const ONE = { tokens: 110, usd: 10_100, requests: 1, outputTokens: 100, inputTokens: 10, concurrent: 1 }

test('no limit is ever exceeded, nothing is refused that fits, and nothing stays reserved', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRule, { minLength: 1, maxLength: 4 }), steps, async (made, script) => {
      const rules = made.map(({ each, unit, part, rolling, clampOutput, fair }, index) =>
        ruleOf({
          name: `r${index}`,
          each,
          unit,
          limit: ONE[unit] * part,
          clampOutput,
          period: rolling ? MINUTE : ruleOf().period,
          ...(fair ? { fairShare: { by: 'user', most: 0.5 } as const } : {}),
        }),
      )
      await play(rules, script)
    }),
    { numRuns: 150 },
  )
})

const falls = fc.array(
  fc.record({
    user: small,
    output: fc.integer({ min: 1, max: 150 }),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
)

test('no limit is ever exceeded by requests whose attempts fail and are billed all the same', async () => {
  let refusals = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyRule, { minLength: 1, maxLength: 3 }), falls, async (made, requests) => {
      const rules = made.map(({ each, unit, part, fair }, index) =>
        ruleOf({
          name: `r${index}`,
          each,
          unit,
          limit: ONE[unit] * part,
          ...(fair ? { fairShare: { by: 'user', most: 0.5 } as const } : {}),
        }),
      )
      const world = worldOf(rules, { ledger: checked })
      const run = async ({ user, output, shares }: (typeof requests)[number]) => {
        const verdict = await world.ask({ maxOutputTokens: output }, { user: `u${user}`, team: 't', key: 'k' })
        if (verdict.kind === 'refuse') return
        const usages = shares.map((share) => ({ prompt: 10, completion: Math.round(output * share) }))
        const attempts = await fallOver(admitted(verdict), usages)
        if (attempts.length < usages.length) refusals++
      }
      await Promise.all(requests.map(run))
      for (const { bucket, reserved } of world.states()) assert.equal(reserved, 0, bucket.key)
      assert.deepEqual(world.failures, [])
    }),
    { numRuns: 150 },
  )
  assert.ok(refusals > 0)
})

/** A ledger whose limits are looked at after each operation. */
function checked(memory: MemoryLedger): Ledger {
  const look = <T>(answer: T): T => {
    for (const { bucket, committed, reserved, limit } of memory.list()) {
      assert.ok(committed + reserved <= limit, `${bucket.key}: ${committed} + ${reserved} > ${limit}`)
    }
    return answer
  }
  return {
    ...memory,
    reserve: (lease) => look(memory.reserve(lease)),
    extend: (id, amounts, ttl) => look(memory.extend(id, amounts, ttl)),
    settle: (id, used) => look(memory.settle(id, used)),
  }
}

/** Runs a script in bursts; after each step the limits hold. */
async function play(rules: readonly Rule[], script: readonly Step[]) {
  let exhausted = 0
  let refusals = 0
  const world = worldOf(rules, {
    ledger: (memory) => ({
      ...memory,
      reserve(lease) {
        const states = memory.read(lease.claims.map(({ bucket }) => bucket))
        const fits = lease.claims.every(({ amount, limit }, i) => {
          const { committed = 0, reserved = 0 } = states[i] ?? {}
          return committed + reserved + amount <= limit
        })
        const answer = memory.reserve(lease)
        assert.equal(answer.kind, fits ? 'reserved' : 'exhausted')
        if (!fits) exhausted++
        return answer
      },
    }),
  })
  let open: { readonly verdict: Admitted; readonly output: number; readonly at: number }[] = []
  const take = (which: number) => {
    // Nobody renews here: what is older was lost with its host.
    open = open.filter(({ at }) => world.clock.now() - at < 60_000)
    const one = open[which % Math.max(1, open.length)]
    open = open.filter((other) => other !== one)
    return one
  }
  const ask = async ({ key, user, team, output, stream }: Step) => {
    const identity = { key: `k${key}`, user: `u${user}`, team: `t${team}` }
    const at = world.clock.now()
    const verdict = await world.ask({ maxOutputTokens: output, stream }, identity)
    if (verdict.kind === 'refuse') {
      refusals++
      assert.match(verdict.error.code, /budget_exceeded/)
      return
    }
    const { outputCap, ...rest } = admitted(verdict)
    open.push({ verdict: rest, output: outputCap ?? output ?? 100, at })
  }
  const fail = async ({ which, stream }: Step) => {
    const one = take(which)
    if (stream) one?.verdict.watch.asked?.(target('dear'), [])
    const none = attemptOf({}, { outcome: 'failed', usageSource: 'none' })
    await one?.verdict.watch.settle?.(outcomeOf(stream ? [none] : [], stream ? 'cut' : 'refused'))
  }
  const run = async (step: Step) => {
    const { kind, which, share } = step
    if (kind === 'ask') await ask(step)
    if (kind === 'fail') await fail(step)
    if (kind === 'vanish') take(which)?.verdict.watch.asked?.(target('dear'), [])
    if (kind === 'pass') world.pass(share * share * share * 70_000)
    if (kind === 'settle') {
      const one = take(which)
      if (one) await serve(one.verdict, { prompt: 10, completion: Math.round(one.output * (1 - share * share)) })
    }
    for (const { bucket, committed, reserved, limit } of world.states()) {
      assert.ok(committed + reserved <= limit, `${bucket.key}: ${committed} + ${reserved} > ${limit}`)
      assert.ok(committed >= 0 && reserved >= 0)
    }
  }
  for (let from = 0; from < script.length; from += 6) await Promise.all(script.slice(from, from + 6).map(run))
  assert.ok(refusals <= exhausted)
  assert.deepEqual(world.failures, [])
  world.pass(60_000)
  for (const { bucket, reserved } of world.states()) assert.equal(reserved, 0, bucket.key)
}
