import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compare } from '../../../bench/pipeline/figures.js'
import { guard } from '../../../bench/pipeline/guard.js'
import { committedSchema, judge } from '../../../bench/pipeline/guard-verdict.js'
import { guardResults } from '../../../bench/pipeline/results.js'
import type { Rounds } from '../../../bench/pipeline/rounds.js'
import { resultsFile } from '../../../bench/results.js'
import { roundsOf } from './sample-rounds.js'

const USUAL = roundsOf({
  pass: [700, 720, 690, 710],
  full: [1100, 1150, 1090, 1120],
  restore: [1200, 1220, 1250, 1210],
})
const NOISY = roundsOf({
  pass: [700, 720, 690, 710],
  full: [1100, 2000, 1000, 2100],
  restore: [1200, 1220, 1250, 1210],
})
const SLOWER = roundsOf({
  pass: [700, 720, 690, 710],
  full: [1700, 1690, 1800, 1650],
  restore: [1200, 1220, 1250, 1210],
})

const written = guardResults(compare(USUAL))
const COMMITTED = committedSchema.parse(JSON.parse(JSON.stringify({ guard: written }))).guard

async function guarded(...runs: readonly Rounds[]) {
  const said: string[] = []
  let asked = 0
  const measureOnce = async () => runs[asked++] ?? assert.fail('measured too often')
  const code = await guard(COMMITTED, measureOnce, (line) => said.push(line))
  return { code, asked, said: said.join('\n') }
}

test('what costs what it did is kept, after one run', async () => {
  const { code, asked, said } = await guarded(USUAL)
  assert.deepEqual([code, asked], [0, 1])
  assert.match(said, /^kept: json, processor CPU per request, full: 1\.1/m)
})

test('a planted regression fails the guard, once it has been seen twice', async () => {
  const { code, asked, said } = await guarded(SLOWER, SLOWER)
  assert.deepEqual([code, asked], [1, 2])
  assert.match(said, /^regressed: json, processor CPU per request, full/m)
})

test('one bad run alone fails nobody', async () => {
  assert.equal((await guarded(SLOWER, USUAL)).code, 0)
})

test('a machine that is too noisy twice is said to be, and decides nothing', async () => {
  const { code, asked, said } = await guarded(NOISY, NOISY)
  assert.deepEqual([code, asked], [0, 2])
  assert.match(said, /^noisy: json, processor CPU per request, full/m)
  assert.match(said, /too noisy to tell; nothing is decided/)
})

test('one more stream per request is a regression, however fast', () => {
  const json = Object.fromEntries(
    Object.entries(USUAL.json).map(([system, measured]) => [
      system,
      measured.map((m) => ({ ...m, messages: { ...m.messages, streams: m.messages.streams * 1.5 } })),
    ]),
  )
  const found = judge({ ...USUAL, json }, COMMITTED).filter(({ verdict }) => verdict === 'regressed')
  assert.deepEqual(
    found.map(({ figure, system }) => [figure, system]),
    [
      ['gRPC streams per request', 'pass'],
      ['gRPC streams per request', 'full'],
    ],
  )
})

test('without CPU time nothing is measured, and nothing regressed', () => {
  const blind = { ...USUAL, json: {}, stream: {} }
  assert.ok(judge(blind, COMMITTED).every(({ verdict }) => verdict === 'not measured'))
})

test('the committed results have all that is guarded', () => {
  const { guard: committed } = committedSchema.parse(JSON.parse(readFileSync(resultsFile(), 'utf8')))
  assert.equal(judge(USUAL, committed).length, 6)
})
