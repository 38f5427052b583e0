import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDeclarative } from './declarative.js'
import { pluginChains } from './plugin-chain.js'
import { configFor, parseDump } from './plugin-schema.js'

const SERVICE = { name: 'a', host: 'a.test' }
const ROUTE = { name: 'r', paths: ['/'] }

function parse(file: object) {
  return parseDeclarative(JSON.stringify({ _format_version: '3.0', ...file }))
}

const WRONG: Readonly<Record<string, readonly [object, RegExp]>> = {
  'another format': [{ _format_version: '2.1' }, /_format_version/],
  'an unknown kind of entity': [{ vaults: [] }, /vaults/],
  'an unknown field of a service': [{ services: [{ ...SERVICE, timeout: 1 }] }, /timeout/],
  'an unknown field of a route': [{ services: [{ ...SERVICE, routes: [{ ...ROUTE, path: '/' }] }] }, /"path"/],
  'an unknown field of health checks': [
    { upstreams: [{ name: 'u', healthchecks: { active: { healthy: { every: 1 } } } }] },
    /every/,
  ],
  'a route that matches nothing': [{ services: [{ ...SERVICE, routes: [{ name: 'r' }] }] }, /must set one of/],
  'a path that begins with no slash': [{ routes: [{ paths: ['v1'] }] }, /should start with/],
  'a service without a host': [{ services: [{ name: 'a' }] }, /required field missing/],
  'tls_verify without https': [{ services: [{ ...SERVICE, tls_verify: true }] }, /protocol 'https' only/],
  'two routes of one name': [{ services: [{ ...SERVICE, routes: [ROUTE, ROUTE] }] }, /two of route 'r'/],
  'two consumers with one key': [
    { consumers: ['x', 'y'].map((username) => ({ username, keyauth_credentials: [{ key: 'same' }] })) },
    /two of key/,
  ],
  'a service that is not there': [{ routes: [{ ...ROUTE, service: 'no-such' }] }, /no service 'no-such'/],
  'an authority that is not there': [
    { services: [{ ...SERVICE, protocol: 'https', ca_certificates: ['00000000-0000-4000-8000-000000000000'] }] },
    /no ca_certificate/,
  ],
  'a name that no host can have': [{ upstreams: [{ name: 'a b' }] }, /name/],
}

for (const [what, [file, message]] of Object.entries(WRONG)) {
  test(`refuses ${what}`, () => assert.throws(() => parse(file), message))
}

test('ids are the same whenever the names are', () => {
  const file = { services: [{ ...SERVICE, routes: [ROUTE] }] }
  assert.deepEqual(parse(file).routes, parse(file).routes)
  assert.match(parse(file).routes[0]?.id ?? '', /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})

const external = parseDump([
  {
    Name: 'probe',
    Version: '1',
    Priority: 1000,
    Phases: ['access'],
    Schema: {
      name: 'probe',
      fields: [
        { config: { type: 'record', fields: [{ mode: { type: 'string', default: 'x', one_of: ['x', 'y'] } }] } },
      ],
    },
  },
])

function chains(file: object) {
  const context = { external, consumers: [], now: () => 0, sequence: () => 1, resolve: String }
  const config = parse(file)
  const chainFor = pluginChains(config, context)
  return config.routes.map((route) => {
    const service = route.service && config.services.get(route.service.id)
    return chainFor({ route, service, path: '/', prefix: undefined })
  })
}

test('plugins run by priority, and of one name the closest', () => {
  const services = [
    {
      ...SERVICE,
      plugins: [
        { name: 'probe', config: { mode: 'y' } },
        { name: 'acl', config: { allow: ['g'] } },
      ],
      routes: [ROUTE],
    },
    { name: 'b', host: 'b.test', routes: [{ name: 'q', paths: ['/q'] }] },
  ]
  const plugins = [{ name: 'key-auth' }, { name: 'probe' }, { name: 'jwt', enabled: false }]
  const [a, b] = chains({ services, plugins })
  assert.deepEqual(
    a?.map(({ name }) => name),
    ['key-auth', 'probe', 'acl'],
  )
  const modes = [a, b].map((chain) =>
    chain?.flatMap((link) => (link.kind === 'external' ? link.plugin.config['mode'] : [])),
  )
  assert.deepEqual(modes, [['y'], ['x']])
})

test('refuses plugins that are not there and configurations that they do not take', () => {
  assert.throws(() => chains({ plugins: [{ name: 'prometheus' }] }), /plugin 'prometheus' not enabled/)
  assert.throws(() => chains({ plugins: [{ name: 'key-auth', config: { key_name: 'x' } }] }), /key_name/)
  assert.throws(
    () => chains({ plugins: [{ name: 'probe', config: { mode: 'z' } }] }),
    /config\.mode: expected one of: x, y/,
  )
  assert.throws(() => chains({ plugins: [{ name: 'probe', config: { other: 1 } }] }), /config\.other: unknown field/)
})

test("a plugin's schema is checked as Kong checks values", () => {
  const fields = [
    { secret: { type: 'string', required: true, len_min: 4, referenceable: true } },
    { list: { type: 'array', elements: { type: 'integer', between: [1, 3] } } },
    { tags: { type: 'map', keys: { type: 'string' }, values: { type: 'string' } } },
    { inner: { type: 'record', required: true, fields: [{ on: { type: 'boolean', default: true } }] } },
  ] as const
  const read = (given: object) => configFor(fields, given, (reference) => `<${reference}>`)
  assert.deepEqual(read({ secret: '{vault://env/x}' }), { secret: '<{vault://env/x}>', inner: { on: true } })
  assert.deepEqual(read({ secret: 'long', list: [1], tags: { a: 'b' } }), {
    secret: 'long',
    list: [1],
    tags: { a: 'b' },
    inner: { on: true },
  })
  assert.throws(() => read({}), /config\.secret: required field missing/)
  assert.throws(() => read({ secret: 'abc' }), /length must be at least 4/)
  assert.throws(() => read({ secret: 'long', list: [4] }), /config\.list\[0\]: value should be between/)
  assert.throws(() => read({ secret: 'long', tags: { a: '' } }), /config\.tags\.a: length/)
  assert.throws(() => read({ secret: 'long', inner: { off: 1 } }), /config\.inner\.off: unknown field/)
})

test('refuses a plugin that would have every answer buffered', () => {
  const schema = { name: 'p', fields: [{ config: { type: 'record', fields: [] } }] }
  const plugin = { Name: 'p', Version: '1', Priority: 1, Phases: ['response'], Schema: schema }
  assert.throws(() => parseDump([plugin]), /Kong cannot use the plugin/)
})
