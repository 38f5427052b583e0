import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCleanup } from '../../cli/cleanup.js'

test('steps are taken last first, each once, and one that fails does not stop the others', async (t) => {
  const lines = t.mock.method(process.stderr, 'write', () => true)
  const taken: string[] = []
  const cleanup = createCleanup()
  cleanup.add(async () => taken.push('first'))
  cleanup.add(async () => {
    throw new Error('no')
  })
  cleanup.add(async () => taken.push('last'))
  await cleanup.run()
  await cleanup.run()
  lines.mock.restore()
  assert.deepEqual(taken, ['last', 'first'])
  assert.match(String(lines.mock.calls[0]?.arguments[0]), /while stopping: no/)
})

test('force takes what can be done at once', () => {
  const taken: string[] = []
  const cleanup = createCleanup()
  cleanup.add(
    async () => taken.push('slow'),
    () => taken.push('quick'),
  )
  cleanup.add(async () => taken.push('slow'))
  cleanup.force()
  assert.deepEqual(taken, ['quick'])
})
