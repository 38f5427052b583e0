import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LedgerRound, ledgerLines, ledgerResults, ledgerTable } from '../../bench/ledger-figures.js'
import { replaceFigures } from '../../bench/table.js'

function round(memory: number, perSecond: number): LedgerRound {
  const redis = {
    perSecond,
    clientCpu: 60,
    serverCpu: 90,
    scripts: 2.0004,
    reads: 2,
    reserveP50: 0.15,
    reserveP99: 0.4,
  }
  return { memory, journaled: 31, oneClaim: redis, fourClaims: redis, dispatched: redis, rolling: redis, single: redis }
}

const LINES = ledgerLines([round(10, 4000), round(12, 5000.4), round(90, 12_345)])
const verdictOf = (what: string) => LINES.find((line) => line.what === what)?.goal?.verdict

test('goals are judged by the median, upper and lower bounds alike', () => {
  assert.equal(verdictOf('memory, CPU per request'), 'met')
  assert.equal(verdictOf('memory with journal, CPU per request'), 'missed')
  assert.equal(verdictOf('Redis, 4 claims, pairs'), 'met')
  const slow = ledgerLines([round(10, 4999)]).filter(({ goal }) => goal?.verdict === 'missed')
  assert.deepEqual(
    slow.map(({ what }) => what).filter((what) => what.startsWith('Redis')),
    [
      'Redis, 1 claim, pairs',
      'Redis, 4 claims, pairs',
      'Redis, 4 claims and dispatched, requests',
      'Redis, 4 claims, one full rolling hour, pairs',
    ],
  )
})

test('a count that is off by the question for it is the whole number', () => {
  assert.equal(verdictOf('Redis, scripts per pair'), 'met')
})

test('each row has its median, its extremes where they differ, and its goal', () => {
  const rows = ledgerTable(LINES)
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  assert.deepEqual(rows[0], ['', 'median', 'low to high', 'goal'])
  assert.deepEqual(rows[2], ['memory, CPU per request', '12.0 µs', '10.0 to 90.0', '≤ 30: met'])
  assert.deepEqual(rows[3], ['memory with journal, CPU per request', '31.0 µs', '', '≤ 30: missed'])
  assert.deepEqual(rows[4], ['Redis, 1 claim, pairs', '5,000/s', '4,000 to 12,345', '≥ 5,000: met'])
})

test('the results hold every figure and goal by its name with the unit', () => {
  const results = JSON.parse(JSON.stringify(ledgerResults(LINES, { node: '20.19.0', redis: '6.2.14' }, 3)))
  assert.deepEqual(results.figures['memory, CPU per request (µs)'], { median: 12, low: 10, high: 90 })
  assert.deepEqual(results.goals[2], { name: 'Redis, 1 claim, pairs (/s)', atLeast: 5000, verdict: 'met' })
  assert.equal(Object.keys(results.figures).length, LINES.length)
})

test('the two tables of a document are replaced apart from each other', () => {
  const markers = (name: string) => `<!-- ${name}: written by npm run bench -->\nold\n<!-- end of ${name} -->\n`
  const document = `${markers('pipeline figures')}between\n${markers('ledger figures')}`
  const written = replaceFigures(document, 'ledger', ledgerTable(LINES))
  assert.ok(written.startsWith(`${markers('pipeline figures')}between\n`))
  assert.equal(written.match(/old/g)?.length, 1)
  assert.equal(replaceFigures(written, 'pipeline', 'new').match(/old/g), null)
  assert.throws(() => replaceFigures(markers('pipeline figures'), 'ledger', ''), /no place/)
})
