import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, goals } from '../../bench/comparison.js'
import type { Measurement } from '../../bench/measure.js'
import { resultsJson } from '../../bench/results.js'
import { markdownTable, replaceFigures } from '../../bench/table.js'

const latency = { p50: 1, p99: 2, max: 3 }

function measurement(processorCpu: number | undefined): Measurement {
  return {
    report: { outcomes: { ok: 10 }, seconds: 1, frames: 100, whole: latency, firstFrame: latency, gap: latency },
    envoyCpu: 500,
    ...(processorCpu === undefined ? {} : { processorCpu, rssMiB: 80 }),
    messages: { messages: processorCpu === undefined ? 0 : 70, streams: processorCpu === undefined ? 0 : 20 },
  }
}

function roundsWith(tollgate: readonly (number | undefined)[]) {
  const row = {
    bare: tollgate.map(() => measurement(undefined)),
    noop: tollgate.map((cpu) => measurement(cpu === undefined ? undefined : 1000)),
    tollgate: tollgate.map(measurement),
  }
  return { json: row, stream: row, single: row }
}

test("a goal is judged by the median of each round's own ratio", () => {
  const [json, chunk] = goals(compare(roundsWith([1500, 1800, 9000]), {}))
  assert.deepEqual(json?.ratio, { median: 1.8, low: 1.5, high: 9 })
  assert.equal(json?.verdict, 'met')
  assert.equal(chunk?.verdict, 'missed')
})

test('without CPU time the goals are not measured rather than met', () => {
  const verdicts = goals(compare(roundsWith([undefined, undefined]), {})).map(({ verdict }) => verdict)
  assert.deepEqual(verdicts, ['not measured', 'not measured'])
})

test('the results keep what holds elsewhere apart from what holds on this machine only', () => {
  const lines = compare(roundsWith([1500, 1500, 1500]), { noop: 50, tollgate: 75 })
  const results = JSON.parse(JSON.stringify(resultsJson(lines, { node: '20.19.0', envoy: '1.40.0' }, 3)))
  assert.equal(results.tollgateOverNoop['JSON, processor CPU per request'].median, 1.5)
  assert.equal(results.tollgateOverNoop['RSS idle'].median, 1.5)
  assert.equal(results.messages['JSON, ext_proc messages per request'].tollgate.median, 7)
  assert.equal(results.thisMachineOnly['JSON, processor CPU per request (µs)'].tollgate.median, 150)
})

test('the table replaces the one before and leaves the rest of the document', () => {
  const document = 'before\n<!-- figures: written by npm run bench -->\nold\n<!-- end of figures -->\nafter\n'
  const table = markdownTable(compare(roundsWith([1500]), {}))
  const written = replaceFigures(document, 'envoy', table)
  assert.ok(written.startsWith('before\n') && written.endsWith('\nafter\n'))
  assert.ok(written.includes('≤ 2.0x: met') && !written.includes('old'))
  assert.equal(replaceFigures(written, 'envoy', table), written)
  assert.throws(() => replaceFigures('no markers', 'envoy', table), /no place/)
})
