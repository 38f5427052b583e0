import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineBatch } from '../../io/line-batch.js'

test('lines are handed on together, in their order', () => {
  const written: string[] = []
  const batch = lineBatch((text) => written.push(text))
  batch.write('one\n')
  batch.write('zwei – ü\n')
  assert.deepEqual(written, [])
  batch.flush()
  batch.flush()
  assert.deepEqual(written, ['one\nzwei – ü\n'])
})

test('no line is lost or broken, however long it is', () => {
  const written: string[] = []
  const batch = lineBatch((text) => written.push(text))
  const lines = Array.from({ length: 300 }, (_, n) => `${n} ${'€'.repeat((n * 379) % 20_000)}\n`)
  for (const line of lines) batch.write(line)
  batch.flush()
  assert.equal(written.join(''), lines.join(''))
  assert.ok(written.every((text) => text.endsWith('\n')))
})

test('a line waits a tenth of a second at most, and no timer runs while none waits', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const written: string[] = []
  const batch = lineBatch((text) => written.push(text))
  batch.write('one\n')
  t.mock.timers.tick(99)
  assert.deepEqual(written, [])
  batch.write('two\n')
  t.mock.timers.tick(1)
  assert.deepEqual(written, ['one\ntwo\n'])
  batch.write('three\n')
  batch.flush()
  t.mock.timers.tick(1000)
  assert.deepEqual(written, ['one\ntwo\n', 'three\n'])
})
