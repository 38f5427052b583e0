import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loopDelay } from '../../io/loop-delay.js'

function world() {
  let now = 1000
  let open = 0
  const late: number[] = []
  const waiting: { readonly at: number; readonly run: () => void }[] = []
  const worked = loopDelay({
    busy: () => open > 0,
    now: () => now,
    wait: (ms, run) => waiting.push({ at: now + ms, run }),
    late: (ms) => late.push(ms),
  })
  return {
    late,
    worked,
    waiting,
    open(requests: number) {
      open = requests
    },
    /** So much time passes, during which nothing else runs. */
    hold(ms: number) {
      now += ms
      for (const one of waiting.splice(0)) {
        if (one.at <= now) one.run()
        else waiting.push(one)
      }
    },
  }
}

test('what holds the event loop is seen once it is over', () => {
  const { worked, hold, late } = world()
  worked()
  hold(20)
  hold(20)
  hold(70)
  hold(25)
  assert.deepEqual(late, [0, 0, 50, 5])
})

test('one timer runs, however many requests there are, and none five seconds after the last one', () => {
  const { worked, hold, late, waiting, open } = world()
  worked()
  worked()
  assert.equal(waiting.length, 1)
  for (let n = 0; n < 1000; n++) hold(20)
  assert.equal(waiting.length, 0)
  assert.ok(late.length >= 250 && late.length < 260, String(late.length))

  open(1)
  worked()
  for (let n = 0; n < 1000; n++) hold(20)
  assert.equal(waiting.length, 1)
  open(0)
  hold(20)
  assert.equal(waiting.length, 0)
})
