import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type BudgetOperationsOptions, budgetOperations } from '../../io/admin/budget-operations.js'
import { LedgerUnavailable, type Raise } from '../../policies/budget/ledger.js'
import { type FrameOptions, startFrame } from '../support/admin/frame.js'
import { ruleOf, statesOf } from '../support/buckets.js'
import { runMain } from '../support/run-main.js'

const eng = ruleOf({ name: 'eng', each: ['user'] })
const calls = ruleOf({ name: 'calls', section: 'limits', unit: 'requests', limit: 60, period: { kind: 'life' } })
const KEY = 'budgets/eng/usd/ann/2024-05-15T00:00:00.000Z'
const STATES = [
  ...statesOf(eng, { committed: 12_500_000_000, reserved: 250_000_000 }, { user: 'ann' }),
  ...statesOf(calls, { committed: 3, reserved: 0 }),
]

const ledger = {
  list: (budget?: string) => STATES.filter(({ bucket }) => budget === undefined || bucket.budget === budget),
  reset: (key: string) => STATES.find(({ bucket }) => bucket.key === key)?.committed ?? (false as const),
  raise: (key: string, { kind, amount }: Raise) => {
    const { limit } = STATES.find(({ bucket }) => bucket.key === key) ?? {}
    if (limit === undefined) return undefined
    return { limit: kind === 'by' ? limit + amount : amount, until: Date.UTC(2024, 4, 16) }
  },
}

/** An admin port and the environment that leads to it. */
async function started(t: TestContext, options: Partial<BudgetOperationsOptions & FrameOptions> = {}) {
  const operations = budgetOperations({
    ledger: () => ledger,
    rules: () => [eng, calls],
    changed: () => {},
    ...options,
  })
  const { token, loopback = true } = options
  const { admin } = await startFrame(t, operations, { token, loopback })
  return { TOLLGATE_ADMIN_PORT: new URL(admin.url).port }
}

/** A server that is something else. */
async function other(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { TOLLGATE_ADMIN_PORT: String((server.address() as AddressInfo).port) }
}

const run = (t: TestContext, args: readonly string[], env: Record<string, string>) =>
  runMain(t, ['budget', ...args], env)

test('show prints a table of all budgets, or of one', async (t) => {
  const env = await started(t)
  const { code, out, err } = await run(t, ['show'], env)
  assert.deepEqual([code, err], [0, ''])
  const [head, second, first] = out.trimEnd().split('\n')
  const columns = (line = '') => line.split(/ {2,}/)
  assert.deepEqual(columns(head), [
    ...['budget', 'subject', 'spent', 'reserved', 'limit', 'remaining', 'window end', 'key'],
  ])
  assert.deepEqual(columns(first), [
    ...['eng', 'user=ann', '$12.5', '$0.25', '$100', '$87.25', '2024-05-16T00:00:00.000Z', KEY],
  ])
  assert.deepEqual(columns(second), [
    ...['calls', 'all', '3 requests', '0 requests', '60 requests', '57 requests', '-', 'limits/calls/requests'],
  ])
  const one = await run(t, ['show', 'calls'], env)
  assert.equal(one.out.trimEnd().split('\n').length, 2)
})

test('show --json prints what the admin port says', async (t) => {
  const env = await started(t)
  const { code, out } = await run(t, ['show', '--json', 'eng'], env)
  const { buckets, truncated } = JSON.parse(out)
  assert.deepEqual([code, truncated, buckets.length], [0, false, 1])
  const { key, committed, section, state } = buckets[0]
  assert.deepEqual([key, committed, section, state], [KEY, '12.5', 'budgets', 'open'])
})

test('show says so when nothing is spent, and when there is more than it got', async (t) => {
  const empty = await started(t, { ledger: () => undefined })
  assert.deepEqual(await run(t, ['show'], empty), { code: 0, out: 'nothing is spent or reserved\n', err: '' })
  const many = STATES.flatMap((state) => Array.from({ length: 5001 }, () => state))
  const full = await started(t, { ledger: () => ({ ...ledger, list: () => many }) })
  const { code, err } = await run(t, ['show'], full)
  assert.equal(code, 0)
  assert.match(err, /^tollgate: there are more.*\n$/)
})

test('what users are called cannot steer the terminal', async (t) => {
  const states = statesOf(eng, { committed: 1, reserved: 0 }, { user: '\u001b[2J\nann\u009b\u202e' })
  const env = await started(t, { ledger: () => ({ ...ledger, list: () => states }) })
  const { out } = await run(t, ['show'], env)
  assert.match(out, / user=\?\[2J\?ann\?\? /)
  assert.doesNotMatch(out.replaceAll('\n', ''), /\p{Cc}|\p{Cf}/u)
})

test('reset sets the bucket of a key to zero', async (t) => {
  const env = await started(t)
  assert.deepEqual(await run(t, ['reset', KEY], env), { code: 0, out: `${KEY}: reset\n`, err: '' })
})

test('raise raises the limit of the bucket of a key', async (t) => {
  const env = await started(t)
  const raised = await run(t, ['raise', KEY, '--by', '12.5'], env)
  assert.deepEqual(raised, { code: 0, out: `${KEY}: the limit is 112.5 until 2024-05-16T00:00:00.000Z\n`, err: '' })
  const set = await run(t, ['raise', 'limits/calls/requests', '--limit', '90'], env)
  assert.match(set.out, /: the limit is 90 until /)
})

test('forecast says when a budget will be gone', async (t) => {
  const forecast = {
    ...{
      exhaustedAt: '2024-05-15T20:00:00.000Z',
      earliest: '2024-05-15T18:00:00.000Z',
      latest: null,
      probability: 0.7,
    },
    ...{ projected: 110_000_000_000, projectedLow: 90_000_000_000, projectedHigh: 140_000_000_000 },
  }
  const env = await started(t, { forecasts: async () => new Map([[KEY, forecast]]) })
  const { out } = await run(t, ['forecast'], env)
  const columns = out.split('\n').map((line) => line.split(/ {2,}/))
  assert.deepEqual(columns[2]?.slice(2, 8), [
    ...['$12.5', '$100', '2024-05-15T20:00:00.000Z', '2024-05-15T18:00:00.000Z', 'not in this window'],
    '$110 ($90 to $140)',
  ])
  assert.deepEqual(columns[1]?.slice(4, 8), ['-', '-', '-', '-'])
})

test('the token of the environment is shown', async (t) => {
  const env = { ...(await started(t, { token: 's3cret' })), TOLLGATE_ADMIN_TOKEN: 's3cret' }
  assert.equal((await run(t, ['show'], env)).code, 0)
  assert.equal((await run(t, ['reset', KEY], env)).code, 0)
})

test('what goes wrong is one line that says what to do, with exit code 1', async (t) => {
  const plain = await started(t)
  const locked = await started(t, { token: 's3cret' })
  const exposed = await started(t, { loopback: false })
  const unavailable = () => {
    throw new LedgerUnavailable('')
  }
  const down = await started(t, { ledger: () => ({ list: unavailable, reset: unavailable, raise: unavailable }) })
  const closed = await other(t, (request) => request.socket.destroy())
  const html = await other(t, (_, response) => response.end('<html>'))
  const older = await other(t, (_, response) => response.end('{"buckets":[]}'))
  const elsewhere = await other(t, (_, response) => response.writeHead(302, { location: 'http://x.test/' }).end())
  const cases: readonly (readonly [readonly string[], Record<string, string>, RegExp])[] = [
    [
      ['show'],
      closed,
      /nothing answers on http:\/\/127\.0\.0\.1:\d+: is Tollgate running there\?.*TOLLGATE_ADMIN_PORT/,
    ],
    [['show'], { ...plain, TOLLGATE_ADMIN_PORT: 'x' }, /TOLLGATE_ADMIN_PORT is 'x': it must be a port/],
    [['show'], locked, /wants a token: set TOLLGATE_ADMIN_TOKEN/],
    [['reset', KEY], { ...locked, TOLLGATE_ADMIN_TOKEN: 'wr0ng' }, /TOLLGATE_ADMIN_TOKEN is not the one that it has/],
    [['show'], exposed, /off loopback this needs TOLLGATE_ADMIN_TOKEN/],
    [['show', 'nope'], plain, /there is no budget or limit 'nope'/],
    [['reset', 'nope'], plain, /there is no bucket 'nope'/],
    [['show'], down, /the store of budgets and limits does not answer/],
    [['reset', KEY], down, /the store of budgets and limits does not answer/],
    [['show'], html, /is not the admin port of this version of Tollgate/],
    [['show'], older, /is not the admin port of this version of Tollgate/],
    [['show'], elsewhere, /answered 302/],
  ]
  for (const [args, env, message] of cases) {
    const { code, out, err } = await run(t, args, env)
    assert.deepEqual([code, out], [1, ''], err)
    assert.match(err, new RegExp(`^tollgate: .*${message.source}.*\n$`))
    assert.doesNotMatch(err, /s3cret|wr0ng/)
  }
})

test('an admin port that does not answer is given up after ten seconds', async (t) => {
  const env = await other(t, () => {})
  const deadlines: number[] = []
  t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    deadlines.push(ms)
    return AbortSignal.abort(new DOMException('', 'TimeoutError'))
  })
  const { code, err } = await run(t, ['show'], env)
  assert.deepEqual([code, deadlines], [1, [10_000]])
  assert.match(err, /^tollgate: http:\S+ did not answer within 10 s\n$/)
})

test('a wrong command line is answered with the usage', async (t) => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /budget needs show, forecast, reset or raise/],
    [['list'], /budget needs show, forecast, reset or raise/],
    [['show', 'a', 'b'], /unexpected argument 'b'/],
    [['show', '--jsn'], /Unknown option '--jsn'/],
    [['reset'], /budget reset needs a KEY/],
    [['reset', KEY, '--json'], /budget reset knows no '--json'/],
    [['show', '--by', '1'], /budget show knows no '--by'/],
    [['raise'], /budget raise needs a KEY/],
    [['raise', KEY], /budget raise needs either --by or --limit/],
    [['raise', KEY, '--by', '1', '--limit', '2'], /budget raise needs either --by or --limit/],
  ]
  for (const [args, message] of cases) {
    const { code, err } = await run(t, args, {})
    assert.equal(code, 2)
    assert.match(err, new RegExp(`^tollgate: ${message.source}\nUsage: tollgate budget show `))
  }
})
