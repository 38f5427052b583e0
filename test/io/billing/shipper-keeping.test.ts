import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attempts, createFakeRowFiles } from './fake-row-files.js'
import { createFakeSink } from './fake-sink.js'
import { KEEPING, shippingWorld, stored } from './shipping-world.js'

test('segments go once all sinks have them and they are old enough', async () => {
  const [a, b] = [createFakeSink('a'), createFakeSink('b')]
  const { time, files } = shippingWorld([a, b])
  b.mode = 'away'
  files.append('one', 0, ...attempts(5))
  files.closeSegment('one', 0)
  files.append('one', 0, ...attempts(5, 6))
  await time.advance(3_700_000)
  assert.equal((await files.segments('one')).length, 2, 'one sink does not have them')
  b.mode = 'well'
  await time.advance(40_000)
  assert.deepEqual(
    (await files.segments('one')).map(({ first }) => first),
    [6],
  )
  assert.deepEqual(stored(b, 'one'), files.lines('one'))
})

test('a segment that is not old enough stays though all have it', async () => {
  const sink = createFakeSink('a')
  const { time, files } = shippingWorld([sink])
  files.append('one', 0, ...attempts(5))
  files.closeSegment('one', 10_000)
  await time.advance(3_600_000)
  assert.equal((await files.segments('one')).length, 1)
  await time.advance(20_000)
  assert.equal((await files.segments('one')).length, 0)
})

test('what waits for a sink that is down is told to those who write', async () => {
  const sink = createFakeSink('a')
  const { time, files, told } = shippingWorld([sink])
  files.append('one', 0, ...attempts(10))
  await time.advance(3000)
  assert.deepEqual(told.at(-1), { unshippedBytes: 0, sources: { one: 10 } })
  sink.mode = 'away'
  files.append('one', 3000, ...attempts(30, 11))
  await time.advance(3000)
  const bytes = files.lines('one').reduce((sum, line) => sum + line.length + 1, 0)
  const waiting = told.at(-1)?.unshippedBytes ?? 0
  assert.ok(waiting > bytes * 0.7 && waiting < bytes * 0.8, `three quarters of ${bytes}: ${waiting}`)
  assert.equal(told.at(-1)?.sources['one'], 10)
  sink.mode = 'well'
  await time.advance(31_000)
  assert.deepEqual(told.at(-1), { unshippedBytes: 0, sources: { one: 40 } })
})

test('a new sink that catches up does not count as one that is down', async () => {
  const files = createFakeRowFiles()
  files.append('one', 0, ...attempts(500))
  const sink = createFakeSink('a')
  const { time, told } = shippingWorld([sink], files)
  await time.advance(3000)
  assert.ok(told.every(({ unshippedBytes }) => unshippedBytes === 0))
})

test('what a sink had is remembered over a restart in which it does not answer', async () => {
  const files = createFakeRowFiles()
  files.append('one', 0, ...attempts(100))
  const sink = createFakeSink('a')
  sink.mode = 'away'
  const { time, told } = shippingWorld([sink], files, KEEPING, { unshippedBytes: 0, sources: { one: 100 } })
  await time.advance(3000)
  assert.equal(told.at(-1)?.unshippedBytes, 0)
})

test('with `admit` the oldest rows give way above the disk budget, and the sink is told of the gap', async () => {
  const sink = createFakeSink('a')
  const files = createFakeRowFiles()
  for (let n = 0; n < 4; n += 1) {
    files.append('one', 0, ...attempts(10, 1 + 10 * n))
    files.closeSegment('one', n)
  }
  files.append('one', 0, ...attempts(2, 41))
  const size = (await files.segments('one'))[0]?.bytes ?? 0
  const { time, events } = shippingWorld([sink], files, { keep: 60_000, disk: Math.ceil(2.5 * size), onFull: 'admit' })
  sink.mode = 'away'
  await time.advance(50_000)
  assert.equal((await files.segments('one')).length, 5, 'not before they are older than `keep`')
  await time.advance(20_000)
  assert.deepEqual(
    (await files.segments('one')).map(({ first }) => first),
    [21, 31, 41],
  )
  sink.mode = 'well'
  await time.advance(31_000)
  const [gap, next, ...others] = sink.rows('one')
  assert.deepEqual(gap?.kind === 'gap' && [gap.seq, gap.from, gap.rows, gap.hash], [20, 1, 20, next?.prev])
  assert.equal(next?.seq, 21)
  assert.equal(others.length, 21)
  assert.ok(events.includes('a missed 20'))
  assert.equal(
    events
      .filter((event) => event.startsWith('a took'))
      .reduce((sum, event) => sum + Number(event.split(' ').at(-1)), 0),
    22,
  )
})

test('with `refuse` nothing is given up', async () => {
  const sink = createFakeSink('a')
  sink.mode = 'away'
  const files = createFakeRowFiles()
  files.append('one', 0, ...attempts(10))
  files.closeSegment('one', 0)
  const { time } = shippingWorld([sink], files, { keep: 1000, disk: 10, onFull: 'refuse' })
  await time.advance(100_000)
  assert.equal((await files.segments('one')).length, 1)
})

test('a new sink begins at the oldest row that is there', async () => {
  const files = createFakeRowFiles()
  files.append('one', 0, ...attempts(10))
  files.closeSegment('one', 0)
  files.append('one', 0, ...attempts(10, 11))
  for (const segment of (await files.segments('one')).slice(0, 1)) await files.remove('one', segment)
  const sink = createFakeSink('a')
  const { time } = shippingWorld([sink], files)
  await time.advance(3000)
  const [gap, ...rows] = sink.rows('one')
  assert.deepEqual(gap?.kind === 'gap' && [gap.seq, gap.from, gap.rows], [10, 1, 10])
  assert.deepEqual(
    rows.map((row) => JSON.stringify(row)),
    files.lines('one').slice(10),
  )
})

test('rows that were lost from the files are told as a gap, and those behind them still come', async () => {
  const files = createFakeRowFiles()
  files.append('one', 0, ...attempts(10))
  files.closeSegment('one', 0)
  files.append('one', 0, ...attempts(10, 11))
  files.lose('one', 9)
  files.lose('one', 10)
  const sink = createFakeSink('a')
  const { time } = shippingWorld([sink], files)
  await time.advance(10_000)
  assert.deepEqual(
    sink.rows('one').map((row) => (row.kind === 'gap' ? `gap ${row.from}-${row.seq}` : row.seq)),
    [1, 2, 3, 4, 5, 6, 7, 8, 'gap 9-10', 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
  )
})
