import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, type SpendingSource } from '../../io/metrics.js'
import { createWorkerMetrics } from '../../io/worker-metrics.js'
import { ruleOf, statesOf } from '../support/buckets.js'

const eng = ruleOf({ name: 'eng' })
const telling: SpendingSource = {
  rules: () => [eng],
  budgets: async () => statesOf(eng, { committed: 2_000_000_000, reserved: 0 }),
  storeUp: () => true,
}
const worker = (open: number, storeUp: boolean) =>
  createMetrics(() => open, { spending: { rules: () => [], budgets: async () => [], storeUp: () => storeUp } })

const ONE = { number: 1, pid: 71 }
const TWO = { number: 2, pid: 72 }

/** The lines of these metrics, without help and type. */
const samples = (text: string, names: RegExp) => text.split('\n').filter((line) => names.test(line))

test('counters and gauges add up, budgets are told once, the store is up where it is for all', async () => {
  const [one, two] = [worker(3, true), worker(4, false)]
  one.refusedContext('absent')
  one.refusedContext('absent')
  two.refusedContext('absent')
  two.refusedContext('expired')
  const primary = createMetrics(() => 0, { spending: telling })
  primary.reload('ok')
  const metrics = createWorkerMetrics(primary, async () => {
    metrics.heard(ONE, await one.figures())
    metrics.heard(TWO, await two.figures())
  })
  const text = await metrics.text()
  assert.deepEqual(samples(text, /^tollgate_(refused_c|exchanges|budget_s|store|config|worker)/).sort(), [
    'tollgate_budget_spent_usd{budget="eng"} 2',
    'tollgate_config_reloads_total{result="ok"} 1',
    'tollgate_exchanges_open 7',
    'tollgate_refused_contexts_total{reason="absent"} 3',
    'tollgate_refused_contexts_total{reason="expired"} 1',
    'tollgate_store_up 0',
    'tollgate_worker_requests_total{worker="1"} 0',
    'tollgate_worker_requests_total{worker="2"} 0',
  ])
  assert.equal(samples(text, /^process_start_time_seconds /).length, 1)
  assert.equal(samples(text, /^nodejs_version_info/).length, 1)
  for (const [, name] of text.matchAll(/^# TYPE (\S+)/gm)) {
    assert.equal(text.split(`# TYPE ${name} `).length, 2, `${name} comes once`)
  }
})

test('what a process has counted outlives it, and is not counted again in the next one', async () => {
  const metrics = createWorkerMetrics(
    createMetrics(() => 0),
    async () => {},
  )
  const count = async () => samples(await metrics.text(), /^tollgate_(unknown_exchanges_total|exchanges_open) /)
  for (let generation = 0; generation < 3; generation += 1) {
    const process = { number: 1, pid: 100 + generation }
    const figures = createMetrics(() => 5)
    figures.unknownExchange()
    metrics.heard(process, await figures.figures())
    assert.deepEqual(await count(), [`tollgate_unknown_exchanges_total ${generation + 1}`, 'tollgate_exchanges_open 5'])
    metrics.gone(process)
    metrics.gone(process)
    assert.deepEqual(await count(), [`tollgate_unknown_exchanges_total ${generation + 1}`, 'tollgate_exchanges_open 0'])
  }
})

test("delays and pauses are those of the workers, not of the primary's", async () => {
  const own = createMetrics(() => 0)
  const metrics = createWorkerMetrics(own, async () => {})
  const delays = async () => samples(await metrics.text(), /^tollgate_(event_loop_delay|gc_pause)_seconds_count/)
  assert.deepEqual(await delays(), [])
  const figures = await createMetrics(() => 0).figures()
  metrics.heard(ONE, figures)
  metrics.heard(TWO, figures)
  assert.ok((await delays()).includes('tollgate_event_loop_delay_seconds_count 0'))
})
