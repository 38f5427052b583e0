import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FakeProvider } from '../provider.js'
import { echoed, portOf, startEcho } from './echo-provider.js'
import { type ProbePlugin, probeConfig, writeProbe } from './probe-plugin.js'
import { type RunningKong, startKong } from './stand-in.js'

let provider: FakeProvider
let probe: ProbePlugin
let kong: RunningKong

const SECRET = 'a secret of some length'
const NOW = 1_700_000_000_000
const CALLER = `
  const consumer = await kong.client.getConsumer()
  const credential = await kong.client.getCredential()
  const token = await kong.ctx.shared.get('authenticated_jwt_token')
  const groups = await kong.request.getHeader('x-consumer-groups')
  await kong.service.request.setHeader('x-seen', JSON.stringify([consumer && consumer.username, credential && credential.key, token, groups]))
`

const plugins = [
  { name: 'key-auth', route: 'key', config: { key_names: ['x-key', 'apikey'], hide_credentials: true } },
  { name: 'key-auth', route: 'grouped', config: { key_names: ['x-key'] } },
  { name: 'acl', route: 'grouped', config: { allow: ['team-a', 'team-c'] } },
  { name: 'jwt', route: 'token', config: { claims_to_verify: ['exp'] } },
  { name: 'key-auth', route: 'either', config: { key_names: ['x-key'], anonymous: 'nobody' } },
  { name: 'jwt', route: 'either', config: { anonymous: 'nobody' } },
  { name: 'rate-limiting', route: 'limited', config: { minute: 2, limit_by: 'ip' } },
  { name: 'cors', route: 'cors', config: { origins: ['https://app.test'], credentials: true } },
  { name: 'file-log', route: 'cors', config: { path: '/dev/stdout' } },
]
const consumers = [
  {
    username: 'ann',
    custom_id: 'ann-1',
    keyauth_credentials: [{ key: 'key-of-ann' }],
    jwt_secrets: [{ key: 'ann-issuer', secret: SECRET }],
    acls: [{ group: 'team-a' }, { group: 'team-b' }],
  },
  { username: 'bob', keyauth_credentials: [{ key: 'key-of-bob' }] },
  { username: 'nobody' },
]

before(async () => {
  provider = await startEcho('own')
  probe = await writeProbe()
  const routes = Object.fromEntries(
    ['key', 'grouped', 'token', 'either', 'limited', 'cors'].map((name) => [`/${name}`, { access: CALLER }]),
  )
  kong = await startKong({
    declarative: probeConfig({ host: 'localhost', port: portOf(provider) }, routes, { plugins, consumers }),
    pluginsDir: probe.pluginsDir,
    now: () => NOW,
  })
})
after(async () => {
  await kong?.stop()
  await probe?.remove()
  await provider?.stop()
})

const get = (path: string, headers: Record<string, string> = {}) => fetch(kong.url + path, { headers })
const seen = async (path: string, headers: Record<string, string>) =>
  JSON.parse(String((await echoed(get(path, headers))).headers['x-seen']))

function token(claims: object, secret = SECRET): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

test('the key of a consumer says who is calling, whatever the client says', async () => {
  const forged = { 'x-consumer-username': 'root', 'x-consumer-id': '1', 'x-anonymous-consumer': 'true' }
  const { headers } = await echoed(get('/key', { ...forged, 'x-key': 'key-of-bob', 'x-consumer-custom-id': 'root-1' }))
  assert.equal(headers['x-consumer-username'], 'bob')
  assert.notEqual(headers['x-consumer-id'], '1')
  assert.equal(headers['x-consumer-custom-id'], undefined)
  assert.equal(headers['x-anonymous-consumer'], undefined)
  assert.equal(headers['x-key'], undefined)
  assert.deepEqual(JSON.parse(String(headers['x-seen'])), ['bob', 'key-of-bob', null, null])
  assert.deepEqual(await seen('/key?apikey=key-of-ann', {}), ['ann', 'key-of-ann', null, null])
})

test('a request without a key or with a wrong one gets 401 and no plugin after it runs', async () => {
  for (const key of [undefined, 'wrong']) {
    const answer = await get('/key', key === undefined ? {} : { 'x-key': key })
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Key')
    assert.match(await answer.text(), /"message":"(No API key found in request|Unauthorized)"/)
  }
})

test('groups decide and reach the plugin in place of what the client sent', async () => {
  const forged = { 'x-consumer-groups': 'admins' }
  assert.deepEqual(await seen('/grouped', { ...forged, 'x-key': 'key-of-ann' }), [
    'ann',
    'key-of-ann',
    null,
    'team-a, team-b',
  ])
  const refused = await get('/grouped', { ...forged, 'x-key': 'key-of-bob' })
  assert.equal(refused.status, 403)
  await refused.text()
})

test('a token of a consumer is verified and left for the plugin', async () => {
  const good = token({ iss: 'ann-issuer', sub: 'user-1', exp: NOW / 1000 + 60 })
  assert.deepEqual(await seen('/token', { authorization: `Bearer ${good}` }), ['ann', 'ann-issuer', good, null])
  const bad = [
    token({ iss: 'ann-issuer', exp: NOW / 1000 - 1 }),
    token({ iss: 'ann-issuer', exp: NOW / 1000 + 60 }, 'another secret'),
    token({ iss: 'no-such', exp: NOW / 1000 + 60 }),
    'no.token',
  ]
  for (const one of bad) {
    const answer = await get('/token', { authorization: `Bearer ${one}` })
    assert.equal(answer.status, 401)
    await answer.text()
  }
})

test('with an anonymous consumer one of several ways is enough', async () => {
  const good = token({ iss: 'ann-issuer' })
  assert.deepEqual(await seen('/either', { authorization: `Bearer ${good}` }), ['ann', 'ann-issuer', good, null])
  assert.deepEqual(await seen('/either', { 'x-key': 'key-of-bob' }), ['bob', 'key-of-bob', null, null])
  const { headers } = await echoed(get('/either'))
  assert.equal(headers['x-anonymous-consumer'], 'true')
  assert.equal(headers['x-consumer-username'], 'nobody')
})

test('a caller above the rate gets 429', async () => {
  const answers = [await get('/limited'), await get('/limited'), await get('/limited')]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  )
  assert.deepEqual(
    answers.map(({ headers }) => headers.get('x-ratelimit-remaining-minute')),
    ['1', '0', '0'],
  )
  assert.match(answers[2]?.headers.get('retry-after') ?? '', /^\d+$/)
  for (const answer of answers) await answer.text()
})

test('cors answers preflights and marks answers; log plugins see the headers', async () => {
  const origin = 'https://app.test'
  const preflight = await fetch(`${kong.url}/cors`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  })
  assert.equal(preflight.status, 200)
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/)
  await preflight.text()
  const entry = kong.nextLogged()
  const answer = await get('/cors', { origin, authorization: 'Bearer x' })
  await answer.text()
  assert.equal(answer.headers.get('access-control-allow-origin'), origin)
  const { request, response, route, source } = await entry
  assert.equal(route.name, 'cors')
  assert.equal(source, 'upstream')
  assert.equal(response.headers['x-answer'], 'yes')
  assert.equal(request.headers['authorization'], 'REDACTED')
})
