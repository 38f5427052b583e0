import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ForecastQuestion, forecast } from '../../../policies/alerts/forecast.js'
import { randomFor } from '../../../policies/alerts/random.js'
import { HOUR, slotsIn } from '../../../policies/alerts/weeks.js'

const NOW = Date.UTC(2026, 5, 15)
const slotOf = slotsIn('UTC')

function question(values: readonly number[], fields: Partial<ForecastQuestion> = {}): ForecastQuestion {
  return {
    history: { start: NOW - values.length * HOUR, values },
    ...{ now: NOW, end: NOW + 24 * HOUR, committed: 0, limit: 1000, slotOf, random: randomFor('x') },
    ...fields,
  }
}

test('what is steady goes on: the limit is reached when the rate says so', () => {
  const outlook = forecast(question(new Array(336).fill(10), { limit: 120 }))
  assert.equal(outlook?.probability, 1)
  assert.ok(Math.abs((outlook?.exhaustedAt ?? 0) - (NOW + 12 * HOUR)) < 2 * HOUR)
  assert.ok(Math.abs((outlook?.projected ?? 0) - 240) < 24)
})

test('what is far below its limit is not exhausted in the window', () => {
  const outlook = forecast(question(new Array(336).fill(10), { limit: 1000 }))
  assert.deepEqual(
    [outlook?.exhaustedAt, outlook?.earliest, outlook?.latest, outlook?.probability],
    [undefined, undefined, undefined, 0],
  )
})

test('the hour of the week counts: nights and weekends of an office take little', () => {
  const values = Array.from({ length: 28 * 24 }, (_, index) => {
    const slot = slotOf(NOW - (28 * 24 - index) * HOUR)
    return slot < 120 && slot % 24 >= 9 && slot % 24 < 17 ? 10 : 0
  })
  // From Saturday at midnight to Monday at midnight.
  const saturday = NOW - 48 * HOUR
  const weekend = forecast({
    ...question(values.slice(0, -48)),
    history: { start: NOW - 28 * 24 * HOUR, values: values.slice(0, -48) },
    now: saturday,
    end: NOW,
  })
  assert.ok((weekend?.projected ?? 99) < 30, `weekend ${weekend?.projected}`)
  const monday = forecast(question(values))
  assert.ok(Math.abs((monday?.projected ?? 0) - 80) < 20, `monday ${monday?.projected}`)
})

test('nothing is said without an hour to go by, and what is exhausted is so now', () => {
  assert.equal(forecast(question([0, 0, 0])), undefined)
  assert.equal(forecast(question([5], { committed: 1000 }))?.exhaustedAt, NOW)
})

test('for any history: the same answer for the same question, in order, and never below what is committed', () => {
  const values = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000_000 })), {
    minLength: 1,
    maxLength: 200,
  })
  const property = fc.property(
    values,
    fc.nat(1_000_000),
    fc.integer({ min: 1, max: 5_000_000 }),
    (hours, committed, limit) => {
      const asked = () => forecast(question(hours, { committed, limit, random: randomFor('y') }))
      const outlook = asked()
      assert.deepEqual(asked(), outlook)
      if (!outlook) return
      const { projectedLow, projected, projectedHigh, probability, earliest, exhaustedAt, latest } = outlook
      assert.ok(committed <= projectedLow && projectedLow <= projected && projected <= projectedHigh)
      assert.ok(probability >= 0 && probability <= 1)
      assert.ok(
        (earliest ?? Infinity) <= (exhaustedAt ?? Infinity) && (exhaustedAt ?? Infinity) <= (latest ?? Infinity),
      )
      for (const time of [earliest, exhaustedAt, latest])
        if (time !== undefined) assert.ok(time >= NOW && time <= NOW + 24 * HOUR)
    },
  )
  fc.assert(property, { numRuns: 100 })
})
