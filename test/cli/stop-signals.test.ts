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
    () => time,
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
