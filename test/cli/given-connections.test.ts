import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { givenConnections } from '../../cli/given-connections.js'

function setUp() {
  const sent: number[] = []
  return { sent, given: givenConnections((id) => void sent.push(id)) }
}

test('a connection counts from when it is sent until the worker says that it has ended', async () => {
  const { sent, given } = setUp()
  const first = given.give(new Socket())
  const second = given.give(new Socket())
  assert.deepEqual([sent, given.count()], [[1, 2], 2])
  given.taken(1)
  given.taken(2)
  assert.deepEqual(await Promise.all([first, second]), ['taken', 'taken'])
  given.ended(1)
  assert.equal(given.count(), 1)
})

test('what was on its way to a worker that ends is lost, and so is what comes after', async () => {
  const { sent, given } = setUp()
  const taken = given.give(new Socket())
  given.taken(1)
  const onTheWay = given.give(new Socket())
  given.lost()
  assert.deepEqual([await taken, await onTheWay, await given.give(new Socket())], ['taken', 'lost', 'lost'])
  assert.deepEqual([sent, given.count()], [[1, 2], 0])
})

test('one that has gone before it was sent is not sent', async () => {
  const { sent, given } = setUp()
  const gone = new Socket()
  gone.destroy()
  assert.equal(await given.give(gone), 'lost')
  assert.deepEqual(sent, [])
})
