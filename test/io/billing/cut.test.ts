import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batches, type Cut, slices, type Waiting } from '../../../io/billing/cut.js'

const MINUTE = 60_000

/** Rows written at these times (ms), each so many bytes. */
function waiting(...rows: readonly (readonly [at: number, bytes: number])[]): readonly Waiting[] {
  return rows.map(([at, bytes], index) => ({
    bytes,
    row: { kind: 'closed', seq: index + 1, at: new Date(at).toISOString(), prev: '', hash: '' },
  }))
}

/** The sizes of all batches of rows of which so many more come at a time. */
function sizes(cut: Cut, rows: readonly Waiting[], steps: readonly number[], end: number): readonly number[] {
  const found: number[] = []
  let left: readonly Waiting[] = []
  let read = 0
  const take = (now: number) => {
    for (let count = cut.next(left, now, 'usual'); count > 0; count = cut.next(left, now, 'usual')) {
      found.push(count)
      left = left.slice(count)
    }
  }
  for (const step of [...steps, rows.length]) {
    left = [...left, ...rows.slice(read, read + step)]
    read += step
    take(Date.parse(left.at(-1)?.row.at ?? '1970-01-01'))
  }
  take(end)
  return found
}

test('a batch is full by rows or by bytes, or goes with age', () => {
  const cut = batches({ rows: 3, bytes: 100, age: 1000 })
  const rows = waiting([0, 10], [0, 10], [900, 10], [900, 10])
  assert.equal(cut.next(rows, 0, 'usual'), 3)
  assert.equal(cut.next(rows.slice(0, 2), 999, 'usual'), 0)
  assert.equal(cut.next(rows.slice(0, 2), 1000, 'usual'), 2)
  assert.equal(cut.next(rows.slice(0, 2), 0, 'ending'), 2)
  assert.equal(cut.next(waiting([0, 60], [0, 60]), 0, 'usual'), 1)
  assert.equal(cut.next(waiting([0, 500]), 1000, 'usual'), 1)
  assert.equal(cut.next([], 0, 'ending'), 0)
})

test('a slice ends with its span of time, which must be over', () => {
  const cut = slices({ every: MINUTE, rows: 100, bytes: 1000 })
  const rows = waiting([0, 1], [MINUTE - 1, 1], [MINUTE, 1])
  assert.equal(cut.next(rows, MINUTE, 'usual'), 2)
  assert.equal(cut.next(rows.slice(0, 2), MINUTE, 'usual'), 0, 'a row of the span may still come')
  assert.equal(cut.next(rows.slice(0, 2), MINUTE + 5000, 'usual'), 2)
  assert.equal(cut.next(rows.slice(0, 2), 0, 'ending'), 0, 'the next process goes on with it')
})

test('slices are the same however the rows come', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 1, max: 600 }))
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 20 })), (drawn, steps) => {
      const rows = waiting(...[...drawn].sort(([a], [b]) => a - b))
      const cut = slices({ every: MINUTE, rows: 10, bytes: 1000 })
      const whole = sizes(cut, rows, [], 10 * MINUTE)
      assert.deepEqual(sizes(cut, rows, steps, 10 * MINUTE), whole)
      assert.equal(
        whole.reduce((sum, one) => sum + one, 0),
        rows.length,
      )
    }),
  )
})
