import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/azure-content-safety.js'
import { read } from './members.js'

const BASE = 'baseUrl: "https://x.cognitiveservices.azure.com"'
const settings = (yaml: string) => {
  const { written, problems } = read(kind, yaml)
  assert.deepEqual(problems, [])
  assert.ok(written)
  return { ...kind.settingsOf(written), cache: written.cache, credentials: kind.credentialsOf(written) }
}
const refuses = (yaml: string, ...problems: readonly string[]) => assert.deepEqual(read(kind, yaml).problems, problems)

test('an endpoint is enough: all categories from medium severity on, and prompts are shielded', () => {
  assert.deepEqual(settings(`{ ${BASE} }`), {
    baseUrl: 'https://x.cognitiveservices.azure.com',
    apiVersion: '2024-09-01',
    severities: { hate: 4, self_harm: 4, sexual: 4, violence: 4 },
    blocklists: [],
    promptShield: 'on',
    window: 1000,
    cache: 300_000,
    credentials: {
      kind: 'azure',
      apiKey: undefined,
      baseUrl: 'https://x.cognitiveservices.azure.com',
      tenantId: undefined,
      clientId: undefined,
      clientSecret: undefined,
    },
  })
})

test('every key is read', () => {
  const read = settings(`{ ${BASE}, tenantId: t, clientId: c, clientSecret: s, apiVersion: 2023-10-01, window: 500,
    cache: 1h, severities: { hate: 2, sexual: off }, blocklists: [Rivals], promptShield: off }`)
  const { apiVersion, severities, blocklists, promptShield, window, cache, credentials } = read
  assert.deepEqual(
    { apiVersion, severities, blocklists, promptShield, window, cache },
    {
      apiVersion: '2023-10-01',
      severities: { hate: 2, self_harm: 4, violence: 4 },
      blocklists: ['Rivals'],
      promptShield: 'off',
      window: 500,
      cache: 3_600_000,
    },
  )
  assert.deepEqual([credentials.tenantId, credentials.clientId, credentials.clientSecret], ['t', 'c', 's'])
})

test('what is wrong is told, with what is allowed', () => {
  refuses('{}', 'baseUrl: must be a URL such as https://api.example.com/v1')
  refuses(`{ ${BASE}, apiVersion: latest }`, 'apiVersion: must be an API version such as 2024-09-01')
  refuses(`{ ${BASE}, severities: { hate: 8 } }`, 'severities.hate: must be a whole number from 1 to 7')
  refuses(
    `{ ${BASE}, severities: { hat: 1 } }`,
    'severities.hat: is no category; allowed: hate, self_harm, sexual, violence',
  )
  refuses(`{ ${BASE}, promptShield: maybe }`, 'promptShield: must be one of these: on, off')
  refuses(
    `{ ${BASE}, severities: { hate: off, self_harm: off, sexual: off, violence: off }, promptShield: off }`,
    'severities: must not be off for all categories without blocklists and promptShield: nothing is checked',
  )
  refuses(
    `{ ${BASE}, clientSecret: s }`,
    'tenantId: must be the id of an Entra tenant: there is a clientSecret',
    'clientId: must be the id of an Entra application: there is a clientSecret',
  )
  refuses(`{ ${BASE}, apiKey: k, tenantId: t }`, 'tenantId: has no use beside apiKey; remove one of the two')
  refuses(
    `{ ${BASE}, blocklists: ["a b"] }`,
    'blocklists.0: must be a list of at most 10 names of blocklists, each 1 to 64 of A-Z a-z 0-9 . _ ~ -',
  )
})
