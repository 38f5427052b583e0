import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CONTEXT_WINDOW, readContext, writeContext } from '../../core/signed-context.js'
import { sameText, signer } from '../../plugins/signing.js'
import { pluginsDir } from '../support/kong/plugin-build.js'
import {
  type PluginConnection,
  PluginRpcError,
  type PluginServer,
  startPluginServer,
} from '../support/kong/plugin-server.js'
import { type Ending, phase } from './phase.js'

const SECRET = 'a-secret-of-at-least-32-characters'
const NOBODY = {
  'kong.router.get_route': { id: 'r-1', name: 'chat', service: { id: 's-1' } },
  'kong.request.get_path': '/v1/messages',
  'kong.service.set_upstream': true,
}

let server: PluginServer
let connection: PluginConnection
before(async () => {
  server = await startPluginServer({ pluginsDir: pluginsDir() })
  connection = await server.connect()
})
after(() => server.stop())

async function access(config: object, answers: object, failing?: string): Promise<Ending> {
  return phase(connection, await instance(config), { ...NOBODY, ...answers }, failing)
}

async function instance(config: object): Promise<number> {
  const started = await connection.call('plugin.StartInstance', { Name: 'tollgate', Config: JSON.stringify(config) })
  return (started as { readonly Id: number }).Id
}

function statusAndBody({ calls }: Ending): readonly [unknown, unknown] {
  const [method, status, body] = calls.at(-1) ?? []
  assert.equal(method, 'kong.response.exit')
  return [status, JSON.parse(String(body))]
}

const upstreams = ({ calls }: Ending) => calls.filter(([method]) => method === 'kong.service.set_upstream')

test('a client’s request goes to the relay with a signed context, in as few calls as can be', async () => {
  const answers = {
    'kong.client.get_consumer': { id: 'c-1', username: 'ann', custom_id: null },
    'kong.client.get_credential': { id: 'k-1', key: 'SECRET' },
  }
  const { calls } = await access({ secret: SECRET, __seq__: 1, models: null, policy: 'p' }, answers)
  const methods = calls.map(([method]) => method)
  assert.deepEqual(methods, [
    'kong.client.get_consumer',
    'kong.client.get_credential',
    'kong.router.get_route',
    'kong.service.request.set_header',
    'kong.service.set_upstream',
  ])
  const value = String(calls[3]?.[2])
  const check = { now: Date.now(), window: CONTEXT_WINDOW, sign: signer(SECRET), equal: sameText }
  const read = readContext(value, { ...check, purpose: 'ingress' })
  assert.deepEqual(read.kind === 'valid' && read.context.content, {
    consumer: { id: 'c-1', username: 'ann' },
    credential: { id: 'k-1' },
    route: { id: 'r-1', name: 'chat' },
    service: { id: 's-1' },
    overrides: { policy: 'p' },
  })
  assert.deepEqual(calls[4], ['kong.service.set_upstream', 'tollgate-relay'])
})

test('each call that Kong fails ends in 503 in the client’s dialect, and no upstream is set', async () => {
  const config = { secret: SECRET, claims: 'jwt', groups: 'authenticated' }
  const { calls } = await access(config, {})
  assert.equal(calls.length, 7)
  for (const [method] of calls) {
    const failed = await access(config, {}, method)
    const [status, body] = statusAndBody(failed)
    assert.equal(status, 503)
    assert.deepEqual((body as { readonly type: unknown }).type, 'error')
    assert.equal(upstreams(failed).length, method === 'kong.service.set_upstream' ? 1 : 0, method)
  }
  const openai = await access(config, { 'kong.request.get_path': '/v1/models' }, 'kong.router.get_route')
  assert.match(JSON.stringify(statusAndBody(openai)[1]), /"code":"upstream_unavailable"/)
})

test('an upstream that Kong does not know ends in 503', async () => {
  const ending = await access({ secret: SECRET }, { 'kong.service.set_upstream': undefined })
  assert.equal(statusAndBody(ending)[0], 503)
})

test('a configuration at fault starts, and refuses every request', async () => {
  const faults = [{}, { secret: 'short' }, { secret: SECRET, role: 'egress' }, { secret: SECRET, models: {} }]
  for (const config of faults) {
    const ending = await access(config, { 'kong.request.get_path': '/v1/chat/completions' })
    assert.deepEqual(
      ending.calls.map(([method]) => method).filter((method) => method !== 'kong.request.get_path'),
      ['kong.response.exit'],
    )
    assert.equal(statusAndBody(ending)[0], 503)
  }
  assert.match(server.log(), /every request is refused: 'secret' has fewer than 32 characters/)
})

test('an egress route lets the relay through once, and nobody else', async () => {
  const id = await instance({ role: 'egress', secret: SECRET, upstream: 'openai' })
  const context = { purpose: 'egress', issuedAt: Date.now(), nonce: 'n-1', content: { upstream: 'openai' } } as const
  const header = writeContext(context, signer(SECRET))
  const ask = (value: unknown) => phase(connection, id, { ...NOBODY, 'kong.request.get_header': value })

  const passed = await ask(header)
  assert.deepEqual(passed.calls.slice(1), [
    ['kong.service.request.clear_header', 'x-tollgate-egress'],
    ['kong.service.set_upstream', 'openai'],
  ])
  for (const value of [header, undefined, `${header} `]) {
    const refused = await ask(value)
    const [status, body] = statusAndBody(refused)
    assert.equal(status, 403)
    assert.match(JSON.stringify(body), /"code":"egress_refused"/)
    assert.deepEqual(upstreams(refused), [])
  }
})

test('a context that one instance has let through is used for all that lead there', async () => {
  const config = { role: 'egress', secret: SECRET, upstream: 'openai' }
  const context = { purpose: 'egress', issuedAt: Date.now(), nonce: 'n-2', content: { upstream: 'openai' } } as const
  const answers = { 'kong.request.get_header': writeContext(context, signer(SECRET)) }
  assert.equal(upstreams(await access(config, answers)).length, 1)
  assert.equal(upstreams(await access(config, answers)).length, 0)
})

test('workers that go away while they wait do not end the server', async () => {
  const id = await instance({ secret: SECRET })
  for (let worker = 0; worker < 50; worker++) {
    const other = await server.connect()
    const answer = other.call('plugin.HandleEvent', { InstanceId: id, EventName: 'access' })
    // Closed before the answer is written, on most of the turns.
    setImmediate(() => other.close())
    await answer.catch(() => {})
  }
  assert.equal(upstreams(await phase(connection, id, NOBODY)).length, 1)
})

test('two servers number their instances differently', async () => {
  const other = await startPluginServer({ pluginsDir: pluginsDir() })
  try {
    const there = await other.connect()
    const arg = { Name: 'tollgate', Config: JSON.stringify({ secret: SECRET }) }
    const started = (await there.call('plugin.StartInstance', arg)) as { readonly Id: number }
    assert.notEqual(started.Id, await instance({ secret: SECRET }))
    assert.ok(started.Id > 1000)
    const reused = there.call('plugin.HandleEvent', { InstanceId: 0, EventName: 'access' })
    // Kong looks for these words to start the instance anew.
    await assert.rejects(
      reused,
      (error) => error instanceof PluginRpcError && /^no plugin instance/.test(error.message),
    )
  } finally {
    await other.stop()
  }
})

test('nothing that the server writes has a secret in it', () => {
  assert.doesNotMatch(server.log(), /SECRET|a-secret-of|short"/)
})
