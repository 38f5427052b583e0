import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attempt, attempts } from './fake-row-files.js'
import { createFakeSink, type FakeSink } from './fake-sink.js'
import { shippingWorld, stored } from './shipping-world.js'

test('rows of every source reach every sink once, in order, in batches', async () => {
  const [a, b] = [createFakeSink('a'), createFakeSink('b')]
  const { time, files, shipper, events } = shippingWorld([a, b])
  files.append('one', 0, ...attempts(25))
  files.append('two', 0, ...attempts(3))
  await time.advance(3000)
  for (const sink of [a, b]) {
    assert.deepEqual(stored(sink, 'one'), files.lines('one'))
    assert.deepEqual(stored(sink, 'two'), files.lines('two'))
    assert.deepEqual([...sink.batches].sort(), [10, 10, 3, 5])
  }
  assert.equal(events.filter((event) => event.startsWith('a took')).length, 4)
  assert.deepEqual(
    shipper.status().map(({ name, up, behind }) => ({ name, up, behind })),
    [
      { name: 'a', up: true, behind: 0 },
      { name: 'b', up: true, behind: 0 },
    ],
  )
})

test('a full batch goes at once, others when their first row is old enough; young rows are not touched', async () => {
  const sink = createFakeSink('a')
  const { time, files } = shippingWorld([sink])
  await time.advance(100)
  files.append('one', 100, ...attempts(12))
  await time.advance(500)
  assert.deepEqual(sink.batches, [], 'rows that may not be on the disk yet')
  await time.advance(500)
  assert.deepEqual(sink.batches, [10])
  await time.advance(1000)
  assert.deepEqual(sink.batches, [10, 2])
})

test('a sink that is away loses nothing and holds up no other; nothing of its errors is shown but their kind', async () => {
  const [a, b] = [createFakeSink('a'), createFakeSink('b')]
  const { time, files, shipper, events } = shippingWorld([a, b])
  a.mode = 'away'
  files.append('one', 0, ...attempts(30))
  await time.advance(60_000)
  assert.deepEqual(stored(b, 'one'), files.lines('one'))
  assert.deepEqual(a.rows('one'), [])
  const [status] = shipper.status()
  assert.deepEqual([status?.up, status?.behind, status?.failure], [false, 30, 'Error'])
  assert.deepEqual(
    events.filter((event) => event.startsWith('a ')),
    ['a down Error'],
  )
  const calls = a.calls()
  assert.ok(calls >= 6 && calls <= 9, `pauses grow: ${calls} calls in a minute`)
  a.mode = 'well'
  await time.advance(31_000)
  assert.deepEqual(stored(a, 'one'), files.lines('one'))
  assert.ok(events.includes('a up'))
})

test('rows whose answer was lost are not there twice', async () => {
  const sink = createFakeSink('a')
  const { time, files } = shippingWorld([sink])
  sink.mode = 'answers get lost'
  files.append('one', 0, ...attempts(15))
  await time.advance(3000)
  sink.mode = 'well'
  files.append('one', 3000, ...attempts(15, 16))
  await time.advance(31_000)
  assert.deepEqual(stored(sink, 'one'), files.lines('one'))
})

test('a sink that hangs is given up after its deadline and asked again later', async () => {
  const sink = createFakeSink('a')
  const { time, files, shipper } = shippingWorld([sink])
  sink.mode = 'hangs'
  files.append('one', 0, ...attempts(5))
  await time.advance(2600)
  assert.equal(shipper.status()[0]?.failure, 'no answer within 2000 ms')
  sink.mode = 'well'
  await time.advance(10_000)
  assert.deepEqual(stored(sink, 'one'), files.lines('one'))
})

test('a shipper that starts from nothing goes on where the sink is', async () => {
  const sink = createFakeSink('a')
  const first = shippingWorld([sink])
  first.files.append('one', 0, ...attempts(7))
  await first.time.advance(3000)
  await first.time.until(first.shipper.close(), 5000)
  const second = shippingWorld([sink], first.files)
  second.files.append('one', 0, ...attempts(4, 8))
  await second.time.advance(3000)
  assert.deepEqual(stored(sink, 'one'), first.files.lines('one'))
})

test('closing ships the last rows, however young; a sink that hangs does not hold it up', async () => {
  const [a, b] = [createFakeSink('a'), createFakeSink('b')]
  const { time, files, shipper } = shippingWorld([a, b])
  await time.advance(5000)
  b.mode = 'hangs'
  files.append('one', 5000, ...attempts(3))
  await time.until(shipper.close(), 4000)
  assert.deepEqual(stored(a, 'one'), files.lines('one'))
})

test('rows under a name that another ledger has used are not mixed with its own', async () => {
  const sink = createFakeSink('a')
  const other = shippingWorld([sink])
  other.files.append('one', 0, ...attempts(9))
  await other.time.advance(3000)
  const { time, files, shipper } = shippingWorld([sink])
  files.append('one', 0, ...attempts(3))
  await time.advance(3000)
  assert.match(shipper.status()[0]?.failure ?? '', /another ledger/)
  assert.equal(sink.rows('one').length, 9)
})

test('whatever fails in whatever order, every row is there once and in order', async () => {
  const modes = fc.constantFrom<FakeSink['mode'][]>('well', 'away', 'hangs', 'answers get lost')
  const step = fc.record({
    mode: modes,
    rows: fc.integer({ min: 0, max: 25 }),
    ms: fc.integer({ min: 0, max: 9000 }),
    next: fc.constantFrom('go on', 'restart', 'close segment'),
    source: fc.constantFrom('one', 'two'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const sink = createFakeSink('a')
      const { time, files, start, shipper } = shippingWorld([sink])
      let running = shipper
      for (const { mode, rows, ms, next, source } of steps) {
        sink.mode = mode
        const from = files.lines(source).length + 1
        files.append(source, time.clock.now(), ...attempts(rows, from))
        await time.advance(ms)
        if (next === 'restart') {
          await time.until(running.close(), 10_000)
          running = start()
        }
        if (next === 'close segment') files.closeSegment(source, time.clock.now())
      }
      sink.mode = 'well'
      await time.advance(40_000)
      for (const source of ['one', 'two']) assert.deepEqual(stored(sink, source), files.lines(source))
      await time.until(running.close(), 10_000)
    }),
    { numRuns: 30 },
  )
})

test('a row that is larger than a batch goes alone', async () => {
  const sink = createFakeSink('a')
  const { time, files } = shippingWorld([sink])
  const huge = attempt(2, { tags: { note: 'x'.repeat(1_500_000) } })
  files.append('one', 0, attempt(1), huge, attempt(3))
  await time.advance(4000)
  assert.deepEqual(stored(sink, 'one'), files.lines('one'))
  assert.deepEqual(sink.batches, [1, 1, 1])
})
