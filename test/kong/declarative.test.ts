import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { egressHost } from '../../core/egress-host.js'
import { renderDeclarative } from '../../kong/declarative.js'
import type { KongPlan, ProviderEndpoint } from '../../kong/plan.js'
import { parseDeclarative } from '../support/kong/declarative.js'
import { headerBag } from '../support/kong/headers.js'
import { router } from '../support/kong/router.js'
import { type Declarative, declarative } from './kong-schema.js'

const OPENAI: ProviderEndpoint = {
  name: 'tollgate_openai_0a1b2c3d',
  host: 'api.openai.com',
  port: 443,
  tls: { serverName: 'api.openai.com' },
}
const LOCAL: ProviderEndpoint = { name: 'tollgate_local_11111111', host: '127.0.0.1', port: 11434 }
const V6: ProviderEndpoint = {
  name: 'tollgate_a.b_22222222',
  host: '::1',
  port: 8443,
  tls: { serverName: '::1' },
  authorities: [
    {
      id: '00000000-0000-5000-8000-000000000001',
      cert: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    },
  ],
}
/** For providers that the configuration does not know. */
const UNKNOWN = 'tollgate-egress'
const PLAN: KongPlan = {
  relays: [{ host: '127.0.0.1', port: 8081 }],
  endpoints: [OPENAI, LOCAL, V6],
  paths: ['/v1/chat/completions', '/v1/models'],
  maxBody: 1024,
  address: 'none',
  timeouts: { connect: 5000, provider: 605_000, relay: 1_215_000 },
}

function rendered(change: Partial<KongPlan> = {}): Declarative {
  return declarative.parse(parse(renderDeclarative({ ...PLAN, ...change })))
}
const named = <T extends { readonly name: string }>(list: readonly T[], name: string): T => {
  const found = list.find((one) => one.name === name)
  assert.ok(found, name)
  return found
}

test('what is rendered has every entity in the form that Kong documents', () => {
  const { services, upstreams } = rendered()
  assert.deepEqual(
    services.map(({ name }) => name),
    ['tollgate', OPENAI.name, LOCAL.name, V6.name, UNKNOWN],
  )
  assert.deepEqual(
    upstreams.map(({ name }) => name),
    ['tollgate-relay', OPENAI.name, LOCAL.name, V6.name],
  )
})

test('the form refuses what Kong does not know, so that passing means something', () => {
  const file = parse(renderDeclarative(PLAN))
  file.services[0].routes[0].buffering = false
  assert.equal(declarative.safeParse(file).success, false)
})

test('no service leads anywhere by itself', () => {
  for (const { name, host, port } of rendered().services) assert.deepEqual([host, port], ['localhost', 1], name)
})

test('every route that leads somewhere has the plugin, in the role that belongs to it, and the secret is a reference', () => {
  const secret = '{vault://env/tollgate-context-secret}'
  for (const { name, routes } of rendered().services) {
    const [route, ...others] = routes
    assert.deepEqual(others, [])
    if (name === UNKNOWN) {
      assert.deepEqual(route?.plugins, [])
      continue
    }
    const config =
      name === 'tollgate'
        ? { role: 'ingress', relay: 'tollgate-relay', secret }
        : { role: 'egress', upstream: name, secret }
    assert.deepEqual(route?.plugins, [{ name: 'tollgate', config, tags: ['tollgate'] }])
  }
})

test('every upstream that a plugin names is there: Kong would use the dead target without a word', () => {
  const { services, upstreams } = rendered()
  const known = new Set(upstreams.map(({ name }) => name))
  for (const { config } of services.flatMap(({ routes }) => routes).flatMap(({ plugins }) => plugins)) {
    assert.ok(known.has(String(config['relay'] ?? config['upstream'])))
  }
})

test('a provider is found by its host, and by more kinds of conditions than a client route has', () => {
  const routes = rendered().services.flatMap((service) => service.routes)
  const kinds = (name: string) => {
    const { hosts, paths, methods } = named(routes, name)
    return [hosts, paths, methods].filter((condition) => condition !== undefined).length
  }
  for (const { name } of PLAN.endpoints) {
    assert.deepEqual(named(routes, name).hosts, [egressHost(name)])
    assert.deepEqual([kinds(name), kinds('tollgate')], [3, 1], name)
  }
  assert.equal(new Set(routes.flatMap(({ hosts }) => hosts ?? [])).size, PLAN.endpoints.length + 1)
})

test('what is for a provider that is not there ends at nobody, and never at the client route by its path', () => {
  for (const endpoints of [PLAN.endpoints, []]) {
    const find = router(parseDeclarative(renderDeclarative({ ...PLAN, endpoints })))
    const routeFor = (host: string) =>
      find({ method: 'POST', host, path: '/v1/chat/completions', headers: headerBag() })?.route.name
    assert.equal(routeFor('llm.example.com'), 'tollgate')
    assert.equal(routeFor(egressHost('tollgate_gone_44444444')), UNKNOWN)
    for (const { name } of endpoints) assert.equal(routeFor(egressHost(name)), name)
  }
})

test('bodies stream both ways, and paths arrive as they were asked for', () => {
  for (const route of rendered().services.flatMap((service) => service.routes)) {
    assert.deepEqual([route.request_buffering, route.response_buffering, route.strip_path], [false, false, false])
  }
})

test("the client route has paths alone: any method finds it, and a user's route with one more condition wins", () => {
  const { paths, methods, hosts } = named(
    rendered().services.flatMap((service) => service.routes),
    'tollgate',
  )
  assert.deepEqual([paths, methods, hosts], [PLAN.paths, undefined, undefined])
})

test('https is verified, plain http says nothing of TLS', () => {
  const { services } = rendered()
  const openai = named(services, OPENAI.name)
  assert.deepEqual([openai.protocol, 'tls_verify' in openai && openai.tls_verify], ['https', true])
  assert.equal(named(services, LOCAL.name).protocol, 'http')
})

test('authorities of a provider come along, each once', () => {
  const twin = { ...V6, name: 'tollgate_twin_33333333' }
  const { ca_certificates, services } = rendered({ endpoints: [V6, twin] })
  const [authority] = V6.authorities ?? []
  assert.deepEqual(ca_certificates, [{ ...authority, tags: ['tollgate'] }])
  const service = named(services, twin.name)
  assert.deepEqual('ca_certificates' in service && service.ca_certificates, [authority?.id])
  assert.equal(rendered({ endpoints: [OPENAI] }).ca_certificates, undefined)
})

test('a target has its port, the Host header leaves it to Kong, which adds it', () => {
  const { upstreams } = rendered()
  const shown = PLAN.endpoints.map(({ name }) => {
    const { host_header, targets } = named(upstreams, name)
    return [host_header, targets.map(({ target }) => target)]
  })
  assert.deepEqual(shown, [
    ['api.openai.com', ['api.openai.com:443']],
    ['127.0.0.1', ['127.0.0.1:11434']],
    ['[::1]', ['[::1]:8443']],
  ])
})

test('nothing is tried twice at a provider; a relay that cannot be reached is passed over', () => {
  const relays = [1, 2, 3, 4].map((n) => ({ host: `relay-${n}`, port: 8081 }))
  const { services, upstreams } = rendered({ relays })
  assert.equal(named(services, OPENAI.name).retries, 0)
  assert.equal(named(services, 'tollgate').retries, 2)
  assert.equal(named(rendered().services, 'tollgate').retries, 0)
  assert.deepEqual(
    named(upstreams, 'tollgate-relay').targets.map(({ target }) => target),
    ['relay-1:8081', 'relay-2:8081', 'relay-3:8081', 'relay-4:8081'],
  )
})

test('a relay goes out by probes and failed connections, never by what it answers to a client', () => {
  const checks = named(rendered().upstreams, 'tollgate-relay').healthchecks
  assert.equal(checks?.active.http_path, '/healthz')
  assert.ok(checks.active.healthy.interval > 0 && checks.active.healthy.successes > 0)
  assert.ok(checks.active.unhealthy.interval > 0)
  const { http_failures, timeouts } = checks.passive.unhealthy
  assert.deepEqual([http_failures, timeouts], [0, 0])
})

test('a provider is never taken out: with passive checks alone it would stay out', () => {
  for (const { name } of PLAN.endpoints) assert.equal(named(rendered().upstreams, name).healthchecks, undefined)
})

test('Kong waits longer for a relay than for a provider, and as long as the plan says', () => {
  const { services } = rendered()
  const [client, provider] = [named(services, 'tollgate'), named(services, OPENAI.name)]
  assert.deepEqual([client.read_timeout, provider.read_timeout], [1_215_000, 605_000])
  assert.deepEqual([client.connect_timeout, provider.connect_timeout], [5000, 5000])
})

test('without egress through Kong there is nothing that leads to a provider', () => {
  const { services, upstreams } = rendered({ endpoints: [] })
  const names = services.map(({ name }) => name)
  assert.deepEqual([names, upstreams.length], [['tollgate', UNKNOWN], 1])
})
