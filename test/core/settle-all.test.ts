import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settleAll } from '../../core/policy.js'
import { outcomeOf } from '../policies/budget/spending-fakes.js'

test('watches are settled one after the other, at once where none of them waits', async () => {
  const told: string[] = []
  const quick = (name: string) => ({ settle: () => void told.push(name) })
  const outcome = outcomeOf([])
  assert.equal(settleAll([quick('a'), {}, quick('b')], outcome), undefined)
  assert.deepEqual(told, ['a', 'b'])

  let finish = () => {}
  const slow = {
    settle: () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  }
  const done = settleAll([quick('c'), slow, quick('d')], outcome)
  assert.deepEqual(told, ['a', 'b', 'c'])
  finish()
  await done
  assert.deepEqual(told, ['a', 'b', 'c', 'd'])
})
