import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/bedrock-guardrail.js'
import { read } from './members.js'

const settings = (yaml: string) => {
  const { written, problems } = read(kind, yaml)
  assert.deepEqual(problems, [])
  assert.ok(written)
  return { ...kind.settingsOf(written), cache: written.cache, credentials: kind.credentialsOf(written) }
}
const refuses = (yaml: string, ...problems: readonly string[]) => assert.deepEqual(read(kind, yaml).problems, problems)

test('a region and a guardrail are enough', () => {
  assert.deepEqual(settings('{ region: eu-west-1, guardrail: gr1 }'), {
    region: 'eu-west-1',
    guardrail: 'gr1',
    version: 'DRAFT',
    window: 1000,
    cache: 300_000,
    credentials: { kind: 'bedrock', apiKey: undefined, baseUrl: undefined, region: 'eu-west-1', profile: undefined },
  })
})

test('every key is read', () => {
  const arn = 'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/abc1'
  const read = settings(`{ region: us-gov-west-1, guardrail: "${arn}", version: 3, profile: audit,
    baseUrl: "http://127.0.0.1:9000/", window: whole, cache: 10s }`)
  assert.deepEqual(read, {
    region: 'us-gov-west-1',
    baseUrl: 'http://127.0.0.1:9000',
    guardrail: arn,
    version: '3',
    window: 'whole',
    cache: 10_000,
    credentials: {
      ...{ kind: 'bedrock', apiKey: undefined, baseUrl: 'http://127.0.0.1:9000', region: 'us-gov-west-1' },
      profile: 'audit',
    },
  })
})

test('what is wrong is told, with what is allowed', () => {
  refuses('{}', 'region: must be a region such as us-east-1', 'guardrail: must be the id or the ARN of a guardrail')
  refuses('{ region: Frankfurt, guardrail: gr1 }', 'region: must be a region such as us-east-1')
  refuses('{ region: eu-west-1, guardrail: "../x" }', 'guardrail: must be the id or the ARN of a guardrail')
  for (const version of ['0', 'latest', '1.5', '{}']) {
    refuses(
      `{ region: eu-west-1, guardrail: gr1, version: ${version} }`,
      'version: must be the number of a version, or DRAFT',
    )
  }
  refuses(
    '{ region: eu-west-1, guardrail: gr1, apiKey: k, profile: p }',
    'profile: has no use beside apiKey; remove one of the two',
  )
})
