import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { jsonAt } from '../support/json-at.js'
import { readMetrics, total } from '../support/metrics.js'
import { type Receiver, startReceiver } from '../support/receiver.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const SECRET = 'a secret of the tests'

let world: World
let receiver: Receiver
let slack: Receiver
before(async () => {
  receiver = await startReceiver()
  slack = await startReceiver()
  world = await startWorld({
    accounts: { oa: 'openai' },
    models: { gpt: ['oa/house-model'] },
    settings: {
      prices: { 'house-model': { input: 1, output: 1 } },
      identity: { headers: { user: 'x-user', team: 'x-team' } },
      budgets: [{ name: 'red', match: { team: 'red' }, each: 'user', limit: { usd: 0.1, per: 'year' } }],
      alerts: {
        every: '1s',
        webhooks: [
          { name: 'ops', url: receiver.url, secret: SECRET },
          { name: 'chat', url: slack.url, format: 'slack', kinds: ['threshold'] },
          { name: 'blue', url: receiver.url, secret: SECRET, teams: ['blue'] },
        ],
      },
    },
  })
})
after(async () => {
  await world?.stop()
  await receiver?.stop()
  await slack?.stop()
})

/** Spends some dollars as ann of the team red. */
async function spend(dollars: number): Promise<void> {
  const usage = { input: Math.round(dollars * 1e6), output: 0 }
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('ok', { usage })))
  const headers = { 'x-user': 'ann', 'x-team': 'red' }
  const body = { model: 'gpt', max_tokens: 10, messages: [{ role: 'user', content: 'the secret plan' }] }
  assert.equal((await world.chat(body, headers)).status, 200)
  await world.settled()
}

const admin = async (path: string, init?: RequestInit) => fetch(`${world.host.adminUrl}${path}`, init)

test('a budget that reaches its thresholds is told of once, signed, without content', LIMIT, async () => {
  await spend(0.085)
  await eventually(
    'two alerts',
    async () => receiver.calls.filter(({ body }) => body.includes('threshold')).length >= 2,
  )
  const thresholds = receiver.calls.filter(({ body }) => jsonAt(JSON.parse(body), 'kind') === 'threshold')
  assert.deepEqual(thresholds.map(({ body }) => jsonAt(JSON.parse(body), 'facts', 'threshold')).sort(), [50, 80])
  for (const { headers, body } of thresholds) {
    const [, time, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-tollgate-signature'])) ?? []
    assert.equal(given, createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'))
    assert.equal(headers['x-tollgate-alert-id'], jsonAt(JSON.parse(body), 'id'))
    assert.deepEqual(jsonAt(JSON.parse(body), 'teams'), ['red'])
    assert.ok(!body.includes('secret'))
  }
  await eventually('the chat is told too', async () => slack.calls.length === 2)
  assert.match(String(jsonAt(JSON.parse(slack.calls[0]?.body ?? ''), 'text')), /^Budget red \(user=ann\) has reached/)
})

test('after a reset the same threshold is told of again', LIMIT, async () => {
  const earlier = slack.calls.length
  const { buckets } = (await (await admin('/budgets/red')).json()) as { buckets: { key: string }[] }
  const key = buckets[0]?.key
  const headers = { 'content-type': 'application/json' }
  await admin('/budgets/reset', { method: 'POST', headers, body: JSON.stringify({ key }) })
  await eventually('nothing is in force', async () => {
    const { active } = (await (await admin('/alerts')).json()) as { active: { kind: string }[] }
    return active.every(({ kind }) => kind !== 'threshold')
  })
  await spend(0.055)
  await eventually('another alert', async () => slack.calls.length === earlier + 1)
})

test('alerts are listed and counted, and a webhook can be tested', LIMIT, async () => {
  const listed: unknown = await (await admin('/alerts')).json()
  assert.equal(jsonAt(listed, 'recent', 0, 'budget'), 'red')
  const samples = await readMetrics(world.host.adminUrl)
  assert.equal(total(samples, 'tollgate_alerts_total', { kind: 'threshold' }), 3)
  assert.equal(total(samples, 'tollgate_alert_deliveries_total', { webhook: 'blue' }), 0)
  const headers = { 'content-type': 'application/json' }
  const asked = (webhook: string) =>
    admin('/alerts/test', { method: 'POST', headers, body: JSON.stringify({ webhook }) })
  assert.equal((await asked('nobody')).status, 404)
  const answer = await asked('blue')
  assert.equal(answer.status, 202)
  const { id } = (await answer.json()) as { id: string }
  await eventually('the test arrives', async () =>
    receiver.calls.some(({ headers }) => headers['x-tollgate-alert-id'] === id),
  )
})

test(
  'what was spent gets from the ledger into the reports, and budgets say when they will be gone',
  LIMIT,
  async () => {
    await eventually('the spend of the team is there', async () => {
      const report = await (await admin('/spend?by=team')).text()
      return report.includes('"red"') && report.includes('0.14')
    })
    const budgets: unknown = await (await admin('/budgets/red')).json()
    const forecast = jsonAt(budgets, 'buckets', 0, 'forecast')
    assert.equal(typeof jsonAt(forecast, 'probability'), 'number')
  },
)
