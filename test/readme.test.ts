import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { demoConfig } from '../cli/builtin-config.js'
import { projectRoot } from '../cli/project-root.js'
import { type ErrorCode, GatewayError } from '../core/errors.js'
import { parseConfig } from '../io/config.js'
import { providers } from '../llm/providers/index.js'
import { TOKENIZER_NAMES } from '../llm/tokens/tokenizer.js'
import { CONTENT_VOCABULARY } from '../policies/guardrails/content/vocabulary.js'
import { PII_VOCABULARY } from '../policies/pii/vocabulary.js'

const README = readFileSync(join(projectRoot(), 'README.md'), 'utf8')
const section = (title: string) => README.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
const yaml = /```yaml\n([\s\S]*?)```/.exec(section('Configuration'))?.[1] ?? ''

test('the models that the first example asks for are those of the demo', () => {
  const example = /```ts\n([\s\S]*?)```/.exec(section('Two commands'))?.[1] ?? ''
  const asked = [...example.matchAll(/model: '([^']+)'/g)].map(([, model = '']) => model)
  assert.ok(asked.length >= 3)
  const demo = demoConfig({ openai: 'http://127.0.0.1:1', anthropic: 'http://127.0.0.1:2' })
  for (const model of asked) assert.ok(demo.includes(`\n  ${model}: {`), model)
})

test('the error table says what the code does', () => {
  const rows = [...section('Errors').matchAll(/^\| (\w+) \| (\d{3}) \| (\w+) \|/gm)]
  assert.ok(rows.length >= 12)
  for (const [, code, status, type] of rows) {
    const error = new GatewayError(code as ErrorCode, '')
    assert.deepEqual([`${error.status}`, error.type], [status, type], code)
  }
})

test('the configuration in the README is valid and has every key', () => {
  const secret = '0123456789abcdef'
  const env = {
    ...{ OPENAI_API_KEY: 'a', OPENAI_KEY_2: 'a2', ANTHROPIC_API_KEY: 'b', ENTRA_SECRET: 'c', PII_KEY: secret },
    ...{ LEAD_TOKEN: secret, CH_PASSWORD: 'd', HOOK_SECRET: secret, SLACK_URL: 'https://hooks.acme.example/T0/B0/X' },
  }
  const pem = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const key = JSON.stringify({ type: 'service_account', client_email: 'a@b.example', private_key: privateKey })
  const readFile = (path: string) =>
    path.endsWith('.json') ? key : path.endsWith('.key') ? privateKey.toString() : pem
  const kinds = [...providers.values()]
  const read = parseConfig(yaml, {
    path: '/etc/tollgate.yaml',
    env,
    readFile,
    kinds,
    tokenizers: TOKENIZER_NAMES,
    pii: PII_VOCABULARY,
    content: CONTENT_VOCABULARY,
  })
  assert.deepEqual(read.ok ? [] : read.problems, [])
  const documented = readFileSync(join(projectRoot(), 'docs', 'configuration.md'), 'utf8')
  // What single kinds of guards and sinks have of their own stands on their pages.
  const rows = [...documented.matchAll(/^\| `([\w.<>[\]]+)` \|/gm)].map(([, key = '']) => key)
  const keys = rows
    .filter((key) => !/^(?:guardrails|ledger\.sinks)\[\w/.test(key))
    .map((key) => key.split('.').at(-1) ?? '')
  // Sections that this build refuses are named in the text instead.
  const shown = (key: string) => new RegExp(`\\b${key}:`).test(yaml) || section('Configuration').includes(`\`${key}\``)
  const missing = [...new Set(keys)].filter((key) => !/[<[]/.test(key) && !shown(key))
  assert.ok(keys.length > 20)
  assert.deepEqual(missing, [])
})

test('the README names every environment variable and metric that the code has', () => {
  const named = (file: string, pattern: RegExp) =>
    [...readFileSync(join(projectRoot(), file), 'utf8').matchAll(pattern)].map(([name]) => name)
  const names = [...named('cli/configuration.ts', /TOLLGATE_\w+/g), ...named('io/metrics.ts', /tollgate_\w+/g)]
  assert.ok(names.length > 10)
  for (const name of names) assert.ok(README.includes(name), name)
})
