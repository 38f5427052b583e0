import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from '../../relay/in-order.js'

function subject() {
  const done: string[] = []
  const work = inOrder({
    changed: () => done.push(work.busy() ? 'busy' : 'idle'),
    failed: (error) => done.push(String(error)),
  })
  const at = (name: string) => () => void done.push(name)
  const held = (name: string) => {
    let go: (error?: Error) => void = () => {}
    const step = () =>
      new Promise<void>((resolve, reject) => {
        go = (error) => {
          done.push(name)
          if (error) reject(error)
          else resolve()
        }
      })
    return { step, go: (error?: Error) => go(error) }
  }
  return { done, work, at, held }
}

test('steps that need no time run at once', () => {
  const { done, work, at } = subject()
  work.run(at('a'))
  work.run(at('b'))
  assert.deepEqual(done, ['a', 'b'])
  assert.equal(work.finished(), undefined)
})

test('what comes while a step takes its time waits, in order', async () => {
  const { done, work, at, held } = subject()
  const [slow, slower] = [held('slow'), held('slower')]
  work.run(slow.step)
  work.run(at('b'))
  work.run(slower.step)
  work.run(at('c'))
  assert.deepEqual(done, ['busy'])
  slow.go()
  await new Promise(setImmediate)
  assert.deepEqual(done, ['busy', 'slow', 'b'])
  const finished = work.finished()
  slower.go()
  await finished
  assert.deepEqual(done, ['busy', 'slow', 'b', 'slower', 'c', 'idle'])
})

test('a step that fails is told of, and those after it run', async () => {
  const { done, work, at, held } = subject()
  work.run(() => {
    throw new Error('at once')
  })
  const slow = held('slow')
  work.run(slow.step)
  work.run(at('after'))
  slow.go(new Error('later'))
  await work.finished()
  assert.deepEqual(done, ['Error: at once', 'busy', 'slow', 'Error: later', 'after', 'idle'])
})
