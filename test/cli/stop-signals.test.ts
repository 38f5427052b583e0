import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeStopSignals } from '../../cli/stop-signals.js'

test('the first signal is reported, its echo ignored, and a later one forces', async () => {
  let time = 0
  let forced = 0
  const signals = takeStopSignals(
    () => {
      forced += 1
    },
    { now: () => time },
  )
  try {
    process.emit('SIGTERM', 'SIGTERM')
    assert.equal(await signals.first, 'SIGTERM')
    time = 5
    process.emit('SIGINT', 'SIGINT')
    assert.equal(forced, 0)
    time = 1500
    process.emit('SIGINT', 'SIGINT')
    assert.equal(forced, 1)
  } finally {
    signals.release()
  }
  assert.equal(process.listenerCount('SIGTERM'), 0)
})

test('SIGHUP may mean something else', () => {
  let hangUps = 0
  const signals = takeStopSignals(() => assert.fail('nothing was to end'), {
    now: () => 0,
    hangUp: () => {
      hangUps += 1
    },
  })
  try {
    process.emit('SIGHUP', 'SIGHUP')
    process.emit('SIGHUP', 'SIGHUP')
    assert.equal(hangUps, 2)
  } finally {
    signals.release()
  }
})
