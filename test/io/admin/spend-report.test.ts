import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { startOfDay, timesIn } from '../../../io/admin/spend-groups.js'
import { spendOperations } from '../../../io/admin/spend-operations.js'
import { reportOf } from '../../../io/admin/spend-report.js'
import type { SpendCell } from '../../../io/spend/spend-store.js'
import { EVERY_ROLE, startFrame } from '../../support/admin/frame.js'
import { jsonAt } from '../../support/json-at.js'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 9, 31, 12)

type Some = Partial<Omit<SpendCell, 'amounts' | 'hour'>> & { readonly nano?: bigint }

function cell(at: string, { nano = 1n, ...more }: Some = {}): SpendCell {
  return {
    ...{ hour: Date.parse(at), model: 'gpt', provider: 'openai', upstreamModel: 'gpt-4o', tags: {}, ...more },
    amounts: {
      ...{ requests: 1, attempts: 2, failed: 1, promptTokens: 10, cachedTokens: 4, cacheWriteTokens: 0 },
      ...{ completionTokens: 5, reasoningTokens: 1, nano, unpriced: 0 },
    },
  }
}

async function started(t: TestContext, cells: readonly SpendCell[]) {
  const spans: (readonly [string, string])[] = []
  const store = {
    async read(from: number, to: number) {
      spans.push([new Date(from).toISOString(), new Date(to).toISOString()])
      return cells.filter(({ hour }) => hour >= from && hour < to)
    },
  }
  const clock = { now: () => NOW, monotonic: () => 0 }
  const operations = spendOperations({ store: () => store, clock, failed: () => {} })
  return { ...(await startFrame(t, operations, { settings: EVERY_ROLE })), spans }
}

test('spend is summed by what it is asked by, the most expensive first, to the nano-dollar', async (t) => {
  const { call, as } = await started(t, [
    cell('2026-10-02T10:00Z', { team: 'red', nano: 1_000_000_001n }),
    cell('2026-10-02T11:00Z', { team: 'red', nano: 2n }),
    cell('2026-10-03T10:00Z', { team: 'blue', nano: 9_007_199_254_740_993_000n }),
    cell('2026-10-03T10:00Z', { nano: 0n }),
    cell('2026-09-30T23:00Z', { team: 'red' }),
  ])
  const { rows, total, from, to, zone } = (await call('/spend?by=team', as('root'))).json()
  assert.deepEqual([from, to, zone], ['2026-10-01T00:00:00.000Z', '2026-10-31T12:00:00.000Z', 'UTC'])
  assert.deepEqual(
    rows.map((row: unknown) => [jsonAt(row, 'group', 'team'), jsonAt(row, 'cost')]),
    [
      ['blue', '9007199254.740993'],
      ['red', '1.000000003'],
      [null, '0'],
    ],
  )
  assert.equal(total.cost, '9007199255.740993003')
  assert.deepEqual([total.requests, total.attempts, total.failed, total.promptTokens], [4, 8, 4, 40])
})

test('days are those of the zone, also where the clock changes, and a date as the end is its last day', async (t) => {
  const { call, as, spans } = await started(t, [
    cell('2026-10-24T22:00Z', { nano: 1n }),
    cell('2026-10-25T00:00Z', { nano: 10n }),
    cell('2026-10-25T01:00Z', { nano: 100n }),
    cell('2026-10-25T22:00Z', { nano: 1000n }),
    cell('2026-10-25T23:00Z', { nano: 10_000n }),
  ])
  const query = 'from=2026-10-25&to=2026-10-25&zone=Europe/Berlin'
  const day = (await call(`/spend?by=day&${query}`, as('root'))).json()
  assert.deepEqual(spans[0], ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
  assert.deepEqual(
    day.rows.map((row: unknown) => [jsonAt(row, 'group', 'day'), jsonAt(row, 'cost')]),
    [['2026-10-25', '0.000001111']],
  )
  const hours = (await call(`/spend?by=hour&${query}`, as('root'))).json().rows
  assert.deepEqual(
    hours.map((row: unknown) => jsonAt(row, 'group', 'hour')),
    ['2026-10-25T00:00+02:00', '2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T23:00+01:00'],
  )
})

test('filters, tags and scopes narrow it', async (t) => {
  const { call, as } = await started(t, [
    cell('2026-10-02T10:00Z', { team: 'red', user: 'ann', tags: { project: 'x' }, nano: 1n }),
    cell('2026-10-02T10:00Z', { team: 'red', user: 'bob', nano: 10n }),
    cell('2026-10-02T10:00Z', { team: 'blue', user: 'ann', tags: { project: 'x=y' }, nano: 100n }),
    cell('2026-10-02T10:00Z', { nano: 1000n }),
  ])
  const costs = async (query: string, who = 'root') =>
    Number((await call(`/spend?${query}`, as(who))).json().total.cost) * 1e9
  assert.equal(await costs('team=red'), 11)
  assert.equal(await costs('team=red&team=blue'), 111)
  assert.equal(await costs('user=ann&team=blue'), 100)
  assert.equal(await costs('tag=project%3Dx'), 1)
  assert.equal(await costs('tag=project%3Dx%3Dy'), 100)
  assert.equal(await costs('tag=constructor%3Dx'), 0)
  assert.equal(await costs('', 'eyes'), 1111)
  assert.equal(await costs('', 'lead-of-red'), 11)
  assert.equal(await costs('team=blue', 'lead-of-red'), 0)
  assert.equal(await costs('', 'ann-of-red'), 1)
  const { rows } = (await call('/spend?by=tag:project', as('root'))).json()
  assert.deepEqual(
    rows.map((row: unknown) => jsonAt(row, 'group', 'tag:project')),
    [null, 'x=y', 'x'],
  )
})

test('CSV has a line of names and no formulas', async (t) => {
  const { call, as } = await started(t, [
    cell('2026-10-02T10:00Z', { user: '=HYPERLINK("x")', nano: 2n }),
    cell('2026-10-02T10:00Z', { user: 'a,b', nano: 1n }),
  ])
  const { text, headers } = await call('/spend?by=user&format=csv', as('root'))
  assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.match(headers.get('content-disposition') ?? '', /attachment/)
  assert.deepEqual(text.split('\r\n'), [
    'user,requests,attempts,failed,promptTokens,cachedTokens,cacheWriteTokens,completionTokens,reasoningTokens,costUsd,unpriced',
    `"'=HYPERLINK(""x"")",1,2,1,10,4,0,5,1,0.000000002,0`,
    '"a,b",1,2,1,10,4,0,5,1,0.000000001,0',
    '',
  ])
})

test('what is asked wrongly names its field; a store that does not answer is 503', async (t) => {
  const { call, as } = await started(t, [])
  for (const [query, field] of [
    ['by=cost', 'by'],
    ['by=team,team', 'by'],
    ['by=', 'by'],
    ['by=tag:', 'by'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['zone=Nowhere', 'zone'],
    ['zone=%2B02:00', 'zone'],
    ['tag=project', 'tag'],
    ['format=xml', 'format'],
    ['from=2020-01-01', 'from'],
  ] as const) {
    const { status, json } = await call(`/spend?${query}`, as('root'))
    assert.deepEqual([status, json().field], [400, field], query)
  }
  const failures: unknown[] = []
  const clock = { now: () => NOW, monotonic: () => 0 }
  const broken = spendOperations({
    store: () => ({ read: () => Promise.reject(new Error('redis://secret')) }),
    clock,
    failed: (error) => failures.push(error),
  })
  const down = await startFrame(t, broken)
  const answer = await down.call('/spend')
  assert.equal(answer.status, 503)
  assert.doesNotMatch(answer.text, /secret/)
  assert.equal(failures.length, 1)
  const none = await startFrame(t, spendOperations({ store: () => undefined, clock, failed: () => {} }))
  assert.equal((await none.call('/spend')).status, 503)
})

test('whatever it is told apart by, the rows add up to the total, and to the cells', () => {
  const some = fc.record({
    hour: fc.integer({ min: 0, max: 2000 }).map((n) => Date.UTC(2026, 2, 1) + n * HOUR),
    team: fc.constantFrom('red', 'blue'),
    model: fc.constantFrom('a', 'b', 'c'),
    nano: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  })
  const by = fc.subarray(['team', 'model', 'day', 'month', 'hour', 'tag:x'] as const)
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Chatham')
  const nanoOf = (cost: string) => {
    const [whole = '', fraction = ''] = cost.split('.')
    return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
  }
  fc.assert(
    fc.property(fc.array(some, { maxLength: 40 }), by, zone, (cells, groups, timeZone) => {
      const made = cells.map(({ hour, ...more }) => cell(new Date(hour).toISOString(), more))
      const { rows, total } = reportOf(made, groups, timesIn(timeZone))
      const sum = cells.reduce((sum, { nano }) => sum + nano, 0n)
      assert.equal(nanoOf(total.cost), sum)
      assert.equal(
        rows.reduce((sum, { cost }) => sum + nanoOf(cost), 0n),
        sum,
      )
      assert.equal(
        rows.reduce((sum, { requests }) => sum + requests, 0),
        cells.length,
      )
      const keys = rows.map(({ group }) => JSON.stringify(group))
      assert.equal(new Set(keys).size, keys.length)
    }),
  )
})

test('a day begins at its first instant in every zone, and follows the one before', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Beirut',
    'Africa/Cairo',
    'Pacific/Apia',
    'Asia/Kolkata',
  ]
  const property = fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 6000 }), (zone, days) => {
    const date = new Date(Date.UTC(2012, 0, 1) + days * 24 * HOUR).toISOString().slice(0, 10)
    const start = startOfDay(date, zone)
    const timeOf = timesIn(zone)
    assert.ok(timeOf(start, 'day') >= date)
    assert.ok(timeOf(start - 1, 'day') < date, `${date} ${zone}`)
  })
  fc.assert(property, { numRuns: 1000 })
})
