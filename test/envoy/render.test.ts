import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { projectRoot } from '../../cli/project-root.js'
import { renderEnvoy } from '../../cli/render.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { seconds } from '../../envoy/clusters.js'

const CONFIG = `
version: 1
providers:
  openai: { kind: openai, apiKey: k }
  claude: { kind: anthropic, apiKey: k, baseUrl: "http://127.0.0.1:9001" }
  "a.b": { kind: openai, baseUrl: "https://[::1]:8443/v1", outlierDetection: { enabled: false } }
models:
  chain: { targets: [ { provider: openai, model: a }, { provider: claude, model: b }, { provider: a.b, model: c } ] }
timeouts: { connect: 1500ms }
maxBody: 8MiB
`

let directory = ''
let envoy = ''
before(async () => {
  envoy = await findEnvoy()
  directory = mkdtempSync(join(tmpdir(), 'tollgate-'))
})
after(() => rmSync(directory, { recursive: true }))

const file = (name: string, text: string) => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
const render = (form: 'bootstrap' | 'parts', text = CONFIG, env = {}) =>
  renderEnvoy({ configPath: file('tollgate.yaml', text), env, form })

const routerLevelIn = ({ http_filters }: { http_filters: { name: string; typed_config: Record<string, unknown> }[] }) =>
  http_filters.find(({ name }) => name === 'tollgate.router_level') ?? assert.fail('no router level')

/** Throws with Envoy's own words when it does not accept the configuration. */
function validate(text: string): void {
  const path = file('envoy.yaml', text)
  try {
    execFileSync(envoy, ['--mode', 'validate', '--log-level', 'error', '-c', path], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(String(Object(error).stderr))
  }
}

test('Envoy accepts the complete configuration', () => {
  validate(render('bootstrap'))
  validate(render('bootstrap', CONFIG, { TOLLGATE_EXTPROC_ADDRESS: 'unix:/tmp/tollgate.sock' }))
})

test('a provider with several keys has a second cluster, without its outlier detection, and Envoy accepts it', () => {
  const several = CONFIG.replaceAll('apiKey: k', 'apiKeys: [k, l]')
  validate(render('bootstrap', several))
  const named = (text: string) =>
    [...text.matchAll(/^ *(?:- )?name: (tollgate_(?:openai|claude|a\.b)_[0-9a-f]+s?)$/gm)].map(([, name]) => name ?? '')
  const [before, after] = [named(render('bootstrap')), named(render('bootstrap', several))]
  const added = after.filter((name) => !before.includes(name))
  assert.deepEqual(
    [...new Set(added)].map((name) => name.replace(/[0-9a-f]+s$/, 'HASHs')),
    ['tollgate_openai_HASHs', 'tollgate_claude_HASHs'],
  )
  assert.deepEqual(
    parse(render('bootstrap')),
    parse(render('bootstrap', CONFIG.replaceAll('apiKey: k', 'apiKeys: [k]'))),
  )
})

test('Envoy refuses a configuration with one wrong field, so accepting means something', () => {
  assert.throws(
    () => validate(render('bootstrap').replace('failure_mode_allow', 'failure_mode_alow')),
    /failure_mode_alow/,
  )
})

test('Envoy accepts the parts, pasted where their comments say', () => {
  const parts = parse(render('parts'))
  const own = {
    layered_runtime: parts.layered_runtime,
    static_resources: {
      listeners: [
        {
          name: 'theirs',
          address: { socket_address: { address: '127.0.0.1', port_value: 8080 } },
          ...parts.listener,
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type':
                      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                    stat_prefix: 'theirs',
                    http_filters: parts.http_filters,
                    route_config: { virtual_hosts: parts.virtual_hosts },
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: parts.clusters,
    },
  }
  validate(JSON.stringify(own))
})

test('TLS to a provider names the server, checks its certificate against it, and trusts a file of authorities', () => {
  const { clusters } = parse(render('parts'))
  const openai = clusters.find(({ name }: { name: string }) => name.startsWith('tollgate_openai_'))
  const tls = openai.transport_socket.typed_config
  assert.equal(tls.sni, 'api.openai.com')
  const { trusted_ca, match_typed_subject_alt_names } = tls.common_tls_context.validation_context
  assert.match(trusted_ca.filename, /^\//)
  assert.deepEqual(match_typed_subject_alt_names, [{ san_type: 'DNS', matcher: { exact: 'api.openai.com' } }])
  const plain = clusters.find(({ name }: { name: string }) => name.startsWith('tollgate_claude_'))
  assert.equal(plain.transport_socket, undefined)
})

test('a cluster gets another name when its endpoint moves, so old credentials cannot reach a new host', () => {
  const name = (text: string) =>
    parse(render('parts', text)).clusters.find((cluster: { name: string }) =>
      cluster.name.startsWith('tollgate_claude'),
    ).name
  assert.equal(name(CONFIG), name(CONFIG))
  assert.notEqual(name(CONFIG), name(CONFIG.replace('127.0.0.1:9001', '127.0.0.1:9002')))
})

test('no credential is in what Envoy is told', () => {
  const secret = CONFIG.replaceAll('apiKey: k', 'apiKey: sk-very-secret')
  assert.doesNotMatch(render('bootstrap', secret) + render('parts', secret), /very-secret/)
})

test('the runtime flag that keeps Node 20 alive is in every form', () => {
  for (const form of ['bootstrap', 'parts'] as const) {
    assert.match(render(form), /envoy\.reloadable_features\.ext_proc_graceful_grpc_close: true/)
  }
})

test('of all metadata Envoy passes on what its JWT filter verified and its clusters tell of answers, and to the router-level filter only', () => {
  const config = parse(render('parts'))
  assert.deepEqual(routerLevelIn(config).typed_config.metadata_options, {
    forwarding_namespaces: { untyped: ['envoy.filters.http.jwt_authn', 'tollgate.direct'] },
    receiving_namespaces: { untyped: ['tollgate.direct'] },
  })
  assert.doesNotMatch(JSON.stringify(config.clusters), /metadata_options/)
})

test('Envoy accepts the authentication that docs/identity.md shows', () => {
  const text = readFileSync(join(projectRoot(), 'docs', 'identity.md'), 'utf8')
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => parse(block))
  const filters = blocks.flatMap((block) => block.http_filters ?? [])
  const early = blocks.flatMap((block) => block.early_header_mutation_extensions ?? [])
  assert.equal(filters.length + early.length, 2)
  filters[0].typed_config.providers.company.local_jwks = {
    inline_string: '{"keys":[{"kty":"oct","alg":"HS256","k":"c2VjcmV0"}]}',
  }
  const config = parse(render('bootstrap'))
  const manager = config.static_resources.listeners[0].filter_chains[0].filters[0].typed_config
  manager.http_filters.unshift(...filters)
  manager.early_header_mutation_extensions = early
  validate(JSON.stringify(config))
})

test('several workers want Envoy’s threads to have as many connections each', () => {
  for (const form of ['bootstrap', 'parts'] as const) {
    const several = render(form, CONFIG, { TOLLGATE_WORKERS: '2' })
    assert.match(several, /connection_balance_config:\n +exact_balance: \{\}/)
    assert.doesNotMatch(render(form), /balance/)
  }
  validate(render('bootstrap', CONFIG, { TOLLGATE_WORKERS: '2' }))
})

test('durations are written as protobuf reads them', () => {
  assert.equal(seconds(1500), '1.5s')
  assert.equal(seconds(300_000), '300s')
})

test('Envoy says where a request came from, and lets no client say it', () => {
  const filter = routerLevelIn(parse(render('parts')))
  assert.deepEqual(filter.typed_config.request_attributes, ['source.address', 'xds.route_name'])
  assert.match(render('bootstrap'), /use_remote_address: true/)
})
