import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { PROCESS_METRICS, processMetrics } from '../../io/process-metrics.js'

test('pauses of the garbage collector are counted by kind', async () => {
  const registry = new Registry()
  processMetrics([registry], () => false)
  const counted = async () =>
    /^tollgate_gc_pause_seconds_count\{kind="(minor|major)"\} [1-9]/m.test(await registry.metrics())
  let kept: unknown[] = []
  for (let n = 0; n < 500 && !(await counted()); n++) {
    for (let m = 0; m < 20_000; m++) kept.push([m])
    kept = []
    await delay(1)
  }
  assert.ok(await counted())
})

test('how late timers run is measured from the first request on', async () => {
  const registry = new Registry()
  const worked = processMetrics([registry], () => false)
  const counted = async () => /^tollgate_event_loop_delay_seconds_count [1-9]/m.test(await registry.metrics())
  assert.equal(await counted(), false)
  worked()
  for (let n = 0; n < 500 && !(await counted()); n++) await delay(2)
  assert.ok(await counted())
  assert.deepEqual(new Set(registry.getMetricsAsArray().map(({ name }) => name)), PROCESS_METRICS)
})
