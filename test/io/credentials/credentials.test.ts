import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { GatewayError } from '../../../core/errors.js'
import type { AwsCredentials } from '../../../core/provider.js'
import { createCredentials } from '../../../io/credentials/credentials.js'
import { eventually } from '../../support/eventually.js'
import { createFakeTime } from '../ledger/fake-time.js'
import { type Answer, type FakeCloud, fakeServer, setEnv } from './fake-cloud.js'

const MINUTE = 60_000

/** The store with a clock that begins now and is turned by hand, and what it logs. */
function world(env: Readonly<Record<string, string>> = {}) {
  const time = createFakeTime()
  const start = Date.now()
  const lines: { readonly level: string; readonly fields: Readonly<Record<string, unknown>>; readonly text: string }[] =
    []
  const store = createCredentials({
    clock: { now: () => start + time.clock.now() },
    schedule: time.schedule,
    random: () => 0,
    env,
    log: {
      info: (fields, text) => lines.push({ level: 'info', fields, text }),
      warn: (fields, text) => lines.push({ level: 'warn', fields, text }),
    },
  })
  return { store, time, lines, end: (after: number) => new Date(start + time.clock.now() + after).toISOString() }
}

/** A container's endpoint of AWS keys, which are numbered. */
async function fakeContainer(t: TestContext, end: (number: number) => string): Promise<FakeCloud & { fail(): void }> {
  let state: 'up' | 'down' = 'up'
  const answer: Answer = () => {
    const number = container.requests.length
    if (state === 'down') return { status: 400, body: { Code: 'AccessDenied', Message: 'AKIASECRETWORDS' } }
    const keys = { AccessKeyId: `ASIA${number}`, SecretAccessKey: 'hush', Token: 'session', Expiration: end(number) }
    return { body: keys }
  }
  const container = await fakeServer(t, answer)
  setEnv(t, {
    ...{ AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: undefined, AWS_WEB_IDENTITY_TOKEN_FILE: undefined },
    ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    AWS_CONTAINER_CREDENTIALS_FULL_URI: container.url,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
  })
  return {
    ...container,
    fail() {
      state = 'down'
    },
  }
}

const keysOf = async (aws: (() => Promise<AwsCredentials> | AwsCredentials) | undefined) => (await aws?.())?.accessKeyId
const BEDROCK = { kind: 'bedrock', region: 'eu-west-1' }

test('a kind without accounts has its apiKey or nothing; with an apiKey no account is asked for', () => {
  const { store } = world()
  assert.deepEqual(store.for('a', { kind: 'openai' }), {})
  for (const kind of ['openai', 'vertex', 'bedrock', 'bedrock-invoke', 'azure', 'gemini']) {
    assert.deepEqual(store.for('a', { kind, apiKey: 'sk' }), { apiKey: 'sk' })
  }
  assert.deepEqual(Object.keys(store.for('a', { kind: 'vertex' })), ['token', 'unavailable'])
  assert.deepEqual(Object.keys(store.for('a', { kind: 'azure' })), ['token', 'unavailable'])
  for (const kind of ['bedrock', 'bedrock-converse', 'bedrock-invoke']) {
    assert.deepEqual(Object.keys(store.for('a', { kind })), ['aws', 'unavailable'])
  }
})

test('a Bedrock key of the environment goes before the chain, and not before a profile', async () => {
  const { store } = world({ AWS_BEARER_TOKEN_BEDROCK: 'bearer\n' })
  const { token, unavailable, ...others } = store.for('a', { kind: 'bedrock' })
  assert.equal(await token?.(), 'bearer')
  assert.equal(unavailable?.(), undefined)
  assert.deepEqual(others, {})
  assert.deepEqual(Object.keys(store.for('a', { kind: 'bedrock', profile: 'llm' })), ['aws', 'unavailable'])
  assert.deepEqual(Object.keys(world({ AWS_BEARER_TOKEN_BEDROCK: '' }).store.for('a', { kind: 'bedrock' })), [
    'aws',
    'unavailable',
  ])
})

test('a token that cannot stand in a header is refused', async () => {
  const { store, lines } = world({ AWS_BEARER_TOKEN_BEDROCK: 'hush\r\nx-other: header' })
  await assert.rejects(async () => store.for('a', { kind: 'bedrock' }).token?.(), { code: 'upstream_unavailable' })
  assert.equal(lines[0]?.fields['reason'], 'the token has characters that cannot be sent')
  assert.doesNotMatch(JSON.stringify(lines), /hush/)
})

test('a thousand requests at once, over several providers with the same settings, cause one fetch', async (t) => {
  const { store, end } = world()
  const container = await fakeContainer(t, () => end(60 * MINUTE))
  const names = Array.from({ length: 1000 }, (_, i) => `provider-${i % 3}`)
  const keys = await Promise.all(names.map((name) => keysOf(store.for(name, BEDROCK).aws)))
  assert.deepEqual(new Set(keys), new Set(['ASIA1']))
  assert.equal(container.requests.length, 1)
})

test('nothing is fetched until a provider is asked or adopted; adopted, its first request waits for nothing', async (t) => {
  const { store, end, time } = world()
  const container = await fakeContainer(t, () => end(60 * MINUTE))
  const { aws } = store.for('bedrock', BEDROCK)
  await time.advance(MINUTE)
  assert.equal(container.requests.length, 0)
  store.adopt([['bedrock', BEDROCK]])
  await eventually('keys are there', () => container.requests.length === 1)
  const keys = await eventually('keys are there at once', () => {
    const got = aws?.()
    return got instanceof Promise ? undefined : got
  })
  assert.deepEqual(keys, { accessKeyId: 'ASIA1', secretAccessKey: 'hush', sessionToken: 'session' })
})

test('keys are renewed ahead of their end, without a request to cause it', async (t) => {
  const { store, time, end } = world()
  const container = await fakeContainer(t, () => end(60 * MINUTE))
  store.adopt([['bedrock', BEDROCK]])
  const { aws } = store.for('bedrock', BEDROCK)
  assert.equal(await keysOf(aws), 'ASIA1')
  await time.advance(49 * MINUTE)
  assert.equal(container.requests.length, 1)
  await time.advance(MINUTE + 1000)
  await eventually('the renewal', async () => (await keysOf(aws)) === 'ASIA2')
  assert.equal(container.requests.length, 2)
})

test('keys outlive a reload whose settings are the same; other sources are let go of, and stay good for open requests', async (t) => {
  const { store, time, end } = world()
  const container = await fakeContainer(t, () => end(60 * MINUTE))
  store.adopt([['bedrock', BEDROCK]])
  const before = store.for('bedrock', BEDROCK)
  assert.equal(await keysOf(before.aws), 'ASIA1')
  store.adopt([['renamed', BEDROCK]])
  assert.equal(await keysOf(store.for('renamed', BEDROCK).aws), 'ASIA1')
  assert.equal(container.requests.length, 1)

  const moved = { ...BEDROCK, region: 'eu-west-3' }
  store.adopt([['renamed', moved]])
  assert.equal(await keysOf(store.for('renamed', moved).aws), 'ASIA2')
  assert.equal(await keysOf(before.aws), 'ASIA1')
  store.close()
  assert.equal(time.timers(), 0)
  assert.equal(await keysOf(before.aws), 'ASIA1')
})

test('a source that fails makes requests fail with upstream_unavailable, and is logged without what it said', async (t) => {
  const { store, lines, end } = world()
  const container = await fakeContainer(t, () => end(60 * MINUTE))
  container.fail()
  const { aws } = store.for('bedrock', BEDROCK)
  const error = await keysOf(aws).catch((error: unknown) => error)
  assert.ok(error instanceof GatewayError)
  assert.equal(error.code, 'upstream_unavailable')
  assert.equal(error.message, 'no credentials could be obtained')
  assert.deepEqual(lines, [
    {
      level: 'warn',
      fields: {
        provider: 'bedrock',
        reason: 'the AWS credential chain gave no keys: CredentialsProviderError',
        validForSeconds: 0,
      },
      text: 'no new credentials for a provider: its requests fail',
    },
  ])
  assert.doesNotMatch(JSON.stringify([lines, error, error.cause, error.stack]), /SECRETWORDS/)
})

test('a source that comes back is told too', async (t) => {
  const { store, lines, time, end } = world()
  let life = -1
  await fakeContainer(t, () => end(life * MINUTE))
  const { aws } = store.for('bedrock', BEDROCK)
  await assert.rejects(keysOf(aws))
  await assert.rejects(keysOf(aws))
  life = 60
  await time.advance(1000)
  await eventually('keys', () => keysOf(aws).catch(() => undefined))
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['warn', 'info'],
  )
})
