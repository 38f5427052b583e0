import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prose, requestBody } from '../../bench/prompt.js'

const shape = { model: 'gpt-4o', stream: 'yes', chunks: 20, intervalMs: 5 } as const

test('prose has the asked size, is the same for the same seed and another for the next', () => {
  assert.equal(prose(2048, 1).length, 2048)
  assert.equal(prose(2048, 1), prose(2048, 1))
  assert.notEqual(prose(2048, 1), prose(2048, 2))
})

test('no two requests of a job ask the same', () => {
  const bodies = new Set(Array.from({ length: 1000 }, (_, index) => requestBody(shape, 256, index)))
  assert.equal(bodies.size, 1000)
})

test("a request carries the answer's shape in its metadata", () => {
  const body = JSON.parse(requestBody(shape, 64, 0))
  assert.equal(body.stream, true)
  assert.deepEqual(body.metadata, { chunks: '20', interval: '5' })
})
