import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLUGIN_COLUMNS, pluginLines, RELAY_COLUMNS, relayLines } from '../../bench/kong-figures.js'
import type { PluginMeasurement } from '../../bench/kong-plugin.js'
import type { RelayMeasurement } from '../../bench/kong-relay.js'
import { kongResults, kongTable, unmet } from '../../bench/kong-table.js'
import { replaceFigures } from '../../bench/table.js'

function phases(total: number | undefined): PluginMeasurement {
  const report = { events: 10, calls: 41, p50: 150, p99: 300 }
  return { report, ...(total !== undefined && { cpu: { total, user: total * 0.75, system: total * 0.25 } }) }
}

function pluginRounds(tollgate: readonly (number | undefined)[]) {
  const row = {
    baseline: tollgate.map((cpu) => phases(cpu === undefined ? undefined : 400)),
    tollgate: tollgate.map(phases),
  }
  return { route: row, service: row, egress: row, single: row }
}

function job(cpu: number | undefined, p50: number): RelayMeasurement {
  const latency = { p50, p99: 2, max: 3 }
  const report = { outcomes: { ok: 10 }, seconds: 1, frames: 100, whole: latency, firstFrame: latency, gap: latency }
  return { report, ...(cpu !== undefined && { cpu, rssMiB: 60 }) }
}

function relayRounds(relay: readonly (number | undefined)[]) {
  const row = {
    none: relay.map(() => job(undefined, 0.1)),
    bare: relay.map((cpu) => job(cpu === undefined ? undefined : 1000, 0.2)),
    parsing: relay.map((cpu) => job(cpu === undefined ? undefined : 1200, 0.25)),
    relay: relay.map((cpu) => job(cpu, 0.4)),
  }
  return { json: row, stream: row, single: row }
}

const lineOf = <T extends { readonly what: string }>(lines: readonly T[], what: string): T => {
  const found = lines.find((line) => line.what === what)
  assert.ok(found, what)
  return found
}

test("the plugin's goal is judged by the median of its own figure, not by the difference", () => {
  assert.equal(pluginLines(pluginRounds([590, 600, 9000]))[0]?.goal?.verdict, 'met')
  assert.equal(pluginLines(pluginRounds([590, 601, 9000]))[0]?.goal?.verdict, 'missed')
})

test('what the plugin itself costs is a difference and a ratio within each round', () => {
  const line = lineOf(pluginLines(pluginRounds([500, 600, 800])), 'ingress on a route, CPU')
  assert.deepEqual(line.figures['difference'], { median: 20, low: 10, high: 40 })
  assert.deepEqual(line.ratios['Tollgate / baseline'], { median: 1.5, low: 1.25, high: 2 })
})

test("the relay's goals are judged against the bare proxy, whatever it is against the parsing one", () => {
  const lines = relayLines(relayRounds([1600, 1600, 1600]), {})
  const line = lineOf(lines, 'JSON, CPU per request')
  assert.equal(line.goal?.verdict, 'missed')
  assert.equal(line.ratios['relay / bare']?.median, 1.6)
  assert.ok((line.ratios['relay / parsing']?.median ?? 2) < 1.5)
  assert.equal(relayLines(relayRounds([1500, 1500, 1500]), {})[0]?.goal?.verdict, 'met')
})

test('what is added to the latency is the difference within a round', () => {
  const lines = relayLines(relayRounds([1500]), {})
  const toNone = lineOf(lines, '1 connection, p50 added to no proxy').figures
  assert.deepEqual(Object.keys(toNone), ['bare proxy', 'parsing proxy', 'relay'])
  assert.equal(toNone['relay']?.median.toFixed(3), '0.300')
  const toBare = lineOf(lines, '1 connection, p50 added to the bare proxy')
  assert.equal(toBare.figures['relay']?.median.toFixed(3), '0.200')
  assert.deepEqual(toBare.ratios, {})
})

test('without CPU time the goals are not measured rather than met', () => {
  const lines = [...pluginLines(pluginRounds([undefined])), ...relayLines(relayRounds([undefined]), {})]
  assert.deepEqual(
    unmet(lines).map(({ verdict }) => verdict),
    ['not measured', 'not measured', 'not measured'],
  )
})

test('each table has its columns, and a missed goal is told in a sentence', () => {
  const plugin = pluginLines(pluginRounds([700]))
  const relay = relayLines(relayRounds([1600]), { bare: 40, relay: 100 })
  const [head, , first] = kongTable(PLUGIN_COLUMNS, plugin).split('\n')
  assert.match(
    head ?? '',
    /^\| plugin +\| baseline \| Tollgate \| difference \| Tollgate \/ baseline \(low to high\) \| goal +\|$/,
  )
  assert.match(first ?? '', /\| 40\.0 µs +\| 70\.0 µs +\| 30\.0 µs +\| 1\.75x +\| ≤ 60 µs: missed \|$/)
  const idle = kongTable(RELAY_COLUMNS, relay)
    .split('\n')
    .find((row) => row.startsWith('| RSS idle'))
  assert.match(idle ?? '', /\| - +\| 40\.0 MiB +\| - +\| 100 MiB +\| 2\.50x/)
  assert.deepEqual(
    unmet([...plugin, ...relay]).map(({ text }) => text),
    [
      'missed: ingress on a route, CPU at most 60 µs',
      'missed: JSON, CPU per request at most 1.5x',
      'missed: streaming, CPU per chunk at most 1.5x',
    ],
  )
})

test('the results keep what holds elsewhere apart from what holds on this machine only', () => {
  const results = JSON.parse(JSON.stringify(kongResults(relayLines(relayRounds([1600]), {}), 3)))
  assert.equal(results.ratios['JSON, CPU per request']['relay / bare'].median, 1.6)
  assert.equal(results.thisMachineOnly['JSON, CPU per request (µs)'].relay.median, 160)
  assert.deepEqual(results.goals[0], {
    name: 'JSON, CPU per request',
    atMost: '1.5x',
    verdict: 'missed',
    measured: { median: 1.6, low: 1.6, high: 1.6 },
  })
})

test('the tables stand between markers of their own', () => {
  const document = '<!-- Kong figures: written by npm run bench -->\nold\n<!-- end of Kong figures -->\n'
  assert.match(replaceFigures(document, 'kong', 'new'), /bench -->\n\nnew\n\n<!-- end/)
})
