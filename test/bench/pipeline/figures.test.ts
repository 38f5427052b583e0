import assert from 'node:assert/strict'
import { test } from 'node:test'
import { charts } from '../../../bench/pipeline/charts.js'
import { compare } from '../../../bench/pipeline/figures.js'
import { goals } from '../../../bench/pipeline/goals.js'
import { pipelineResults } from '../../../bench/pipeline/results.js'
import { FULL } from '../../../bench/pipeline/rows.js'
import { report } from '../../../bench/pipeline/tables.js'
import { replaceFigures } from '../../../bench/table.js'
import { measurement, roundsOf } from './sample-rounds.js'

const ROUNDS = roundsOf({ pass: [700, 800, 650], full: [1100, 1300, 9000], restore: [1200, 1250, 1500] })
const LINES = compare(ROUNDS)
const NOTHING = { idle: {}, alive: {} }
const line = (name: string) => LINES.find((candidate) => candidate.name === name)?.systems

test("a ratio is formed within each round, with each no-op's", () => {
  const full = line('processor CPU per request')?.full
  assert.deepEqual(full?.overTwo, { median: 1.3, low: 1.1, high: 9 })
  assert.deepEqual(full?.overOne, { median: 2.6, low: 2.2, high: 18 })
})

test('a delay is compared with that of bare Envoy in the same round', () => {
  assert.deepEqual(line('p50')?.full?.added, { median: 0.5, low: 0.5, high: 0.5 })
})

test('goals are judged by the median; what is not there is not measured rather than met', () => {
  const judged = goals(LINES, { idle: { pass: 100, full: 111 }, alive: { restore: 30.1 } })
  const verdicts = judged.map(({ verdict }) => verdict)
  assert.deepEqual(verdicts.slice(0, 4), ['missed', 'met', 'met', 'met'])
  assert.deepEqual(verdicts.slice(4, 7), ['not measured', 'not measured', 'not measured'])
  assert.deepEqual(verdicts.slice(7), ['missed', 'met', 'missed'])
  assert.ok(goals([], NOTHING).every(({ verdict }) => verdict === 'not measured'))
})

test('memory per stream is what was added since before the first round, over 2,000', () => {
  const grown = { ...measurement(1000), rssMiB: { before: 180, after: 180, most: 200 } }
  const many = { restore: [{ ...measurement(1000), rssMiB: { before: 100, after: 180, most: 190 } }, grown] }
  const [figure] = compare({ ...ROUNDS, many }).filter(({ name }) => name === 'memory per open stream')
  const { low, high } = figure?.systems.restore?.value ?? assert.fail('no figure')
  assert.deepEqual(
    [low, high].map((kb) => kb.toFixed(3)),
    ['47.186', '52.429'],
  )
})

test('the results keep what holds elsewhere apart from what holds on this machine only', () => {
  const versions = { node: '20.19.0', envoy: '1.40.0' }
  const memory = { idle: { pass: 100.04 }, alive: { full: 22.96 } }
  const judged = goals(LINES, memory)
  const results = JSON.parse(JSON.stringify(pipelineResults({ versions, size: FULL }, LINES, judged, memory)))
  assert.equal(results.overTwoLevels['json, processor CPU per request (µs)'].pass.median, 0.7)
  assert.equal(results.messages['json, gRPC streams per request'].full.median, 2)
  assert.equal(results.thisMachineOnly['json, processor CPU per request (µs)'].pass.median, 70)
  assert.deepEqual(results.thisMachineOnly['idle, RSS (MB)'], { pass: 100 })
  assert.deepEqual(results.thisMachineOnly['open stream, alive (KB)'], { full: 23 })
  assert.equal(results.goals[0].verdict, 'missed')
})

test('the document gets goals, a table for each row that was run, and charts', () => {
  const document =
    'before\n<!-- pipeline figures: written by npm run bench -->\nold\n<!-- end of pipeline figures -->\nafter\n'
  const written = replaceFigures(document, 'pipeline', report(LINES, goals(LINES, NOTHING), NOTHING))
  assert.ok(written.startsWith('before\n') && written.endsWith('\nafter\n'))
  assert.ok(!written.includes('old') && written.includes('1.30x (1.10 to 9.00)'))
  assert.match(written, /≤ 1\.20x +\| missed/)
  assert.doesNotMatch(written, /300 requests per second/)
  assert.deepEqual([...charts(LINES).keys()], ['cpu-per-request.svg', 'cpu-per-chunk.svg', 'added-latency.svg'])
})
