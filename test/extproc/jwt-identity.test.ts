import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { assemble } from '../../cli/assemble.js'
import { readConfiguration } from '../../cli/configuration.js'
import { type EnvoyProcess, launchEnvoy, tailOf } from '../../cli/envoy-process.js'
import { createLasting } from '../../cli/lasting.js'
import { renderEnvoy } from '../../cli/render.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { makeGateway } from '../../core/gateway.js'
import type { Identity } from '../../core/identity.js'
import type { JsonObject } from '../../core/json.js'
import type { Policy } from '../../core/policy.js'
import { type ExtProc, startExtProc } from '../../extproc/server.js'
import { decompressor } from '../../io/decompress.js'
import { systemClock } from '../../io/system-clock.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { framings } from '../../llm/framing/framings.js'
import { identifier } from '../../policies/identity/identify.js'
import type { IdentityRules } from '../../policies/identity/rules.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { type FakeProvider, startProvider } from '../support/provider.js'

const LIMIT = { timeout: 20_000 }

/** What an operator would configure: claims, a header that the JWT filter fills, and two that nobody fills. */
const RULES: IdentityRules = {
  user: { from: 'claim', path: 'sub' },
  team: { from: 'claim', path: 'org.team' },
  organization: { from: 'header', name: 'x-org' },
  tags: new Map([
    ['plan', { from: 'claim', path: 'https://example.com/plan' }],
    ['seat', { from: 'claim', path: 'seat' }],
    ['removed-early', { from: 'header', name: 'x-early' }],
    ['removed-by-route', { from: 'header', name: 'x-late' }],
  ]),
}

const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const CLAIMS = {
  iss: 'https://issuer.test',
  sub: 'ann',
  org: { team: 'blue', name: 'acme' },
  'https://example.com/plan': ['pro'],
  seat: 7,
}
const ANN: Identity = { user: 'ann', team: 'blue', organization: 'acme', tags: { plan: 'pro', seat: '7' } }

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token(claims: object, key: KeyObject = issuer.privateKey): string {
  const signed = `${encoded({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${encoded(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

/** Envoy's JWT filter: every request needs a good token, but those with `x-open: 1` match a rule without a requirement. */
function jwtFilter(): object {
  const jwks = { keys: [{ ...issuer.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] }
  const open = { name: 'x-open', string_match: { exact: '1' } }
  return {
    name: 'envoy.filters.http.jwt_authn',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
      providers: {
        issuer: {
          issuer: CLAIMS.iss,
          local_jwks: { inline_string: JSON.stringify(jwks) },
          payload_in_metadata: 'token',
          claim_to_headers: [{ header_name: 'x-org', claim_name: 'org.name' }],
        },
      },
      rules: [
        { match: { prefix: '/', headers: [open] } },
        { match: { prefix: '/' }, requires: { provider_name: 'issuer' } },
      ],
    },
  }
}

/** Metadata of another namespace, as any other filter may leave it. */
const OTHER_METADATA = {
  name: 'envoy.filters.http.set_metadata',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config',
    metadata: [{ metadata_namespace: 'other', value: { token: { sub: 'mallory' } } }],
  },
}

const EARLY_REMOVAL = {
  name: 'envoy.http.early_header_mutation.header_mutation',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
    mutations: [{ remove: 'x-early' }],
  },
}

/** The rendered configuration with an operator's authentication in it. */
function withAuthentication(bootstrap: string): string {
  const config = parse(bootstrap)
  const manager = config.static_resources.listeners[0].filter_chains[0].filters[0].typed_config
  manager.http_filters.unshift(jwtFilter(), OTHER_METADATA)
  manager.early_header_mutation_extensions = [EARLY_REMOVAL]
  manager.route_config.virtual_hosts[0].request_headers_to_remove = ['x-late']
  return stringify(config, { aliasDuplicateObjects: false })
}

const identities: Identity[] = []
const remember: Policy = {
  name: 'remember',
  admit(request, call) {
    identities.push(call.identity)
    return { kind: 'continue', request }
  },
}

let directory = ''
let url = ''
let provider: FakeProvider
let extproc: ExtProc | undefined
let envoy: EnvoyProcess | undefined

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tollgate-'))
  provider = await startProvider((_, reply) => reply.json(200, openaiJson('ok')))
  const configPath = join(directory, 'tollgate.yaml')
  const base = `${provider.url}/oa/v1`
  await writeFile(
    configPath,
    stringify({
      version: 1,
      providers: { oa: { kind: 'openai', apiKey: 'key-of-oa', baseUrl: base } },
      models: { gpt: { targets: [{ provider: 'oa', model: 'gpt-4o' }] } },
    }),
  )
  const port = await freePort()
  const env = { TOLLGATE_PORT: String(port), TOLLGATE_EXTPROC_ADDRESS: `unix:${join(directory, 'extproc.sock')}` }
  const read = readConfiguration(configPath, env)
  assert.ok(read.ok)
  const { settings } = assemble(read.config, createLasting(systemClock))
  const identifying = { ...settings, identify: identifier(RULES), policies: [remember, ...settings.policies] }
  const gateway = makeGateway({
    settings: () => identifying,
    endpoints: {
      at: (path) => (path === '/v1/chat/completions' ? { dialect: openaiChat } : undefined),
      errorsAt: () => openaiChat,
    },
    framings,
    observer: { ended: () => {} },
    clock: systemClock,
    newId: randomUUID,
  })
  const address = env.TOLLGATE_EXTPROC_ADDRESS
  extproc = await startExtProc({ address, gateway, unpack: decompressor, unknownExchange: () => {}, broken: () => {} })
  const configFile = join(directory, 'envoy.yaml')
  await writeFile(configFile, withAuthentication(renderEnvoy({ configPath, env, form: 'bootstrap' })))
  const logFile = join(directory, 'envoy.log')
  envoy = launchEnvoy({ envoyPath: await findEnvoy(), configFile, logFile, args: ['--concurrency', '1'] })
  url = `http://127.0.0.1:${port}`
  const reached = async () => (await fetch(`${url}/v1/models`).catch(() => undefined))?.status === 401
  await eventually('Envoy asks for a token', reached).catch(async (error) => {
    throw new Error(`${error}\n${await tailOf(logFile, 20)}`)
  })
})
after(async () => {
  envoy?.kill()
  await envoy?.exited
  extproc?.close()
  await provider?.stop()
  await rm(directory, { recursive: true, force: true })
})

function chat(bearer: string | undefined, headers: Readonly<Record<string, string>> = {}, body: JsonObject = {}) {
  identities.length = 0
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }), ...headers },
    body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }], ...body }),
    signal: AbortSignal.timeout(15_000),
  })
}

test('the claims of a verified token are the identity', LIMIT, async () => {
  const answer = await chat(token(CLAIMS))
  assert.equal(answer.status, 200)
  assert.deepEqual(identities, [ANN])
})

test('nothing that a client sends changes what its token says', LIMIT, async () => {
  const forged = {
    sub: 'mallory',
    'x-sub': 'mallory',
    'org.team': 'mallory',
    'x-org': 'mallory',
    'x-early': 'mallory',
    'x-jwt-payload': encoded({ sub: 'mallory' }),
    'envoy.filters.http.jwt_authn': encoded({ token: { sub: 'mallory' } }),
    'x-envoy-dynamic-metadata': encoded({ 'envoy.filters.http.jwt_authn': { token: { sub: 'mallory' } } }),
  }
  const answer = await chat(token(CLAIMS), forged, { sub: 'mallory', user: 'mallory' })
  assert.equal(answer.status, 200)
  assert.deepEqual(identities, [ANN])
})

test('without a good token Envoy refuses, and nobody is asked', LIMIT, async () => {
  const [head, payload, signature] = token(CLAIMS).split('.')
  const bad = {
    none: undefined,
    unsigned: `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    'without its signature': `${head}.${payload}.`,
    'of another key': token(CLAIMS, stranger.privateKey),
    altered: `${head}.${encoded({ ...CLAIMS, sub: 'mallory' })}.${signature}`,
    expired: token({ ...CLAIMS, exp: 1 }),
    'of another issuer': token({ ...CLAIMS, iss: 'https://other.test' }),
  }
  const calls = provider.calls.length
  for (const [name, bearer] of Object.entries(bad)) {
    const answer = await chat(bearer)
    assert.equal(answer.status, 401, name)
    const { error } = JSON.parse(await answer.text())
    assert.equal(typeof error.message, 'string', name)
    assert.deepEqual(identities, [], name)
  }
  assert.equal(provider.calls.length, calls)
})

test('claims without a value that can be a name are no part of the identity', LIMIT, async () => {
  const { iss } = CLAIMS
  assert.equal((await chat(token({ iss, sub: '', org: 'blue', seat: null }))).status, 200)
  assert.deepEqual(identities, [{ tags: {} }])
})

test('a claim that cannot be told from another is refused in words that do not repeat it', LIMIT, async () => {
  const answer = await chat(token({ ...CLAIMS, seat: 2 ** 60 }))
  assert.equal(answer.status, 400)
  const { error } = JSON.parse(await answer.text())
  assert.equal(error.param, 'seat')
  assert.doesNotMatch(error.message, /\d/)
})

test('neither the token nor what is known of the caller reaches the provider', LIMIT, async () => {
  const bearer = token(CLAIMS)
  const answer = await chat(bearer, { 'x-user-id': 'mallory' })
  assert.equal(answer.status, 200)
  const headers = provider.calls.at(-1)?.headers ?? {}
  assert.equal(headers.authorization, 'Bearer key-of-oa')
  assert.equal(headers['x-org'], undefined)
  assert.equal(headers['x-user-id'], undefined)
  assert.doesNotMatch(JSON.stringify(headers), /ann|blue|acme|mallory|eyJ/)
})

// What docs/identity.md warns of.
test('a header is removed in time before the filters, and too late by the route', LIMIT, async () => {
  await chat(token(CLAIMS), { 'x-early': 'mallory', 'x-late': 'mallory' })
  assert.deepEqual(identities[0]?.tags, { ...ANN.tags, 'removed-by-route': 'mallory' })
})

test(
  'where the JWT filter asks for nothing, its headers are removed all the same, and a forged token is no claim',
  LIMIT,
  async () => {
    const answer = await chat(token(CLAIMS, stranger.privateKey), { 'x-open': '1', 'x-org': 'mallory' })
    assert.equal(answer.status, 200)
    assert.deepEqual(identities, [{ tags: {} }])
  },
)
