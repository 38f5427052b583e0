import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { parse, parseAllDocuments } from 'yaml'
import { egressHost } from '../../core/egress-host.js'
import { declarative } from '../kong/kong-schema.js'
import { runMain } from '../support/run-main.js'

const CONFIG = `
version: 1
providers:
  openai: { kind: openai, apiKey: sk-very-secret }
  claude: { kind: anthropic, apiKey: sk-very-secret, baseUrl: "http://127.0.0.1:9001" }
  "a.b": { kind: openai, baseUrl: "https://llm.example.com:8443/v1", tls: { caFile: ca.pem } }
models:
  chain: { targets: [ { provider: openai, model: a }, { provider: claude, model: b }, { provider: a.b, model: c } ] }
limits: [ { name: at-once, concurrent: 5, onExhausted: { wait: 10s } } ]
timeouts: { connect: 1s, firstToken: 20s, response: 30s, idle: 40s }
maxBody: 8MiB
`

let directory = ''
const file = (name: string, text: string) => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-kong-'))
  file('ca.pem', rootCertificates[0] ?? '')
})
after(() => rmSync(directory, { recursive: true }))

describe('tollgate render kong', () => {
  test('prints a declarative configuration that has the form that Kong documents', async (t) => {
    const { code, out, err } = await runMain(t, ['render', 'kong', file('tollgate.yaml', CONFIG)])
    assert.deepEqual([code, err], [0, ''])
    const { services, upstreams, ca_certificates } = declarative.parse(parse(out))
    assert.deepEqual(
      upstreams.map(({ targets }) => targets[0]?.target),
      ['127.0.0.1:8081', 'api.openai.com:443', '127.0.0.1:9001', 'llm.example.com:8443'],
    )
    assert.equal(ca_certificates?.length, 1)
    const [, openai, claude, own] = services
    assert.deepEqual([openai?.protocol, claude?.protocol, own?.protocol], ['https', 'http', 'https'])
    assert.deepEqual(own && 'ca_certificates' in own && own.ca_certificates, [ca_certificates[0]?.id])
    assert.ok(openai && !('ca_certificates' in openai))
    assert.deepEqual(claude?.routes[0]?.hosts, [egressHost(claude?.name ?? '')])
  })

  test('gives the relay the time of its whole chain and of waiting for a limit, and a provider that of one attempt', async (t) => {
    const { out } = await runMain(t, ['render', 'kong', file('tollgate.yaml', CONFIG)])
    const [client, provider] = declarative.parse(parse(out)).services
    assert.equal(client?.read_timeout, 3 * (1000 + 30_000) + 10_000 + 5000)
    assert.equal(provider?.read_timeout, 40_000 + 5000)
    assert.equal(provider.connect_timeout, 1000)
  })

  test('takes the relays from TOLLGATE_RELAY_ADDRESS', async (t) => {
    const env = { TOLLGATE_RELAY_ADDRESS: 'relay-1:8081,relay-2:8081' }
    const { out } = await runMain(t, ['render', 'kong', file('tollgate.yaml', CONFIG)], env)
    const [relays] = declarative.parse(parse(out)).upstreams
    assert.deepEqual(
      relays?.targets.map(({ target }) => target),
      ['relay-1:8081', 'relay-2:8081'],
    )
  })

  test('leaves the providers out where the relays go there themselves', async (t) => {
    const env = { TOLLGATE_EGRESS: 'direct' }
    const { out } = await runMain(t, ['render', 'kong', file('tollgate.yaml', CONFIG)], env)
    assert.equal(declarative.parse(parse(out)).services.length, 2)
  })

  test('prints settings, and objects for Kubernetes', async (t) => {
    const path = file('tollgate.yaml', CONFIG)
    const settings = await runMain(t, ['render', 'kong', path, '--settings'])
    assert.match(settings.out, /^KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE=16777216$/m)
    const objects = await runMain(t, ['render', 'kong', '--kubernetes', path])
    assert.deepEqual(
      parseAllDocuments(objects.out).map((document) => document.get('kind')),
      ['KongPlugin', 'KongUpstreamPolicy', 'Service', 'Ingress'],
    )
  })

  test('prints no key of a provider in any form', async (t) => {
    for (const flags of [[], ['--settings'], ['--kubernetes']]) {
      const { out } = await runMain(t, ['render', 'kong', file('tollgate.yaml', CONFIG), ...flags])
      assert.doesNotMatch(out, /very-secret/)
    }
  })

  test('says what is wrong with the file as check does', async (t) => {
    const path = file('wrong.yaml', CONFIG.replace('maxBody', 'maxBdy'))
    const { code, out, err } = await runMain(t, ['render', 'kong', path])
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /wrong\.yaml:\d+:\d+ maxBdy: /)
  })

  test('says what Kong would refuse', async (t) => {
    const failing = async (config: string, env = {}) => {
      const { code, out, err } = await runMain(t, ['render', 'kong', file('tollgate.yaml', config)], env)
      assert.deepEqual([code, out], [1, ''])
      return err
    }
    assert.match(await failing(CONFIG, { TOLLGATE_RELAY_ADDRESS: '8081' }), /TOLLGATE_RELAY_ADDRESS is '8081'/)
    assert.match(await failing(CONFIG.replaceAll('a.b', 'a..b')), /tollgate_a\.\.b_\w+ is no name for Kong/)
    file('empty.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    assert.match(await failing(CONFIG.replace('ca.pem', 'empty.pem')), /empty\.pem: it holds a certificate that/)
  })

  test('refuses a wrong command line', async (t) => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['kong'], /render kong needs one FILE/],
      [['kong', 'a', 'b'], /render kong needs one FILE/],
      [['kong', 'a', '--bootstrap'], /unknown option '--bootstrap'/],
      [['kong', 'a', '--settings', '--kubernetes'], /--settings and --kubernetes: one at a time/],
    ]
    for (const [args, message] of cases) {
      const { code, err } = await runMain(t, ['render', ...args])
      assert.equal(code, 2)
      assert.match(err, message)
    }
  })
})
