import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { documented } from '../support/admin/documented.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { jsonAt } from '../support/json-at.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const USER = [{ role: 'user', content: 'hi' }]

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai' },
    models: { priced: ['oa/house-model'] },
    settings: {
      identity: { headers: { user: 'x-user', team: 'x-team' } },
      // What the first answer costs is more than half of it.
      budgets: [{ name: 'per-team', each: 'team', limit: { usd: 0.01, per: 'day' } }],
      limits: [{ name: 'often', each: 'team', requests: 3, per: 'day' }],
      prices: { 'house-model': { input: 2, output: 8 } },
    },
  })
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok', { usage: { input: 1000, output: 500 } })))
})
after(() => world?.stop())

const ask = async (team: string) => {
  const body = { model: 'priced', messages: USER, max_tokens: 10 }
  const answer = await world.chat(body, { 'x-team': team, 'x-user': 'ann' })
  await answer.text()
  await world.settled()
  return answer.status
}

async function admin(path: string, body?: unknown) {
  const headers = { 'content-type': 'application/json' }
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(`${world.host.adminUrl}${path}`, init)
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type') ?? '', text }
}

test('what is spent through the gateway is in the report, to the nano-dollar', LIMIT, async () => {
  assert.equal(await ask('red'), 200)
  assert.equal(await ask('blue'), 200)
  const report = await eventually('both are in the report', async () => {
    const { status, text } = await admin('/spend?by=team,model')
    assert.equal(status, 200, text)
    const read = JSON.parse(text)
    return read.total.requests === 2 ? read : undefined
  })
  assert.equal(report.total.cost, '0.012')
  assert.deepEqual(
    report.rows
      .map((row: unknown) => [jsonAt(row, 'group', 'team'), jsonAt(row, 'group', 'model'), jsonAt(row, 'cost')])
      .sort(),
    [
      ['blue', 'priced', '0.006'],
      ['red', 'priced', '0.006'],
    ],
  )
  const csv = await admin('/spend?by=team&format=csv')
  assert.match(csv.text, /^team,.*\r\n/)
})

test('budgets are shown as the document says', LIMIT, async () => {
  const { text, status, type } = await admin('/budgets/per-team')
  const document = documented(JSON.parse((await admin('/openapi.json')).text))
  document.check({ method: 'GET', path: '/budgets/per-team', status, type, body: text })
  const { buckets } = JSON.parse(text)
  assert.equal(buckets.length, 2)
  for (const bucket of buckets) {
    assert.deepEqual([bucket.committed, bucket.limit, bucket.raised], ['0.006', '0.01', '0'])
    assert.ok('forecast' in bucket)
  }
})

test('a bucket that is raised admits again, and only that one', LIMIT, async () => {
  for (const team of ['red', 'blue']) {
    assert.equal(await ask(team), 200)
    assert.equal(await ask(team), 429, team)
  }
  const raised = await admin('/budgets/raise', { budget: 'per-team', subject: 'team=red', by: '0.02' })
  assert.deepEqual([raised.status, JSON.parse(raised.text).limit], [200, '0.03'])
  assert.equal(await ask('red'), 200)
  assert.equal(await ask('blue'), 429)
  // The limit on requests is another bucket, which is used up by now.
  assert.equal(await ask('red'), 429)
  const often = await admin('/budgets/raise', { budget: 'often', subject: 'team=red', limit: 10 })
  assert.equal(JSON.parse(often.text).limit, 10)
  assert.equal(await ask('red'), 200)
  // As long as it is reset, the raise stays.
  const { buckets } = JSON.parse((await admin('/budgets/per-team')).text)
  const key = buckets.find((bucket: unknown) => jsonAt(bucket, 'subject') === 'team=red').key
  assert.deepEqual(JSON.parse((await admin('/budgets/reset', { key })).text), { reset: true })
  assert.equal(await ask('red'), 200)
  const again = JSON.parse((await admin('/budgets/per-team')).text).buckets
  const red = again.find((bucket: unknown) => jsonAt(bucket, 'subject') === 'team=red')
  assert.deepEqual([red.limit, red.raised, red.committed], ['0.03', '0.02', '0.006'])
})

test('each change is in the trail with who and what', LIMIT, async () => {
  const { entries } = JSON.parse((await admin('/trail')).text)
  assert.deepEqual(
    entries.map((entry: unknown) => [jsonAt(entry, 'principal'), jsonAt(entry, 'operation'), jsonAt(entry, 'status')]),
    [
      ['local', 'raiseBudget', 200],
      ['local', 'raiseBudget', 200],
      ['local', 'resetBudget', 200],
    ],
  )
  assert.equal(jsonAt(entries[2], 'fields', 'taken'), 24_000_000)
})
