import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/webhook.js'
import { read } from './members.js'

const settings = (yaml: string) => {
  const { written, problems } = read(kind, yaml)
  assert.deepEqual(problems, [])
  assert.ok(written)
  return { ...kind.settingsOf(written), cache: written.cache }
}
const refuses = (yaml: string, ...problems: readonly string[]) => assert.deepEqual(read(kind, yaml).problems, problems)

const SECRET = 'secret: "0123456789abcdef"'

test('an address and a secret are enough', () => {
  assert.deepEqual(settings(`{ url: "https://guards.test/check", ${SECRET} }`), {
    url: 'https://guards.test/check',
    secret: '0123456789abcdef',
    context: ['model'],
    window: 'whole',
    cache: 0,
  })
})

test('every key is read', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const yaml = `{ url: "http://127.0.0.1:9000", secret: "${secret}", context: [user, tags], window: 2000, cache: 1m }`
  assert.deepEqual(settings(yaml), {
    url: 'http://127.0.0.1:9000',
    secret,
    context: ['user', 'tags'],
    window: 2000,
    cache: 60_000,
  })
})

test('what is wrong is told, with what is allowed', () => {
  refuses(
    '{}',
    'url: must be a URL such as https://api.example.com/v1',
    'secret: must be a secret text of at least 16 characters',
  )
  const url = 'url: "https://guards.test"'
  refuses(`{ ${url}, secret: short }`, 'secret: must be a secret text of at least 16 characters')
  const wrong = 'secret: must have base64 of at least 16 bytes after whsec_'
  refuses(`{ ${url}, secret: "whsec_not base64 at all" }`, wrong)
  refuses(`{ ${url}, secret: "whsec_AAAAAAAAAAA=" }`, wrong)
  const words = 'model, user, team, organization, key, route, tags, found'
  refuses(`{ ${url}, ${SECRET}, context: [prompt] }`, `context.0: must be what a webhook may be told: ${words}`)
})
