import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { test } from 'node:test'
import { arrive } from '../../bench/arrivals.js'

const whenever = () => ({ begin: performance.now(), end: Number.POSITIVE_INFINITY, rampMs: 0 })

test('without a rate so many run at once, and the next begins when one has ended', async () => {
  let running = 0
  let most = 0
  const seen: number[] = []
  await arrive({ ...whenever(), requests: 7, connections: 3 }, async (index) => {
    seen.push(index)
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  })
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6])
  assert.equal(most, 3)
})

test('at a rate requests begin whatever became of those before, and all are waited for', async () => {
  const ends: (() => void)[] = []
  let ended = 0
  await arrive({ ...whenever(), requests: 5, connections: 1, rate: 10_000 }, async () => {
    await new Promise<void>((resolve) => {
      ends.push(resolve)
      if (ends.length === 5) for (const end of ends) end()
    })
    ended++
  })
  assert.equal(ended, 5)
})

test('nothing begins after the end', async () => {
  let started = 0
  const over = { ...whenever(), end: performance.now() - 1, requests: 5, connections: 2 }
  await arrive(over, async () => void started++)
  await arrive({ ...over, rate: 1000 }, async () => void started++)
  assert.equal(started, 0)
})
