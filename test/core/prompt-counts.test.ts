import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PromptCount } from '../../core/meter.js'
import { promptCounts } from '../../core/prompt-counts.js'
import { chatRequest, target } from '../policies/fakes.js'

const exactly = (tokens: number): PromptCount => ({ tokens, upperBound: tokens, exact: true })
const [one, two] = [target('one'), target('two')]

test('counts once per target, and only when it is asked to', () => {
  const asked: string[] = []
  const counts = promptCounts((_, { name }) => {
    asked.push(name)
    return exactly(asked.length)
  })
  assert.equal(counts.known(chatRequest, one), undefined)
  assert.deepEqual(asked, [])
  assert.deepEqual(counts.count(chatRequest, one), exactly(1))
  assert.deepEqual(counts.count(chatRequest, two), exactly(2))
  assert.deepEqual(counts.count(chatRequest, one), exactly(1))
  assert.deepEqual(counts.known(chatRequest, one), exactly(1))
  assert.deepEqual(asked, ['one', 'two'])
})

test('counts again what a policy has changed, and forgets what was before', () => {
  let asked = 0
  const counts = promptCounts(() => exactly(++asked))
  counts.count(chatRequest, one)
  const changed = { ...chatRequest }
  assert.deepEqual(counts.count(changed, one), exactly(2))
  assert.deepEqual(counts.known(changed, one), exactly(2))
  assert.equal(counts.known(chatRequest, one), undefined)
})

test('a count that takes its time is made once, and known when it is done', async () => {
  let finish = (_: PromptCount) => {}
  let asked = 0
  const counts = promptCounts(() => {
    asked++
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  const first = counts.count(chatRequest, one)
  const second = counts.count(chatRequest, one)
  assert.equal(counts.known(chatRequest, one), undefined)
  finish(exactly(5))
  assert.deepEqual(await Promise.all([first, second]), [exactly(5), exactly(5)])
  assert.deepEqual(counts.known(chatRequest, one), exactly(5))
  assert.equal(asked, 1)
})
