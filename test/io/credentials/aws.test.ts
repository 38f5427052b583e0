import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AwsSettings, awsKeys } from '../../../io/credentials/aws.js'
import { reasonOf } from '../../../io/credentials/reason.js'
import { type Answer, type FakeCloud, fakeServer, setEnv } from './fake-cloud.js'

const OF_THE_CHAIN = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_REGION'],
  ...['AWS_DEFAULT_REGION', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ENDPOINT_URL_STS'],
  ...['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
  ...['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'],
  ...['AWS_EC2_METADATA_SERVICE_ENDPOINT', 'AWS_EC2_METADATA_DISABLED'],
]

/** An environment without keys, its shared files in an empty folder. */
function emptyHome(t: TestContext): { readonly home: string; write(name: string, lines: readonly string[]): void } {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-aws-'))
  t.after(() => rmSync(home, { recursive: true }))
  setEnv(t, {
    ...Object.fromEntries(OF_THE_CHAIN.map((name) => [name, undefined])),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  })
  return { home, write: (name, lines) => writeFileSync(join(home, name), `${lines.join('\n')}\n`) }
}

const fetchWith = (settings: AwsSettings = {}) => awsKeys(settings)(new AbortController().signal)
const END = new Date(Math.floor(Date.now() / 1000) * 1000 + 3600_000)
const ISO = END.toISOString()
const KEYS = { accessKeyId: 'ASIAFAKE', secretAccessKey: 'hush/hush', sessionToken: 'session' }
const WITH_END = { value: KEYS, expiresAt: END.getTime() }

test('keys of the environment have no end', async (t) => {
  emptyHome(t)
  setEnv(t, { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'hush' })
  assert.deepEqual(await fetchWith(), { value: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'hush' } })
})

test('a profile that is chosen goes before keys of the environment, quietly, and its file is read again', async (t) => {
  const { write } = emptyHome(t)
  const said = t.mock.method(console, 'warn', () => {})
  setEnv(t, { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'hush' })
  write('credentials', ['[llm]', 'aws_access_key_id = AKIAFIRST', 'aws_secret_access_key = one'])
  const fetch = awsKeys({ profile: 'llm' })
  const { signal } = new AbortController()
  assert.deepEqual((await fetch(signal)).value, { accessKeyId: 'AKIAFIRST', secretAccessKey: 'one' })
  write('credentials', ['[llm]', 'aws_access_key_id = AKIASECOND', 'aws_secret_access_key = two'])
  assert.deepEqual((await fetch(signal)).value, { accessKeyId: 'AKIASECOND', secretAccessKey: 'two' })
  assert.equal(said.mock.callCount(), 0)
})

test('a profile may start a process', async (t) => {
  const { home, write } = emptyHome(t)
  const said = { Version: 1, AccessKeyId: 'ASIAFAKE', SecretAccessKey: 'hush/hush', SessionToken: 'session' }
  write('said.json', [JSON.stringify({ ...said, Expiration: ISO })])
  write('config', ['[profile tool]', `credential_process = cat ${join(home, 'said.json')}`])
  assert.deepEqual(await fetchWith({ profile: 'tool' }), WITH_END)
})

const stsAnswer = (action: string) => `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <${action}Result><Credentials><AccessKeyId>ASIAFAKE</AccessKeyId><SecretAccessKey>hush/hush</SecretAccessKey>
  <SessionToken>session</SessionToken><Expiration>${ISO}</Expiration></Credentials>
  <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/llm/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
  </${action}Result></${action}Response>`

/** AWS's Security Token Service (https://docs.aws.amazon.com/STS/latest/APIReference), on loopback. */
async function fakeSts(
  t: TestContext,
  check: (form: URLSearchParams, authorization: string) => void,
): Promise<FakeCloud> {
  const sts = await fakeServer(t, ({ method, path, headers, body }) => {
    assert.equal(`${method} ${path}`, 'POST /')
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
    const form = new URLSearchParams(body)
    assert.equal(form.get('Version'), '2011-06-15')
    assert.equal(form.get('RoleArn'), 'arn:aws:iam::123456789012:role/llm')
    check(form, headers.authorization ?? '')
    return { headers: { 'content-type': 'text/xml' }, body: stsAnswer(form.get('Action') ?? '') }
  })
  setEnv(t, { AWS_ENDPOINT_URL_STS: sts.url })
  return sts
}

test('a profile may assume a role with the keys of another, asking the region of the provider', async (t) => {
  const { write } = emptyHome(t)
  write('config', ['[profile llm]', 'role_arn = arn:aws:iam::123456789012:role/llm', 'source_profile = base'])
  write('credentials', ['[base]', 'aws_access_key_id = AKIABASE', 'aws_secret_access_key = one'])
  const sts = await fakeSts(t, (form, authorization) => {
    assert.equal(form.get('Action'), 'AssumeRole')
    assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AKIABASE\/\d{8}\/eu-west-3\/sts\/aws4_request, /)
  })
  const got = await fetchWith({ profile: 'llm', region: 'eu-west-3' })
  assert.deepEqual(sts.objections, [])
  assert.deepEqual(got, WITH_END)
})

test('web identity: the token of a file for keys of a role, unsigned; the file is read again', async (t) => {
  const { home, write } = emptyHome(t)
  write('token', ['first.token'])
  setEnv(t, {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/llm',
    AWS_REGION: 'eu-west-1',
  })
  const tokens: string[] = []
  const sts = await fakeSts(t, (form, authorization) => {
    assert.equal(form.get('Action'), 'AssumeRoleWithWebIdentity')
    assert.equal(authorization, '')
    tokens.push((form.get('WebIdentityToken') ?? '').trim())
  })
  const fetch = awsKeys({})
  assert.deepEqual(await fetch(new AbortController().signal), WITH_END)
  write('token', ['second.token'])
  await fetch(new AbortController().signal)
  assert.deepEqual(sts.objections, [])
  assert.deepEqual(tokens, ['first.token', 'second.token'])
})

const given = { AccessKeyId: 'ASIAFAKE', SecretAccessKey: 'hush/hush', Token: 'session', Expiration: ISO }

test('the endpoint of a container is asked with its token', async (t) => {
  emptyHome(t)
  const container = await fakeServer(t, ({ method, path, headers }) => {
    assert.equal(`${method} ${path}`, 'GET /v1/credentials')
    assert.equal(headers.authorization, 'pod token')
    return { body: given }
  })
  setEnv(t, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod token',
  })
  assert.deepEqual(await fetchWith(), WITH_END)
  assert.deepEqual(container.objections, [])
})

/** EC2's metadata service, version 2 only: a session token by PUT, then everything with it. */
const metadata: Answer = ({ method, path, headers }) => {
  if (path === '/latest/api/token') {
    assert.equal(method, 'PUT')
    const life = Number(headers['x-aws-ec2-metadata-token-ttl-seconds'])
    assert.ok(life >= 1 && life <= 21_600)
    return { headers: { 'content-type': 'text/plain' }, body: 'imds session' }
  }
  assert.equal(method, 'GET')
  if (headers['x-aws-ec2-metadata-token'] !== 'imds session') return { status: 401, body: '' }
  if (path === '/latest/meta-data/iam/security-credentials/') return { body: 'llm-role' }
  assert.equal(path, '/latest/meta-data/iam/security-credentials/llm-role')
  return { body: { ...given, Code: 'Success', Type: 'AWS-HMAC', LastUpdated: new Date().toISOString() } }
}

test('instance metadata is asked in its version 2', async (t) => {
  emptyHome(t)
  const imds = await fakeServer(t, metadata)
  setEnv(t, { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url })
  const { value, expiresAt } = await fetchWith()
  assert.deepEqual(imds.objections, [])
  assert.deepEqual({ value, expiresAt }, WITH_END)
  assert.deepEqual(
    imds.requests.map(({ method }) => method),
    ['PUT', 'GET', 'GET'],
  )
})

test('every fetch asks anew, however fresh the keys before are', async (t) => {
  emptyHome(t)
  const container = await fakeServer(t, () => ({ body: given }))
  setEnv(t, { AWS_CONTAINER_CREDENTIALS_FULL_URI: container.url })
  const fetch = awsKeys({})
  await fetch(new AbortController().signal)
  await fetch(new AbortController().signal)
  assert.equal(container.requests.length, 2)
})

test('a chain that finds nothing, and a profile that is not there, say so', async (t) => {
  emptyHome(t)
  const error = await fetchWith().catch((error: unknown) => error)
  assert.equal(reasonOf(error), 'the AWS credential chain gave no keys: CredentialsProviderError')
  setEnv(t, { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'hush' })
  const missing = await fetchWith({ profile: 'nobody' }).catch((error: unknown) => error)
  assert.equal(reasonOf(missing), 'the AWS credential chain gave no keys: CredentialsProviderError')
})
