import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/openai-moderation.js'
import { read } from './members.js'

const settings = (yaml: string) => {
  const { written, problems } = read(kind, yaml)
  assert.deepEqual(problems, [])
  assert.ok(written)
  return { ...kind.settingsOf(written), cache: written.cache, credentials: kind.credentialsOf(written) }
}
const refuses = (yaml: string, ...problems: readonly string[]) => assert.deepEqual(read(kind, yaml).problems, problems)

test('a key is enough', () => {
  assert.deepEqual(settings('{ apiKey: sk-1 }'), {
    baseUrl: 'https://api.openai.com',
    model: 'omni-moderation-latest',
    thresholds: {},
    window: 1000,
    cache: 300_000,
    credentials: { kind: 'openai', apiKey: 'sk-1', baseUrl: 'https://api.openai.com' },
  })
})

test('every key is read', () => {
  const read =
    settings(`{ baseUrl: "http://127.0.0.1:9000/v1/", model: text-moderation-stable, window: whole, cache: 0s,
    thresholds: { hate: 0.4, self-harm/intent: off, sexual: 1 } }`)
  assert.deepEqual(read, {
    baseUrl: 'http://127.0.0.1:9000/v1',
    model: 'text-moderation-stable',
    thresholds: { hate: 0.4, 'self-harm/intent': 'off', sexual: 1 },
    window: 'whole',
    cache: 0,
    credentials: { kind: 'openai', apiKey: undefined, baseUrl: 'http://127.0.0.1:9000/v1' },
  })
})

test('what is wrong is told, with what is allowed', () => {
  refuses('{}', 'apiKey: must be an API key: OpenAI answers nobody without one')
  refuses('{ apiKey: "a b" }', 'apiKey: must be a key of printable ASCII characters without spaces')
  refuses('{ apiKey: k, window: 10 }', 'window: must be a whole number from 100 to 100000')
  refuses('{ apiKey: k, window: all }', 'window: must be a whole number from 100 to 100000, or this word: whole')
  refuses('{ apiKey: k, thresholds: { hate: 2 } }', 'thresholds.hate: must be a number from 0 to 1')
  refuses(
    '{ apiKey: k, thresholds: { hate: high } }',
    'thresholds.hate: must be a number from 0 to 1, or this word: off',
  )
  assert.match(
    read(kind, '{ apiKey: k, thresholds: { rude: 1 } }').problems[0] ?? '',
    /is no category; allowed: harassment,/,
  )
  assert.match(read(kind, '{ apiKey: k, treshold: 1 }').problems[0] ?? '', /is an unknown key; allowed: apiKey,/)
})
