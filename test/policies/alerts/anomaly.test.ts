import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baselineOf, compare } from '../../../policies/alerts/anomaly.js'
import { randomFor } from '../../../policies/alerts/random.js'
import { HOUR, slotsIn } from '../../../policies/alerts/weeks.js'

const NOW = Date.UTC(2026, 5, 15, 10)
const slotOf = slotsIn('UTC')
const random = randomFor('hours')
const steady = Array.from({ length: 4 * 168 }, () => 9 + 2 * random())

const judge = (
  value: number,
  fields: { readonly at?: number; readonly values?: readonly number[]; readonly atLeast?: number } = {},
) => {
  const { at = NOW + HOUR, values = steady, atLeast = 1 } = fields
  const baseline = baselineOf({ start: NOW - values.length * HOUR, values }, slotOf)
  return baseline && compare(baseline, { value, at, deviations: 3.5, atLeast })
}

test('an hour of the usual is none, one of five times it is one', () => {
  assert.equal(judge(11)?.anomalous, false)
  const found = judge(50)
  assert.equal(found?.anomalous, true)
  assert.ok(Math.abs((found?.usual ?? 0) - 10) < 1)
})

test('an hour in progress is compared with its part of the usual', () => {
  assert.equal(judge(5, { at: NOW + HOUR / 2 })?.anomalous, false)
  assert.equal(judge(30, { at: NOW + HOUR / 2 })?.anomalous, true)
  assert.equal(judge(30, { at: NOW + HOUR / 20 }), undefined)
})

test('an excess that is too small to matter is none', () => {
  assert.equal(judge(50, { atLeast: 41 })?.anomalous, false)
})

test('less than three days of history say nothing', () => {
  assert.equal(judge(50, { values: steady.slice(0, 71) }), undefined)
  assert.equal(judge(50, { values: [...new Array(500).fill(0), ...steady.slice(0, 71)] }), undefined)
})

test('a spike in the past makes no later one usual', () => {
  const values = steady.map((value, index) => (index === steady.length - 168 ? 100 * value : value))
  assert.equal(judge(50, { values })?.anomalous, true)
})

test('a batch of every night is usual at night and stands out by day', () => {
  const values = Array.from({ length: 4 * 168 }, (_, index) => {
    const slot = slotOf(NOW - (4 * 168 - index) * HOUR)
    return slot % 24 === 9 ? 60 : 0.2
  })
  const night = values.slice(0, -1)
  const baseline = baselineOf({ start: NOW - 4 * 168 * HOUR, values: night }, slotOf)
  assert.equal(baseline && compare(baseline, { value: 60, at: NOW, deviations: 3.5, atLeast: 1 })?.anomalous, false)
  assert.equal(judge(60, { values: values.map((value) => (value > 1 ? 0.2 : value)) })?.anomalous, true)
})
