import assert from 'node:assert/strict'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { REQUESTS_OF_ONE_CONNECTION, watchConnections } from '../../cli/worker-connections.js'

/** A server that keeps connections, and a client that has one. */
async function setUp(t: TestContext) {
  const server = createServer((_, response) => response.end('x'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => {
    agent.destroy()
    server.close()
    server.closeAllConnections()
  })
  const ask = (by: Agent | false = agent) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent: by }, (answer) => {
        answer.resume().on('end', () => resolve(answer))
      }).on('error', reject)
    })
  return { ask }
}

test('a connection ends with the answer to its last request', { timeout: 30_000 }, async (t) => {
  watchConnections()
  const { ask } = await setUp(t)
  for (let i = 1; i < REQUESTS_OF_ONE_CONNECTION; i += 1) {
    assert.equal((await ask()).headers.connection, 'keep-alive')
  }
  assert.equal((await ask()).headers.connection, 'close')
  assert.equal((await ask()).headers.connection, 'keep-alive')
})

test('who leaves accepts nothing new, and ends what it has by its answers', { timeout: 30_000 }, async (t) => {
  const connections = watchConnections()
  const { ask } = await setUp(t)
  assert.equal((await ask()).headers.connection, 'keep-alive')
  const stopped = new AbortController()
  const left = connections.leave(() => new Promise(() => {}), stopped.signal)
  await assert.rejects(ask(false), { code: 'ECONNREFUSED' })
  assert.equal((await ask()).headers.connection, 'close')
  await assert.rejects(ask(), { code: 'ECONNREFUSED' })
  stopped.abort()
  await left
})
