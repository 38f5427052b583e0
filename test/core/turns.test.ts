import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AT_ONCE, eachInSteps, ITEMS_TOGETHER, inTurns, type Steps } from '../../core/turns.js'

function* work(...announced: readonly number[]): Steps<string> {
  for (const units of announced) yield units
  return 'done'
}

function turns(times: readonly number[] = []) {
  const left = [...times]
  const made = { pauses: 0, timeout: 100, clock: { monotonic: () => left.shift() ?? 0 } }
  return Object.assign(made, {
    pause: async () => {
      made.pauses++
    },
  })
}

test('what fits into one turn is done without waiting', () => {
  const one = turns()
  assert.equal(inTurns(work(AT_ONCE / 2, AT_ONCE / 2), one), 'done')
  assert.equal(inTurns(work(AT_ONCE * 9), one), 'done')
  assert.equal(inTurns(work(), one), 'done')
  assert.equal(one.pauses, 0)
})

async function pausesOf(announced: readonly number[], times?: readonly number[]): Promise<number> {
  const some = turns(times)
  assert.equal(await inTurns(work(...announced), some), 'done')
  return some.pauses
}

test('others have their turn before what does not fit, and once more before what follows on it', async () => {
  assert.equal(await pausesOf([AT_ONCE, 1]), 1 + 1)
  assert.equal(await pausesOf([1, AT_ONCE, 1]), 2 + 1)
  assert.equal(await pausesOf(Array.from({ length: 64 }, () => AT_ONCE / 4)), 15 + 1)
})

test('a turn is over after 4 ms, however little has been announced', async () => {
  const announced = Array.from({ length: 16 }, () => AT_ONCE / 16)
  assert.equal(await pausesOf(announced, [0, 1, 2, 3, 3.9]), 0)
  assert.equal(await pausesOf(announced, [0, 4, 4, 5, 6, 7, 7.9]), 1 + 1)
})

test('time alone does not give work up that has no timeout', async () => {
  const slow = { ...turns([0, 1e9, 2e9]), timeout: undefined }
  assert.equal(await inTurns(work(AT_ONCE, 1, AT_ONCE), slow), 'done')
})

test('work that is not over in time is given up', async () => {
  await assert.rejects(async () => inTurns(work(AT_ONCE, 1, AT_ONCE), turns([0, 100, 101])), { name: 'ScanTimeout' })
  assert.equal(await inTurns(work(AT_ONCE, 1, AT_ONCE), turns([0, 100, 100])), 'done')
})

test('what the work throws comes out', async () => {
  function* failing(units: number): Steps<void> {
    yield units
    yield units
    throw new RangeError('x')
  }
  assert.throws(() => inTurns(failing(1), turns()), RangeError)
  await assert.rejects(async () => inTurns(failing(AT_ONCE), turns()), RangeError)
})

test('work on each item of a list is announced ahead, together with what others left', () => {
  const done: number[] = []
  const steps = eachInSteps(
    [1, 2, 3, 4],
    () => ITEMS_TOGETHER / 2,
    (item) => done.push(item),
    ITEMS_TOGETHER / 2,
  )
  assert.deepEqual(steps.next(), { done: false, value: ITEMS_TOGETHER })
  assert.deepEqual(done, [])
  assert.deepEqual(steps.next(), { done: false, value: ITEMS_TOGETHER })
  assert.deepEqual(done, [1, 2])
  assert.deepEqual(steps.next(), { done: true, value: ITEMS_TOGETHER / 2 })
  assert.deepEqual(done, [1, 2, 3, 4])
})
