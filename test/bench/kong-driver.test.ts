import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decode } from '@msgpack/msgpack'
import { BASELINE_NAME, baselineConfig, writeBaseline } from '../../bench/kong-baseline.js'
import { CALLS, FORMS, instanceConfig, ROUTE_CALL, SECRET } from '../../bench/kong-calls.js'
import { callFor, drive, kongMessages } from '../../bench/kong-driver.js'
import { readContext } from '../../core/signed-context.js'
import { PLUGIN_NAME } from '../../plugins/names.js'
import { equal, signWith } from '../../relay/signing.js'
import { pluginsDir } from '../support/kong/plugin-build.js'
import { startPluginServer } from '../support/kong/plugin-server.js'

const sign = signWith(SECRET)

test('the plugin and its baseline make the same calls, on every place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'))
  const run = async (directory: string, plugin: string, configOf: typeof instanceConfig) => {
    const socketPath = join(folder, `${plugin}.sock`)
    const server = await startPluginServer({ pluginsDir: directory, socketPath })
    try {
      const counts: number[] = []
      for (const form of FORMS) {
        const job = { socketPath, plugin, config: configOf(form), form, connections: 4, events: 40 }
        const report = await drive(job)
        assert.equal(report.events, 40)
        assert.ok(report.p50 > 0 && report.p50 <= report.p99)
        counts.push(report.calls)
      }
      return counts
    } finally {
      await server.stop()
    }
  }
  try {
    const baseline = await run(writeBaseline(folder), BASELINE_NAME, (form) => baselineConfig(form, sign))
    assert.deepEqual(baseline, [160, 200, 120])
    const [route = 0, ...others] = await run(pluginsDir(), PLUGIN_NAME, instanceConfig)
    // On one route the plugin asks for its name at first, here once for each phase that began before the answer.
    assert.ok(route > 160 && route <= 164, `${route} calls`)
    assert.deepEqual(others, [200, 120])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a plugin that does not do its work ends the run', () => {
  assert.throws(() => callFor('route', 0, 'kong.response.exit', [503]), /called 'kong.response.exit', not/)
  assert.throws(() => callFor('egress', 2, 'kong.service.set_upstream', ['elsewhere']), /another argument/)
  assert.throws(
    () => callFor('route', 2, 'kong.service.request.set_header', ['x-tollgate-context', '']),
    /another argument/,
  )
  assert.equal(callFor('route', 2, ROUTE_CALL.method, []), ROUTE_CALL)
})

test('ids are put into what has been encoded before', () => {
  const messages = kongMessages('service', 7)
  assert.deepEqual(decode(messages.event(70_000)), [
    0,
    70_000,
    'plugin.HandleEvent',
    [{ InstanceId: 7, EventName: 'access' }],
  ])
  assert.deepEqual(decode(messages.step(ROUTE_CALL, 3, 2 ** 32 - 1)), [
    0,
    3,
    'plugin.StepRoute',
    [{ EventId: 2 ** 32 - 1, Data: ROUTE_CALL.answer }],
  ])
})

test('every egress context is signed anew', () => {
  const [call] = CALLS.egress
  assert.ok(call)
  const messages = kongMessages('egress', 1)
  const nonces = Array.from({ length: 3 }, (_, id) => {
    const message: unknown = decode(messages.step(call, id, 1))
    const value = Array.isArray(message) ? message[3][0].Data : undefined
    const read = readContext(value, { purpose: 'egress', now: Date.now(), window: 30_000, sign, equal })
    return read.kind === 'valid' ? read.context.nonce : read.reason
  })
  assert.equal(new Set(nonces).size, 3)
})
