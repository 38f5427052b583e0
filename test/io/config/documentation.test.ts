import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { configSchema } from '../../../io/config/schema.js'
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
  { '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----', '/run/secrets/anthropic': 'sk-ant' },
  { OPENAI_API_KEY: 'sk-oai' },
)

const BASE = {
  version: 1,
  providers: { openai: { kind: 'openai' } },
  models: { 'gpt-4': { targets: [{ provider: 'openai', model: 'gpt-4o' }] } },
  prices: { 'gpt-4o': { input: 1, output: 1 } },
  catalog: { 'gpt-4o': {} },
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

/** `providers.<name>.tls` as steps into `BASE`: its first entry stands for `<name>` and `[]`. */
function stepsOf(key: string): readonly string[] {
  const name = key.startsWith('providers') ? 'openai' : key.startsWith('models') ? 'gpt-4' : 'gpt-4o'
  return key
    .replace('[]', '.0')
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

function valueAt(node: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => {
    if (inner instanceof Map) return inner.get(step)
    return Object.entries(inner ?? {}).find(([key]) => key === step)?.[1]
  }, node)
}

test('the page has a row for every key of the schema, and no other', () => {
  const certificates = () => ({ ok: false, message: '' }) as const
  const schema = configSchema({ kinds: [], tokenizers: [], providers: [], certificates })
  const keys = keysOf(schema)
  assert.ok(keys.length > 40)
  assert.deepEqual(ROWS.map((row) => row.key).sort(), [...keys].sort())
})

test('the example of every row is valid, alone and as the only one of its kind', () => {
  for (const { key, example } of ROWS) {
    const file = withValue(BASE, stepsOf(key), parseYaml(example))
    const config = configOf(JSON.stringify(file), SOURCE)
    assert.equal(config.version, 1)
  }
})

test('the default of every row is the one that is filled in', () => {
  const config = configOf(JSON.stringify({ ...BASE, prices: {}, catalog: {} }))
  for (const { key, byDefault } of ROWS) {
    const [, written] = /^`([^`]+)`$/.exec(byDefault) ?? []
    if (written === undefined || written === '{}') continue
    const stated = configOf(JSON.stringify(withValue(BASE, stepsOf(key), parseYaml(written))))
    assert.notEqual(valueAt(stated, stepsOf(key)), undefined, key)
    assert.deepEqual(valueAt(config, stepsOf(key)), valueAt(stated, stepsOf(key)), key)
  }
})

test('the sample file of the page is valid', () => {
  const [, sample = ''] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? []
  assert.equal(configOf(sample, SOURCE).providers.get('claude')?.apiKey, 'sk-ant')
})
