import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { guardEntry } from '../../../io/config/guardrails.js'
import { guardKinds, type KindOptions } from '../../../io/config/guards/kinds.js'
import { SINK_KINDS, sinkOfKind } from '../../../io/config/ledger-sinks.js'
import type { Referable } from '../../../io/config/match.js'
import { piiRule } from '../../../io/config/pii.js'
import { pooledKey } from '../../../io/config/provider-keys.js'
import { configSchema } from '../../../io/config/schema.js'
import { providers } from '../../../llm/providers/index.js'
import { CONTENT_VOCABULARY } from '../../../policies/guardrails/content/vocabulary.js'
import { PII_VOCABULARY } from '../../../policies/pii/vocabulary.js'
import { configOf, fakeSource } from './sample.js'

const PAGE = readFileSync(join(process.cwd(), 'docs/configuration.md'), 'utf8')

const ROWS = [...PAGE.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \|/gm)].map(
  ([, key = '', example = '', byDefault = '']) => ({
    key,
    example,
    byDefault,
  }),
)

const SOURCE = fakeSource(
  {
    '/etc/tollgate/guards/own.ts': 'export default () => 1',
    '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----',
    '/run/secrets/anthropic': 'sk-ant',
    '/etc/tollgate/admin.key': '-----BEGIN PRIVATE KEY-----',
    '/etc/tollgate/google.json':
      '{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----"}',
  },
  { OPENAI_API_KEY: 'sk-oai', AUDIT_TOKEN: 'audit-token-of-tests', ENTRA_SECRET: 'hush' },
)

const BASE = {
  version: 1,
  providers: { openai: { kind: 'openai' } },
  models: { 'gpt-4': { targets: [{ provider: 'openai', model: 'gpt-4o' }] } },
  prices: { 'gpt-4o': { input: 1, output: 1 } },
  catalog: { 'gpt-4o': {} },
  identity: { headers: { user: 'x-user', team: 'x-team', key: 'x-key-id', organization: 'x-org', route: 'x-route' } },
  budgets: [{ name: 'budget', limit: { usd: 1, per: 'day' } }],
  limits: [{ name: 'limit', requests: 10, per: 'minute' }],
}

/** What must go before a key may be there: these are alternatives to it. */
const INSTEAD_OF: Readonly<Record<string, readonly string[]>> = {
  'budgets[].limit.tokens': ['budgets[].limit.usd'],
  'budgets[].limit.inputTokens': ['budgets[].limit.usd'],
  'budgets[].limit.outputTokens': ['budgets[].limit.usd'],
  'budgets[].limit.requests': ['budgets[].limit.usd'],
  'budgets[].limit.rolling': ['budgets[].limit.per'],
  'limits[].rolling': ['limits[].per'],
}

/** A provider that reads each of the keys that some kinds sign with. */
const SIGNING: Readonly<Record<string, unknown>> = {
  credentials: { kind: 'vertex' },
  profile: { kind: 'bedrock' },
  tenantId: { kind: 'azure' },
  clientId: { kind: 'azure' },
  clientSecret: { kind: 'azure', tenantId: 't', clientId: 'c' },
}

const PII = { name: 'p', timeout: '2s', analyzer: { url: 'http://a.test' }, patterns: [{ name: 'x', pattern: 'x' }] }

/** The smallest guard of each kind. */
const GUARDS: Readonly<Record<string, unknown>> = {
  injection: {},
  words: { lists: [{ name: 'l', terms: ['secret'] }] },
  patterns: { patterns: [{ name: 'p', pattern: 'x' }] },
  topics: { topics: [{ name: 't', terms: ['betting'] }] },
  language: { allowed: ['en'] },
  length: { words: { most: 5 } },
  'json-schema': { schema: { type: 'object' } },
  terminology: { rules: [{ name: 'r', terms: ['tolgate'] }] },
  'openai-moderation': { apiKey: 'k' },
  'azure-content-safety': { baseUrl: 'https://a.test' },
  'bedrock-guardrail': { region: 'us-east-1', guardrail: 'abc' },
  webhook: { url: 'https://w.test', secret: 'a secret of tests' },
  custom: { path: 'guards/own.ts' },
}

/** The smallest sink of each kind. */
const SINKS: Readonly<Record<string, unknown>> = {
  redis: { url: 'redis://r.test' },
  postgres: { url: 'postgres://u:p@db.test/ledger' },
  clickhouse: { url: 'https://ch.test:8443' },
  s3: { bucket: 'acme-ledger', region: 'eu-central-1' },
}

/** With the key, what must be there beside it. */
const BESIDE: Readonly<Record<string, unknown>> = {
  answerCharacters: { answers: true },
  accessKeyId: { secretAccessKey: 's' },
  secretAccessKey: { accessKeyId: 'i' },
  sessionToken: { accessKeyId: 'i', secretAccessKey: 's' },
  tenantId: { clientId: 'c', clientSecret: 's' },
  clientSecret: { tenantId: 't', clientId: 'c' },
}

/** The smallest section `admin` in which a key may be set. */
function adminFor(key: string): unknown {
  const scope = key.endsWith('.teams') ? { role: 'team-lead', teams: ['red'] } : { role: 'admin' }
  const who = { name: 'somebody', ...(key.endsWith('.user') ? { role: 'developer', user: 'ann' } : scope) }
  const tls = { certFile: 'ca.pem', keyFile: 'admin.key', clientCaFile: 'ca.pem' }
  if (key.startsWith('admin.tls')) return { tls }
  if (!key.startsWith('admin.clients'))
    return { tokens: [{ ...who, token: 'a token of the tests'.replaceAll(' ', '-') }] }
  return { tls, clients: [{ ...who, ...(key.endsWith('.subject') ? {} : { san: 'dns:ops.test' }) }] }
}

/** The smallest file in which a key may be set. */
function baseFor(key: string): unknown {
  const [, kind = '', member = ''] = /^guardrails\[([a-z-]*)\]\.(\w+)/.exec(key) ?? []
  if (member !== '') {
    const use = kind === '' ? 'words' : kind
    return { ...tagged(), guardrails: [{ name: 'g', kind: use, ...Object(GUARDS[use]), ...Object(BESIDE[member]) }] }
  }
  const [, sink = '', option = ''] = /^ledger\.sinks\[([a-z0-9]*)\]\.(\w+)/.exec(key) ?? []
  if (option !== '') {
    const use = sink === '' ? 'redis' : sink
    return { ...BASE, ledger: { sinks: [{ name: 's', kind: use, ...Object(SINKS[use]), ...Object(BESIDE[option]) }] } }
  }
  if (key.startsWith('classification.')) {
    return {
      ...tagged(),
      classification: key === 'classification.labels' ? {} : { rules: [{ label: 'restricted', when: { atLeast: 1 } }] },
      guardrails: [{ name: 'no-projects', kind: 'words', action: 'flag', ...Object(GUARDS['words']) }],
    }
  }
  if (key.startsWith('pii.')) return { ...tagged(), pii: PII }
  if (/^store\.(url|prefix|deadline|instances)$/.test(key)) {
    return { ...BASE, store: { kind: 'redis', url: 'redis://127.0.0.1' } }
  }
  if (key.startsWith('admin.')) return { ...BASE, admin: adminFor(key) }
  if (key.startsWith('alerts.webhooks[]')) {
    return { ...BASE, alerts: { webhooks: [{ name: 'w', url: 'https://w.test', secret: 'a secret of tests' }] } }
  }
  if (key.startsWith('alerts.')) return { ...BASE, alerts: {} }
  if (/^keys\.store\.(url|prefix)$/.test(key)) {
    return { ...BASE, keys: { store: { kind: 'redis', url: 'redis://127.0.0.1' } } }
  }
  if (/^keys\./.test(key)) return { ...BASE, keys: {}, store: { kind: 'redis', url: 'redis://127.0.0.1' } }
  if (/^providers\.<name>\.(apiVersion|region|project|location)$/.test(key)) {
    return { ...BASE, providers: { openai: { kind: 'cloud', region: 'r' } } }
  }
  const [, signing = ''] = /^providers\.<name>\.(credentials|profile|tenantId|clientId|clientSecret)$/.exec(key) ?? []
  if (signing !== '') return { ...BASE, providers: { openai: SIGNING[signing] } }
  if (key.startsWith('providers.<name>.apiKeys[]')) {
    return { ...BASE, providers: { openai: { kind: 'openai', apiKeys: [{ key: 'k', requests: 5, per: 'hour' }] } } }
  }
  if (/^identity/.test(key)) return { ...BASE, identity: {} }
  if (/^access\./.test(key)) return withAccess()
  if (key.startsWith('audit.')) {
    return { ...tagged(), classification: {}, audit: { rules: [{ name: 'rule' }] } }
  }
  if (/\.match\.tags$/.test(key)) return tagged()
  if (/\.match\.label$/.test(key)) return { ...BASE, classification: {} }
  if (/\.fairShare\./.test(key)) {
    return { ...BASE, limits: [{ ...BASE.limits[0], fairShare: { by: 'user', most: 0.5 } }] }
  }
  const without = INSTEAD_OF[key] ?? []
  return without.reduce<unknown>((file, other) => withValue(file, stepsOf(other), undefined), BASE)
}

function withAccess() {
  const headers = { ...BASE.identity.headers, role: 'x-role' }
  return {
    ...BASE,
    providers: { openai: { kind: 'openai', region: 'eu-west' } },
    identity: { headers, tags: { headers: { env: 'x-env' } }, address: 'gateway' },
    classification: {},
    access: { rules: [{ name: 'rule', effect: 'deny' }] },
  }
}

function tagged() {
  return { ...BASE, identity: { ...BASE.identity, tags: { headers: { env: 'x-env' } } } }
}

/** Every key path that a schema reads, containers included. */
function keysOf(schema: unknown, path = ''): readonly string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, member]) => {
      const inner = path === '' ? key : `${path}.${key}`
      return [inner, ...keysOf(member, inner)]
    })
  }
  if (schema instanceof z.ZodMap) return keysOf(schema.valueType, `${path}.<name>`)
  if (schema instanceof z.ZodArray) return keysOf(schema.element, `${path}[]`)
  if (schema instanceof z.ZodPipe) return [...keysOf(schema.in, path), ...keysOf(schema.out, path)]
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return keysOf(schema.unwrap(), path)
  }
  return []
}

/** `providers.<name>.tls` as steps into a file: its first entry stands for `<name>` and `[]`. */
function stepsOf(key: string): readonly string[] {
  const name = key.startsWith('providers') ? 'openai' : key.startsWith('models') ? 'gpt-4' : 'gpt-4o'
  return key
    .replaceAll(/\[[a-z0-9-]*\]/g, '.0')
    .split('.')
    .map((step) => (step === '<name>' ? name : step))
}

function withValue(node: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(node))
    return node.map((item, index) => (String(index) === step ? withValue(item, rest, value) : item))
  const members: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(node ?? {}))
  return { ...members, [step]: withValue(members[step], rest, value) }
}

test('the page has a row for every key of the schema, and no other', () => {
  const certificates = () => ({ ok: false, message: '' }) as const
  const sourceFile = certificates
  const classifiable = { entities: [], guards: [] }
  const referable = { providers: [], models: [], regions: [], established: new Set<string>() }
  const schema = configSchema({
    ...{ kinds: [], tokenizers: [], pii: PII_VOCABULARY, content: CONTENT_VOCABULARY, ...referable },
    ...{
      duplicates: new Set<string>(),
      redisUrl: undefined,
      resolve: (path: string) => path,
      certificates,
      privateKey: certificates,
      ...{ sourceFile, classifiable, classifies: true },
    },
  })
  // Written as one rule or as a list of them, so that the schema itself does not show its keys.
  const own = keysOf(schema).filter((key) => !key.includes('.when.match.'))
  const keys = [
    ...own,
    ...keysOf(piiRule(referable, PII_VOCABULARY), 'pii'),
    ...keysOf(pooledKey(), 'providers.<name>.apiKeys[]'),
    ...keysOfGuards(referable, sourceFile),
    ...keysOfSinks(certificates),
  ]
  assert.ok(keys.length > 40)
  assert.deepEqual(ROWS.map((row) => row.key).sort(), [...keys].sort())
})

/** What every sink has as `ledger.sinks[].KEY`, what those of one kind have as `ledger.sinks[KIND].KEY`. */
function keysOfSinks(certificates: () => { readonly ok: false; readonly message: string }): readonly string[] {
  const common = ['name', 'kind', 'deadline']
  const own = SINK_KINDS.flatMap((kind) =>
    keysOf(sinkOfKind(kind, { redisUrl: undefined, certificates }))
      .filter((key) => !common.includes(key))
      .map((key) => `ledger.sinks[${kind}].${key}`),
  )
  return [...common.map((key) => `ledger.sinks[].${key}`), ...own]
}

/** What every guard has as `guardrails[].KEY`, what those of one kind have as `guardrails[KIND].KEY`. */
function keysOfGuards(referable: Referable, sourceFile: KindOptions['sourceFile']): readonly string[] {
  const kinds = guardKinds({ sourceFile, content: CONTENT_VOCABULARY, patternFault: () => undefined })
  const common = new Set<string>()
  const own: string[] = []
  for (const [name, made] of kinds) {
    const kind = made()
    own.push(...Object.keys(kind.members).map((key) => `guardrails[${name}].${key}`))
    for (const key of keysOf(guardEntry(kind, referable))) {
      if (!/[.[]/.test(key) && !(key in kind.members)) common.add(`guardrails[].${key}`)
    }
  }
  return [...common, ...own]
}

test('the page has every kind, with its endpoint and its options', () => {
  const [, table = ''] = /### Kinds\n([\s\S]*?)\n## /.exec(PAGE) ?? []
  const rows = [...table.matchAll(/^\| `([\w-]+)` \| ([^|]*) \| ([^|]*)\|/gm)].map(
    ([, kind, endpoint = '', options = '']) => ({
      kind,
      endpoint: endpoint.startsWith('none') ? undefined : endpoint.replaceAll('`', ''),
      options: options.trim() === '' ? [] : options.trim().replaceAll('`', '').split(', '),
    }),
  )
  const kinds = [...providers.values()].map(({ kind, defaultBaseUrl, options }) => ({
    kind,
    endpoint: defaultBaseUrl,
    options: options?.allowed ?? [],
  }))
  assert.deepEqual(rows, kinds)
})

test('the example of every row is valid, alone and as the only one of its kind', () => {
  for (const { key, example } of ROWS) {
    const file = withValue(baseFor(key), stepsOf(key), parseYaml(example))
    const config = configOf(JSON.stringify(file), SOURCE)
    assert.equal(config.version, 1)
  }
})

test('the default of every row is the one that is filled in', () => {
  for (const { key, byDefault } of ROWS) {
    const [, written] = /^`([^`]+)`$/.exec(byDefault) ?? []
    if (written === undefined) continue
    const base = baseFor(key)
    const stated = configOf(JSON.stringify(withValue(base, stepsOf(key), parseYaml(written))), SOURCE)
    const left = configOf(JSON.stringify(withValue(base, stepsOf(key), undefined)), SOURCE)
    assert.deepEqual({ ...left, fingerprint: '' }, { ...stated, fingerprint: '' }, key)
  }
})

test('the page names every entity', () => {
  const [, list = ''] = /### Entities\n([\s\S]*?)\n## /.exec(PAGE) ?? []
  const rows = [...list.matchAll(/^\| (\w+) \| ([^|]+) \|$/gm)].flatMap(([, pack = '', names = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, pack]),
  )
  assert.deepEqual(new Map(rows.map(([name = '', pack = '']) => [name, pack])), PII_VOCABULARY.entities)
})

test('the sample files of the pages are valid', () => {
  const sampleOf = (page: string) => /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  assert.equal(configOf(sampleOf(PAGE), SOURCE).providers.get('claude')?.apiKey, 'sk-ant')
  const budgets = readFileSync(join(process.cwd(), 'docs/budgets.md'), 'utf8')
  assert.equal(configOf(sampleOf(budgets), SOURCE).rules.length, 9)
})
