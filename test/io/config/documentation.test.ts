import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { piiRule } from '../../../io/config/pii.js'
import { configSchema } from '../../../io/config/schema.js'
import { providers } from '../../../llm/providers/index.js'
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
    '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----',
    '/run/secrets/anthropic': 'sk-ant',
    '/etc/tollgate/google.json':
      '{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----"}',
  },
  { OPENAI_API_KEY: 'sk-oai', ENTRA_SECRET: 'hush' },
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

const PII = { name: 'p', timeout: '2s', patterns: [{ name: 'x', pattern: 'x' }] }

/** The smallest file in which a key may be set. */
function baseFor(key: string): unknown {
  if (key.startsWith('pii.')) return { ...tagged(), pii: PII }
  if (/^store\.(url|prefix|deadline|instances)$/.test(key)) {
    return { ...BASE, store: { kind: 'redis', url: 'redis://127.0.0.1' } }
  }
  if (/^providers\.<name>\.(apiVersion|region|project|location)$/.test(key)) {
    return { ...BASE, providers: { openai: { kind: 'cloud', region: 'r' } } }
  }
  const [, signing = ''] = /^providers\.<name>\.(credentials|profile|tenantId|clientId|clientSecret)$/.exec(key) ?? []
  if (signing !== '') return { ...BASE, providers: { openai: SIGNING[signing] } }
  if (/^identity/.test(key)) return { ...BASE, identity: {} }
  if (/\.match\.tags$/.test(key)) return tagged()
  if (/\.fairShare\./.test(key)) {
    return { ...BASE, limits: [{ ...BASE.limits[0], fairShare: { by: 'user', most: 0.5 } }] }
  }
  const without = INSTEAD_OF[key] ?? []
  return without.reduce<unknown>((file, other) => withValue(file, stepsOf(other), undefined), BASE)
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
    .replaceAll('[]', '.0')
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
  const referable = { providers: [], models: [], established: new Set<string>() }
  const schema = configSchema({
    ...{ kinds: [], tokenizers: [], pii: PII_VOCABULARY, ...referable },
    ...{ duplicates: new Set<string>(), redisUrl: undefined, resolve: (path: string) => path, certificates },
  })
  // Written as one rule or as a list of them, so that the schema itself does not show its keys.
  const keys = [...keysOf(schema), ...keysOf(piiRule(referable, PII_VOCABULARY), 'pii')]
  assert.ok(keys.length > 40)
  assert.deepEqual(ROWS.map((row) => row.key).sort(), [...keys].sort())
})

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
    const stated = configOf(JSON.stringify(withValue(base, stepsOf(key), parseYaml(written))))
    const left = configOf(JSON.stringify(withValue(base, stepsOf(key), undefined)))
    assert.deepEqual(left, stated, key)
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
