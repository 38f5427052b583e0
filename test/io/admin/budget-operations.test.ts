import assert from 'node:assert/strict'
import { type IncomingHttpHeaders, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { isLoopback } from '../../../io/admin/authenticate.js'
import { type BudgetOperationsOptions, budgetOperations } from '../../../io/admin/budget-operations.js'
import { type BucketState, LedgerUnavailable, type Raise } from '../../../policies/budget/ledger.js'
import { EVERY_ROLE, type FrameOptions, startFrame } from '../../support/admin/frame.js'
import { bucketsOf, ruleOf, statesOf } from '../../support/buckets.js'
import { jsonAt } from '../../support/json-at.js'

const daily = ruleOf({ name: 'eng', each: ['user'] })
const perMinute = { kind: 'rolling', length: 60_000, slices: 6 } as const
const limits = [
  ruleOf({ name: 'per-user', section: 'limits', each: ['user'], unit: 'requests', limit: 60, period: perMinute }),
  ruleOf({ name: 'per-user', section: 'limits', each: ['user'], unit: 'tokens', limit: 1000, period: perMinute }),
] as const
const rules = [daily, ...limits]

const STATES = [
  ...statesOf(limits[1], { committed: 400, reserved: 600 }, { user: 'ann' }),
  ...statesOf(limits[0], { committed: 61, reserved: 0 }, { user: 'ann' }),
  ...statesOf(daily, { committed: 12_345_678_901, reserved: 1 }, { user: 'bob/x' }),
]

function fakeLedger(states: readonly BucketState[]) {
  const resets: string[] = []
  const raises: (readonly [string, Raise])[] = []
  const known = (key: string) => states.find(({ bucket }) => bucket.key === key)
  return {
    resets,
    raises,
    list: async (budget?: string) => states.filter(({ bucket }) => budget === undefined || bucket.budget === budget),
    async reset(key: string) {
      resets.push(key)
      return known(key)?.committed ?? (false as const)
    },
    async raise(key: string, change: Raise) {
      raises.push([key, change])
      const { limit } = known(key) ?? {}
      if (limit === undefined) return undefined
      return { limit: change.kind === 'by' ? limit + change.amount : change.amount, until: Date.UTC(2024, 4, 16) }
    },
  }
}

async function started(t: TestContext, options: Partial<BudgetOperationsOptions & FrameOptions> = {}) {
  const logged: unknown[] = []
  const operations = budgetOperations({
    ledger: () => fakeLedger(STATES),
    rules: () => rules,
    changed: (change) => logged.push(change),
    ...options,
  })
  const { token, loopback = true, settings } = options
  const frame = await startFrame(t, operations, { token, loopback, ...(settings && { settings }) })
  const post = (body: string, type = 'application/json') =>
    frame.call('/budgets/reset', { method: 'POST', headers: { 'content-type': type }, body })
  return { ...frame, post, send: frame.post, logged }
}

test('GET /budgets shows every bucket: dollars as exact text, other units as numbers', async (t) => {
  const { call } = await started(t)
  const { status, headers, json } = await call('/budgets')
  assert.deepEqual([status, headers.get('content-type')], [200, 'application/json'])
  const { buckets, truncated } = json()
  assert.equal(truncated, false)
  assert.deepEqual(buckets[0], {
    budget: 'eng',
    section: 'budgets',
    unit: 'usd',
    subject: 'user=bob/x',
    key: 'budgets/eng/usd/bob%2Fx/2024-05-15T00:00:00.000Z',
    committed: '12.345678901',
    reserved: '0.000000001',
    remaining: '87.654321098',
    limit: '100',
    raised: '0',
    windowEnd: '2024-05-16T00:00:00.000Z',
    state: 'open',
    forecast: null,
  })
  assert.deepEqual(buckets[1], {
    budget: 'per-user',
    section: 'limits',
    unit: 'requests',
    subject: 'user=ann',
    key: 'limits/per-user/requests/ann',
    committed: 61,
    reserved: 0,
    remaining: 0,
    limit: 60,
    raised: 0,
    windowEnd: null,
    state: 'exhausted',
    forecast: null,
  })
  // All of it is gone, but a part is only reserved.
  assert.deepEqual([buckets[2].unit, buckets[2].remaining, buckets[2].state], ['tokens', 0, 'held'])
  assert.equal(buckets.length, 3)
})

test('GET /budgets/{name} shows one; an unused one is empty and an unknown one is 404', async (t) => {
  const unused = ruleOf({ name: 'reset' })
  const { call } = await started(t, { rules: () => [...rules, unused] })
  const units = (await call('/budgets/per-user')).json().buckets.map((row: unknown) => jsonAt(row, 'unit'))
  assert.deepEqual(units, ['requests', 'tokens'])
  assert.deepEqual((await call('/budgets/reset')).json(), { buckets: [], truncated: false })
  for (const [path, error] of [
    ['/budgets/none', "there is no budget or limit 'none'"],
    ['/budgets/a%2Fb', "there is no budget or limit 'a/b'"],
    ['/budgets/%', 'not found'],
    ['/budgets/', 'not found'],
    ['/budgets/eng/more', 'not found'],
  ] as const) {
    const { status, json } = await call(path)
    assert.deepEqual([status, json().error], [404, error], path)
  }
})

test('before anything was counted there is nothing to show and nothing to reset', async (t) => {
  const { call, post } = await started(t, { ledger: () => undefined })
  assert.deepEqual((await call('/budgets')).json(), { buckets: [], truncated: false })
  assert.deepEqual((await post('{"key":"x"}')).json(), { reset: false })
})

test('subjects lose their names when the rule now counts by something else, and shares are named', async (t) => {
  const shared = ruleOf({ name: 'shared', fairShare: { by: 'user', most: 0.5 } })
  const states = [
    ...statesOf(daily, { committed: 1, reserved: 0 }, { user: 'ann' }),
    ...statesOf(shared, { committed: 1, reserved: 0 }, { user: 'ann' }),
    ...statesOf(shared, { committed: 1, reserved: 0 }).slice(1),
  ]
  const { call } = await started(t, { rules: () => [shared], ledger: () => fakeLedger(states) })
  const subjects = (await call('/budgets')).json().buckets.map((row: unknown) => jsonAt(row, 'subject'))
  assert.deepEqual(subjects, ['ann', '', 'share without user', 'share of user=ann'])
})

test('at most 10,000 rows are sent', async (t) => {
  const [bucket] = bucketsOf(daily, { user: 'u' })
  assert.ok(bucket)
  const many = Array.from({ length: 10_001 }, (_, index) => ({
    bucket: { ...bucket, key: `budgets/eng/usd/u${index}/2024-05-15T00:00:00.000Z` },
    committed: 1,
    reserved: 0,
    limit: 2,
  }))
  for (const [count, truncated] of [
    [10_000, false],
    [10_001, true],
  ] as const) {
    const { call } = await started(t, { ledger: () => fakeLedger(many.slice(0, count)) })
    const shown = (await call('/budgets')).json()
    assert.deepEqual([shown.buckets.length, shown.truncated], [10_000, truncated])
  }
})

test('POST /budgets/reset resets the bucket of that key and tells it to the log', async (t) => {
  const ledger = fakeLedger(STATES)
  const { post, logged, trail } = await started(t, { ledger: () => ledger })
  const key = 'limits/per-user/tokens/ann'
  const done = await post(JSON.stringify({ key }), 'application/json; charset=utf-8')
  assert.deepEqual([done.status, done.json()], [200, { reset: true }])
  assert.deepEqual((await post('{"key":"limits/per-user/tokens/nobody"}')).json(), { reset: false })
  assert.deepEqual(ledger.resets, [key, 'limits/per-user/tokens/nobody'])
  assert.deepEqual(logged, [{ kind: 'reset', budget: 'per-user', key, taken: 400, by: 'local' }])
  assert.deepEqual(trail.written[0]?.fields, { key, taken: 400 })
})

test('POST /budgets/reset takes nothing but its own JSON', async (t) => {
  const ledger = fakeLedger(STATES)
  const { call, post } = await started(t, { ledger: () => ledger })
  for (const body of ['', '{', 'null', '[]', '{}', '{"key":1}', '{"key":""}', '{"key":"a","more":1}']) {
    assert.equal((await post(body)).status, 400, body)
  }
  // What a form or a script of any web page may send here unasked.
  assert.equal((await post('{"key":"a"}', 'text/plain')).status, 415)
  assert.equal((await post(JSON.stringify({ key: 'x'.repeat(65_536) }))).status, 413)
  const wrong = await call('/budgets/eng', { method: 'POST', body: '{}' })
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET'])
  const either = await call('/budgets/reset', { method: 'DELETE' })
  assert.deepEqual([either.status, either.headers.get('allow')], [405, 'GET, POST'])
  assert.deepEqual(ledger.resets, [])
})

test('503 in JSON when the store does not answer; any other failure is 500 and told', async (t) => {
  const throwing = (error: Error) => ({
    list: () => Promise.reject(error),
    reset: () => {
      throw error
    },
    raise: () => Promise.reject(error),
  })
  const down = await started(t, { ledger: () => throwing(new LedgerUnavailable('redis://secret')) })
  for (const answer of [await down.call('/budgets'), await down.call('/budgets/eng'), await down.post('{"key":"a"}')]) {
    assert.equal(answer.status, 503)
    assert.deepEqual(answer.json(), { error: 'the store of budgets and limits does not answer' })
  }
  assert.deepEqual(down.failures, [])
  const defect = new Error('secret')
  const broken = await started(t, { ledger: () => throwing(defect) })
  const answer = await broken.call('/budgets')
  assert.equal(answer.status, 500)
  assert.doesNotMatch(answer.text, /secret/)
  assert.deepEqual(broken.failures, [defect])
})

test('with a token only who shows it gets in, on loopback too; health and metrics stay open', async (t) => {
  for (const loopback of [true, false]) {
    const { call } = await started(t, { token: 't0ken\n', loopback })
    const status = async (authorization?: string) =>
      (await call('/budgets', authorization === undefined ? {} : { headers: { authorization } })).status
    for (const wrong of [undefined, '', 't0ken', 'Bearer', 'Bearer x', 'Bearer t0ken2', 'Bearer t0ke', 'Basic t0ken']) {
      assert.equal(await status(wrong), 401, wrong)
    }
    assert.equal((await call('/budgets')).headers.get('www-authenticate'), 'Bearer')
    assert.equal((await call('/budgets/eng')).status, 401)
    assert.equal((await call('/budgets/reset', { method: 'POST', body: '{' })).status, 401)
    for (const right of ['Bearer t0ken', 'bearer  t0ken']) assert.equal(await status(right), 200)
    for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await call(path)).status, 200, path)
  }
})

test('off loopback without a token nobody gets in; health and metrics stay open', async (t) => {
  for (const token of [{}, { token: '' }]) {
    const { call } = await started(t, { ...token, loopback: false })
    const { status, json } = await call('/budgets', { headers: { authorization: 'Bearer ' } })
    assert.equal(status, 403)
    assert.match(json().error, /TOLLGATE_ADMIN_TOKEN/)
    assert.equal((await call('/budgets/reset', { method: 'POST' })).status, 403)
    for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await call(path)).status, 200, path)
  }
})

test('without a token a call by a foreign host name is refused', async (t) => {
  const { admin } = await started(t)
  const { port } = new URL(admin.url)
  const status = (headers: IncomingHttpHeaders) =>
    new Promise((resolve, reject) => {
      const call = request(`${admin.url}/budgets`, { headers }, (response) => resolve(response.resume().statusCode))
      call.on('error', reject).end()
    })
  assert.equal(await status({ host: `rebound.example:${port}` }), 403)
  for (const host of [`localhost:${port}`, 'LOCALHOST', `127.0.0.1:${port}`, `[::1]:${port}`]) {
    assert.equal(await status({ host }), 200, host)
  }
})

test('HEAD is GET without the body, and a path that is not there names those that are', async (t) => {
  const { call } = await started(t)
  const head = await call('/budgets', { method: 'HEAD' })
  assert.deepEqual([head.status, head.text], [200, ''])
  const { status, json } = await call('/nothing?x=1')
  assert.equal(status, 404)
  const budgets = ['/budgets', '/budgets/{name}', '/budgets/reset', '/budgets/raise']
  assert.deepEqual(json().paths, ['/healthz', '/readyz', '/metrics', ...budgets, '/whoami', '/openapi.json'])
  const post = await call('/healthz', { method: 'POST' })
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET'])
  assert.equal((await call('/healthz?verbose')).status, 200)
})

test('only addresses of this machine count as loopback', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) assert.equal(isLoopback(host), true, host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.example.com', '', 'host']) assert.equal(isLoopback(host), false)
})

test('POST /budgets/raise raises by dollars or to a limit, by key or by budget and subject', async (t) => {
  const ledger = fakeLedger(STATES)
  const { send, logged, trail } = await started(t, { ledger: () => ledger })
  const key = 'budgets/eng/usd/bob%2Fx/2024-05-15T00:00:00.000Z'
  const by = await send('/budgets/raise', { key, by: '12.5' })
  const until = '2024-05-16T00:00:00.000Z'
  assert.deepEqual([by.status, by.json()], [200, { raised: true, limit: '112.5', until }])
  const named = await send('/budgets/raise', { budget: 'eng', subject: 'user=bob/x', limit: '150', until: 'window' })
  assert.deepEqual(named.json(), { raised: true, limit: '150', until })
  const tokens = await send('/budgets/raise', { key: 'limits/per-user/tokens/ann', by: -5 })
  assert.deepEqual(tokens.json(), { raised: true, limit: 995, until })
  assert.deepEqual(ledger.raises, [
    [key, { kind: 'by', amount: 12_500_000_000 }],
    [key, { kind: 'to', amount: 150_000_000_000 }],
    ['limits/per-user/tokens/ann', { kind: 'by', amount: -5 }],
  ])
  assert.deepEqual(logged[0], { kind: 'raised', budget: 'eng', key, limit: 112_500_000_000, by: 'local' })
  assert.deepEqual(trail.written[0]?.fields, { key, by: 12_500_000_000, limit: 112_500_000_000 })
  assert.deepEqual((await send('/budgets/raise', { key: 'budgets/eng/usd/nobody', by: '1' })).json(), { raised: false })
})

test('POST /budgets/raise refuses what it cannot understand, naming the field', async (t) => {
  const { send } = await started(t)
  const key = 'limits/per-user/tokens/ann'
  for (const [body, status, error] of [
    [{ key }, 400, /either by or limit/],
    [{ key, by: 1, limit: 2 }, 400, /either by or limit/],
    [{ by: 1 }, 400, /either key or budget/],
    [{ key, budget: 'eng', by: 1 }, 400, /either key or budget/],
    [{ key, by: '1e9' }, 400, /by: must be dollars/],
    [{ key, by: 1.5 }, 400, /by: must be/],
    [{ key, by: '1.5' }, 400, /whole number/],
    [{ key, by: 1, until: 'tomorrow' }, 400, /until/],
    [{ key: 'budgets/eng/usd/x', by: '99999999999' }, 400, /by/],
    [{ budget: 'per-user', subject: 'user=ann', by: 1 }, 404, /name its key/],
    [{ budget: 'none', by: 1 }, 404, /name its key/],
  ] as const) {
    const answer = await send('/budgets/raise', body)
    assert.equal(answer.status, status, JSON.stringify(body))
    assert.match(answer.json().error, error)
  }
})

const LIFE = { kind: 'life' } as const

test('a team lead sees what counts for the teams that they lead, a developer what is their own', async (t) => {
  const perTeam = ruleOf({ name: 'per-team', each: ['team'] })
  const ofRed = ruleOf({ name: 'of-red', match: new Map([['team', { kind: 'in', values: ['red'] }]]), each: ['user'] })
  const ofBoth = ruleOf({ name: 'of-both', match: new Map([['team', { kind: 'in', values: ['red', 'blue'] }]]) })
  const notBlue = ruleOf({ name: 'not-blue', match: new Map([['team', { kind: 'not', values: ['blue'] }]]) })
  const perUser = ruleOf({ name: 'per-user', each: ['user'] })
  const all = [perTeam, ofRed, ofBoth, notBlue, perUser]
  const held = { committed: 1, reserved: 0 }
  const states = [
    ...statesOf(perTeam, held, { team: 'red' }),
    ...statesOf(perTeam, held, { team: 'blue' }),
    ...statesOf(ofRed, held, { team: 'red', user: 'ann' }),
    ...statesOf(ofRed, held, { team: 'red', user: 'bob' }),
    ...statesOf(ofBoth, held, { team: 'red' }),
    ...statesOf(notBlue, held, { team: 'red' }),
    ...statesOf(perUser, held, { user: 'ann' }),
    ...statesOf(ruleOf({ name: 'gone', each: ['team'] }), held, { team: 'red' }),
    ...['k-ann', 'k-bob', 'k-blue', 'k-gone'].map((id) => ({
      bucket: {
        key: `budgets/virtual-key/usd/${id}/month/2024-05-01T00:00:00.000Z`,
        budget: 'virtual-key',
        window: LIFE,
      },
      ...{ ...held, limit: 5 },
    })),
  ]
  const keyOwners = () =>
    new Map([
      ['k-ann', { team: 'red', user: 'ann' }],
      ['k-bob', { team: 'red', user: 'bob' }],
      ['k-blue', { team: 'blue', user: 'ann' }],
    ])
  const ledger = fakeLedger(states)
  const { call, as } = await started(t, { rules: () => all, ledger: () => ledger, keyOwners, settings: EVERY_ROLE })
  const seenBy = async (name: string, path = '/budgets') => {
    const { buckets } = (await call(path, as(name))).json()
    return buckets.map((row: unknown) => `${jsonAt(row, 'budget')} ${jsonAt(row, 'subject')}`)
  }
  assert.equal((await seenBy('root')).length, states.length)
  assert.equal((await seenBy('eyes')).length, states.length)
  const own = ['of-red user=ann', 'of-red user=bob', 'per-team team=red']
  assert.deepEqual(await seenBy('lead-of-red'), [...own, 'virtual-key k-ann, month', 'virtual-key k-bob, month'])
  assert.deepEqual(await seenBy('ann-of-red'), ['of-red user=ann', 'virtual-key k-ann, month'])
  assert.deepEqual(await seenBy('lead-of-red', '/budgets/of-both'), [])
})

test('forecasts are shown in the unit of their bucket', async (t) => {
  const forecast = {
    ...{
      exhaustedAt: '2024-05-15T20:00:00.000Z',
      earliest: '2024-05-15T18:00:00.000Z',
      latest: null,
      probability: 0.7,
    },
    ...{ projected: 110_000_000_000.4, projectedLow: 90_000_000_000, projectedHigh: 140_000_000_000 },
  }
  const forecasts = async (states: readonly BucketState[]) =>
    new Map(states.filter(({ bucket }) => bucket.budget === 'eng').map(({ bucket }) => [bucket.key, forecast]))
  const { call } = await started(t, { forecasts })
  const [eng, requests] = (await call('/budgets')).json().buckets
  assert.deepEqual(eng.forecast, { ...forecast, projected: '110', projectedLow: '90', projectedHigh: '140' })
  assert.equal(requests.forecast, null)
})

test('of many buckets those that are asked for are found in turns with other work', async (t) => {
  const like = STATES.find(({ bucket }) => bucket.budget === 'eng')
  assert.ok(like)
  const many = Array.from({ length: 12_000 }, (_, index): BucketState => {
    const key = `budgets/eng/usd/user${index}/2024-05-15T00:00:00.000Z`
    return { ...like, bucket: { ...like.bucket, key } }
  })
  let turns = 0
  const pause = async () => {
    turns += 1
  }
  const ledger = fakeLedger(many)
  const { call, send } = await started(t, { ledger: () => ledger, turns: { clock: { monotonic: () => 0 }, pause } })
  const { buckets, truncated } = (await call('/budgets')).json()
  assert.deepEqual([buckets.length, truncated, buckets[1].subject], [10_000, true, 'user=user1'])
  // Seeing them is twelve turns, showing them forty.
  assert.ok(turns > 50, `${turns} turns`)
  turns = 0
  const answer = await send('/budgets/raise', { budget: 'eng', subject: 'user=user11999', by: '1' })
  assert.deepEqual([answer.status, answer.json().raised], [200, true])
  assert.ok(turns > 10, `${turns} turns`)
})
