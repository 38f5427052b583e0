import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { eventually } from '../eventually.js'
import type { FakeProvider } from '../provider.js'
import { echoed, portOf, startEcho } from './echo-provider.js'
import { type ProbePlugin, probeConfig, writeProbe } from './probe-plugin.js'
import { type RunningKong, startKong } from './stand-in.js'

let provider: FakeProvider
let other: FakeProvider
let probe: ProbePlugin
let kong: RunningKong

const ROUTES = {
  '/header': {
    access: `await kong.service.request.setHeader('X-Probe', 'set'); await kong.service.request.clearHeader('x-gone')`,
  },
  '/upstream': { access: `await kong.service.setUpstream('others')` },
  '/target': { access: `await kong.service.setTarget('localhost', Number(await kong.request.getHeader('x-port')))` },
  '/nowhere': {
    access: `const ok = await kong.service.setUpstream('no-such'); await kong.service.request.setHeader('x-result', String(ok))`,
  },
  '/exit': {
    access: `await kong.response.exit(418, '{"tea":true}', { 'content-type': 'application/tea', 'x-pot': 'a' }); await kong.request.getPath()`,
  },
  '/throw': { access: `await kong.service.request.setHeader('x-before', 'yes'); throw new Error('broken')` },
  '/illegal': { access: `try { await kong.response.getStatus() } catch { await kong.response.exit(200, 'caught') }` },
  '/unknown': { access: `await kong.client.getMood()` },
  '/hole': { access: `await kong.response.exit(200, undefined, { a: 'b' })` },
  '/bad-argument': { access: `await kong.service.request.setHeader('x-nothing')` },
  '/body': {
    access: `const body = await kong.request.getRawBody(0); await kong.response.exit(200, Buffer.from(body).toString())`,
  },
  '/small-body': {
    access: `const body = await kong.request.getRawBody(); await kong.response.exit(200, Buffer.from(body).toString())`,
  },
  '/new-body': { access: `await kong.service.request.setRawBody(JSON.stringify({ list: [] }))` },
  '/config': { access: `await kong.response.exit(200, JSON.stringify(config))`, secret: '{vault://env/a-secret}' },
  '/literal': { access: `await kong.response.exit(200, config.plain)`, plain: '{vault://env/a-secret}' },
  '/reading': {
    access: `await kong.log.err('seen ', 1); await kong.response.exit(200, JSON.stringify([
      await kong.request.getMethod(), await kong.request.getPath(), await kong.request.getPathWithQuery(),
      await kong.request.getHeader('X-Two'), (await kong.request.getHeaders())['x-two'], typeof await kong.client.getConsumer(),
      (await kong.router.getRoute()).name, (await kong.router.getService()).host, await kong.ctx.shared.get('nothing') === undefined,
    ]))`,
  },
  '/log': {
    log: `await kong.log.notice(await kong.response.getStatus(), ' ', (await kong.response.getHeaders())['x-answer'][0])`,
  },
  '/hang': { access: `await new Promise(() => {})` },
} as const

before(async () => {
  provider = await startEcho('own')
  other = await startEcho('other')
  probe = await writeProbe()
  const upstreams = [{ name: 'others', targets: [{ target: `127.0.0.1:${portOf(other)}` }] }]
  kong = await startKong({
    declarative: probeConfig({ host: 'localhost', port: portOf(provider) }, ROUTES, { upstreams }),
    pluginsDir: probe.pluginsDir,
    env: { A_SECRET: 'from the environment' },
    stepTimeout: 1000,
  })
})
after(async () => {
  await kong?.stop()
  await probe?.remove()
  await provider?.stop()
  await other?.stop()
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(kong.url + path, { headers })
const post = (path: string, body: string) => fetch(kong.url + path, { method: 'POST', body })
const lastFault = () => kong.faults.at(-1)

test('a plugin sets and clears headers of the request', async () => {
  const { headers } = await echoed(get('/header', { 'x-gone': '1', 'x-probe': 'mine' }))
  assert.equal(headers['x-probe'], 'set')
  assert.equal(headers['x-gone'], undefined)
})

test('a plugin sends the request to an upstream or to a target', async () => {
  const upstream = await echoed(get('/upstream'))
  assert.equal(upstream.who, 'other')
  assert.equal(upstream.headers.host, `127.0.0.1:${portOf(other)}`)
  const target = await echoed(get('/target', { 'x-port': `${portOf(other)}` }))
  assert.equal(target.who, 'other')
  assert.equal(target.headers.host, 'localhost')
})

test("an upstream that is not there gives nil and leaves the service's own target", async () => {
  const { who, headers } = await echoed(get('/nowhere'))
  assert.equal(who, 'own')
  assert.equal(headers['x-result'], 'undefined')
  assert.equal(lastFault()?.kind, 'unknown_upstream')
})

test('exit ends the request with the answer that the plugin gives', async () => {
  const answer = await get('/exit')
  assert.equal(answer.status, 418)
  assert.equal(answer.headers.get('content-type'), 'application/tea')
  assert.equal(answer.headers.get('server'), 'kong/3.9.1')
  assert.equal(answer.headers.get('x-kong-upstream-latency'), null)
  assert.equal(await answer.text(), '{"tea":true}')
})

test('a handler that throws lets the request through as it is by then', async () => {
  const { who, headers } = await echoed(get('/throw'))
  assert.equal(who, 'own')
  assert.equal(headers['x-before'], 'yes')
})

for (const path of ['/illegal', '/unknown', '/hole', '/bad-argument']) {
  test(`a call that Kong throws on ends in 500 and a fault: ${path}`, async () => {
    const before = kong.faults.length
    const answer = await get(path)
    assert.equal(answer.status, 500)
    assert.match(await answer.text(), /An unexpected error occurred/)
    assert.deepEqual(
      kong.faults.slice(before).map(({ kind }) => kind),
      ['illegal_call'],
    )
  })
}

test('a body above the buffer is read only with a limit that allows it', async () => {
  const small = 'é'.repeat(100)
  const big = 'x'.repeat(100_000)
  assert.equal(await (await post('/small-body', small)).text(), small)
  assert.equal(await (await post('/body', big)).text(), big)
  const refused = await post('/small-body', big)
  assert.equal(refused.status, 500)
  await refused.text()
  assert.match(lastFault()?.message ?? '', /get_raw_body.*on disk/)
})

test('a new body goes to the upstream with its own length', async () => {
  const { body, headers } = await echoed(post('/new-body', 'old and longer than the new one'))
  assert.equal(body, '{"list":[]}')
  assert.equal(headers['content-length'], '11')
})

test('the plugin gets defaults, the resolved secret and what Kong adds', async () => {
  const config = z.record(z.string(), z.unknown()).parse(await (await get('/config')).json())
  assert.equal(config['secret'], 'from the environment')
  assert.equal(config['plain'], 'a default')
  assert.equal(typeof config['__seq__'], 'number')
  assert.match(String(config['__plugin_id']), /^[\da-f-]{36}$/)
  assert.match(String(config['route_id']), /^[\da-f-]{36}$/)
  assert.equal(await (await get('/literal')).text(), '{vault://env/a-secret}')
})

test('a plugin reads the request, the route and the service, and writes to the log', async () => {
  const read = await (await get('/reading/%61//b?c=%20', { 'x-two': 'first' })).json()
  const path = '/reading/a/b'
  assert.deepEqual(read, ['GET', path, `${path}?c=%20`, 'first', ['first'], 'undefined', 'reading', 'localhost', true])
  assert.deepEqual(kong.lines.at(-1), { level: 'err', plugin: 'probe', text: 'seen 1' })
})

test('the log phase sees status and headers of the answer', async () => {
  await (await get('/log')).text()
  await eventually('the line of the log phase', () => kong.lines.some(({ text }) => text === '200 yes'))
})

test('a plugin that hangs is waited for only so long, then the request goes on', async () => {
  const { who } = await echoed(get('/hang'))
  assert.equal(who, 'own')
  assert.equal(lastFault()?.kind, 'plugin_server_silent')
})

test('a plugin server that is dead lets requests through, and a new one gets new instances', async () => {
  const headers = async () => (await echoed(get('/header', { 'x-gone': '1' }))).headers
  assert.equal((await headers())['x-gone'], undefined)
  const { exited } = kong.pluginServer
  kong.pluginServer.kill('SIGKILL')
  await exited
  assert.equal((await headers())['x-gone'], '1')
  assert.equal(lastFault()?.kind, 'plugin_server_gone')
  await kong.pluginServer.restart()
  assert.equal((await headers())['x-gone'], undefined)
  // Where the plugin has no instance yet, a dead server ends in Kong's error.
  kong.pluginServer.kill('SIGKILL')
  await kong.pluginServer.exited
  const answer = await get('/config')
  assert.equal(answer.status, 500)
  await answer.text()
  assert.equal(lastFault()?.kind, 'instance_not_started')
  await kong.pluginServer.restart()
})

test('after a reload the plugin runs with its new configuration', async () => {
  const routes = { '/config': { access: `await kong.response.exit(200, config.secret)`, secret: 'a literal one' } }
  await kong.reload(probeConfig({ host: 'localhost', port: portOf(provider) }, routes))
  assert.equal(await (await get('/config')).text(), 'a literal one')
  await assert.rejects(
    kong.reload(probeConfig({ host: 'localhost' }, { '/config': { secret: 'short' } })),
    /config\.secret: length must be at least 8/,
  )
  assert.equal(await (await get('/config')).text(), 'a literal one')
})
