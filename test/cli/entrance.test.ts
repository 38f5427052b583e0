import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { type Entrance, startEntrance } from '../../cli/entrance.js'
import { Failure } from '../../cli/failure.js'
import type { Check } from '../../io/admin/server.js'
import { eventually } from '../support/eventually.js'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** A worker that takes what it is given, unless it hangs or dies. */
function worker(state: 'well' | 'hanging' | 'dying' = 'well') {
  const given: Socket[] = []
  return {
    given,
    state,
    get connections() {
      return given.length
    },
    askReadiness: async (): Promise<readonly Check[] | undefined> => (state === 'hanging' ? undefined : []),
    give: async (connection: Socket): Promise<'taken' | 'lost'> => {
      if (state === 'dying') return 'lost'
      given.push(connection)
      return 'taken'
    },
  }
}

async function entranceFor(workers: readonly ReturnType<typeof worker>[], address = '127.0.0.1:0'): Promise<Entrance> {
  const entrance = await startEntrance(address, () => workers)
  undo.push(entrance.close)
  return entrance
}

async function connected(address: string): Promise<void> {
  const unix = address.startsWith('unix:')
  const socket = unix ? connect(address.slice(5)) : connect(Number(address.split(':')[1]), '127.0.0.1')
  undo.push(() => socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
}

test('each connection goes to the worker that has the fewest', async () => {
  const workers = [worker(), worker(), worker()]
  const { address } = await entranceFor(workers)
  for (let i = 0; i < 7; i += 1) await connected(address)
  await eventually('all are given', () => workers.reduce((sum, { connections }) => sum + connections, 0) === 7)
  assert.deepEqual(workers.map(({ connections }) => connections).sort(), [2, 2, 3])
})

test('one that hangs or dies is passed over', async () => {
  const workers = [worker('hanging'), worker('dying'), worker()]
  const { address } = await entranceFor(workers)
  for (let i = 0; i < 3; i += 1) await connected(address)
  await eventually('all are given', () => workers[2]?.connections === 3)
})

test('one that has begun to leave while it was asked gets nothing', async () => {
  const leaving = worker()
  const staying = worker()
  let workers = [leaving, staying]
  leaving.askReadiness = async () => {
    workers = [staying]
    return []
  }
  const entrance = await startEntrance('127.0.0.1:0', () => workers)
  undo.push(entrance.close)
  await connected(entrance.address)
  await eventually('it is given', () => staying.connections === 1)
  assert.equal(leaving.connections, 0)
})

test('one that hangs with a connection on its way holds up no other for long', async () => {
  const hanging = worker()
  let asked = 0
  hanging.give = () => {
    asked += 1
    return new Promise(() => {})
  }
  const workers = [hanging]
  const { address } = await entranceFor(workers)
  await connected(address)
  await eventually('it is on its way', () => asked === 1)
  const other = worker()
  workers.unshift(other)
  await connected(address)
  await eventually('the next one is given', () => other.connections === 1)
})

test('what comes while nobody serves waits for somebody', async () => {
  const workers: ReturnType<typeof worker>[] = []
  const entrance = await entranceFor(workers)
  await connected(entrance.address)
  await connected(entrance.address)
  const late = worker()
  workers.push(late)
  await eventually('both are given', () => {
    entrance.opened()
    return late.connections === 2
  })
})

test('the file of one that was killed is no obstacle; an address that somebody has is', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tollgate-')), 'x.sock')
  const other = createServer()
  other.listen(path)
  await once(other, 'listening')
  await assert.rejects(
    startEntrance(`unix:${path}`, () => []),
    (error) => {
      return error instanceof Failure && /TOLLGATE_EXTPROC_ADDRESS/.test(error.message)
    },
  )
  other.close()
  const workers = [worker()]
  const { address } = await entranceFor(workers, `unix:${path}`)
  assert.equal(address, `unix:${path}`)
  await connected(address)
  await eventually('it is given', () => workers[0]?.connections === 1)
})
