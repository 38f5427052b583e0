import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type GoogleSettings, googleToken } from '../../../io/credentials/google.js'
import { reasonOf } from '../../../io/credentials/reason.js'
import { type Answer, fakeInternet, fakeServer, setEnv } from './fake-cloud.js'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const EMAIL = 'tollgate@example.iam.gserviceaccount.com'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = JSON.stringify({
  type: 'service_account',
  project_id: 'p',
  private_key_id: 'key-1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: EMAIL,
  client_id: '1',
  token_uri: 'https://oauth2.googleapis.com/token',
})

/** An empty folder to find nothing in, and no credentials in the environment. */
function emptyHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-google-'))
  t.after(() => rmSync(home, { recursive: true }))
  setEnv(t, { HOME: home, CLOUDSDK_CONFIG: home, GOOGLE_APPLICATION_CREDENTIALS: undefined, PATH: home })
  return home
}

const fetchWith = (settings: GoogleSettings) => googleToken(settings)(new AbortController().signal)

/** Google's token endpoint for service accounts (RFC 7523, https://developers.google.com/identity/protocols/oauth2/service-account). */
function tokenEndpoint(key: KeyObject): Answer {
  return ({ method, path, headers, body }) => {
    assert.equal(`${method} ${path}`, 'POST /token')
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
    const form = new URLSearchParams(body)
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
    assert.ok(verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')))
    assert.equal(JSON.parse(Buffer.from(head, 'base64url').toString()).alg, 'RS256')
    const { iss, scope, aud, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    assert.deepEqual({ iss, scope, aud }, { iss: EMAIL, scope: SCOPE, aud: 'https://oauth2.googleapis.com/token' })
    assert.ok(exp > Date.now() / 1000 && exp - iat <= 3600)
    return { body: { access_token: 'ya29.from-a-key', expires_in: 3599, token_type: 'Bearer' } }
  }
}

function assertLife(expiresAt: number | undefined, seconds: number): void {
  const life = (expiresAt ?? 0) - Date.now()
  // Libraries round to seconds.
  assert.ok(life <= (seconds + 1) * 1000 && life > (seconds - 30) * 1000, `${life} ms`)
}

test('a service account signs for its token with its key', async (t) => {
  emptyHome(t)
  const cloud = await fakeInternet(t, { 'oauth2.googleapis.com': tokenEndpoint(publicKey) })
  const { value, expiresAt } = await fetchWith({ credentials: KEY, project: 'p' })
  assert.deepEqual(cloud.objections, [])
  assert.equal(value, 'ya29.from-a-key')
  assertLife(expiresAt, 3599)
})

test('every fetch asks anew, however fresh the token before is', async (t) => {
  emptyHome(t)
  const cloud = await fakeInternet(t, { 'oauth2.googleapis.com': tokenEndpoint(publicKey) })
  const fetch = googleToken({ credentials: KEY })
  await fetch(new AbortController().signal)
  await fetch(new AbortController().signal)
  assert.equal(cloud.requests.length, 2)
})

test('application default credentials: the file that the environment names', async (t) => {
  const file = join(emptyHome(t), 'key.json')
  writeFileSync(file, KEY)
  setEnv(t, { GOOGLE_APPLICATION_CREDENTIALS: file })
  const cloud = await fakeInternet(t, { 'oauth2.googleapis.com': tokenEndpoint(publicKey) })
  assert.equal((await fetchWith({ project: 'p' })).value, 'ya29.from-a-key')
  assert.deepEqual(cloud.objections, [])
})

test("application default credentials: the user's own, as gcloud writes them", async (t) => {
  const user = { type: 'authorized_user', client_id: 'id', client_secret: 'hush', refresh_token: '1//refresh' }
  writeFileSync(join(emptyHome(t), 'application_default_credentials.json'), JSON.stringify(user))
  const cloud = await fakeInternet(t, {
    'oauth2.googleapis.com': ({ path, body }) => {
      assert.equal(path, '/token')
      const { grant_type, refresh_token, client_id, client_secret } = Object.fromEntries(new URLSearchParams(body))
      assert.deepEqual([grant_type, refresh_token], ['refresh_token', '1//refresh'])
      assert.deepEqual([client_id, client_secret], ['id', 'hush'])
      return { body: { access_token: 'ya29.of-a-user', expires_in: 3599, token_type: 'Bearer' } }
    },
  })
  assert.equal((await fetchWith({ project: 'p' })).value, 'ya29.of-a-user')
  assert.deepEqual(cloud.objections, [])
})

test('a metadata server that comes up late is found by the next fetch', async (t) => {
  emptyHome(t)
  let state: 'starting' | 'up' = 'starting'
  const metadata = await fakeServer(t, ({ path }) => {
    const headers = { 'metadata-flavor': 'Google' }
    if (state === 'starting') return { status: 404, headers, body: '' }
    if (!path.includes('/token')) return { headers, body: '' }
    return { headers, body: { access_token: 'ya29.late', expires_in: 1799, token_type: 'Bearer' } }
  })
  setEnv(t, { GCE_METADATA_HOST: metadata.url, METADATA_SERVER_DETECTION: 'ping-only' })
  const fetch = googleToken({ project: 'p' })
  await assert.rejects(fetch(new AbortController().signal))
  state = 'up'
  assert.equal((await fetch(new AbortController().signal)).value, 'ya29.late')
})

test('application default credentials: the metadata server, which wants its header', async (t) => {
  emptyHome(t)
  const answer: Answer = ({ method, path, headers }) => {
    assert.equal(method, 'GET')
    assert.equal(headers['metadata-flavor'], 'Google')
    const flavor = { 'metadata-flavor': 'Google' }
    const { pathname, searchParams } = new URL(path, 'http://metadata')
    if (/^\/computeMetadata\/v1\/instance\/?$/.test(pathname)) return { headers: flavor, body: '' }
    assert.equal(pathname, '/computeMetadata/v1/instance/service-accounts/default/token')
    assert.equal(searchParams.get('scopes'), SCOPE)
    return { headers: flavor, body: { access_token: 'ya29.of-a-machine', expires_in: 1799, token_type: 'Bearer' } }
  }
  const metadata = await fakeServer(t, answer)
  setEnv(t, { GCE_METADATA_HOST: metadata.url, METADATA_SERVER_DETECTION: undefined })
  const { value, expiresAt } = await fetchWith({ project: 'p' })
  assert.deepEqual(metadata.objections, [])
  assert.equal(value, 'ya29.of-a-machine')
  assertLife(expiresAt, 1799)
  const tokens = metadata.requests.filter(({ path }) => path.includes('/token'))
  assert.equal(metadata.requests.length - tokens.length <= 1, true, 'nobody looks for a project')
})

test('workload identity federation: the token of a file for one of STS, and that for one of a service account', async (t) => {
  const home = emptyHome(t)
  const subject = join(home, 'subject-token')
  writeFileSync(subject, 'a.kubernetes.token')
  const audience = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/cluster'
  const account = `/v1/projects/-/serviceAccounts/${EMAIL}:generateAccessToken`
  const expireTime = new Date(Date.now() + 3600_000).toISOString()
  const cloud = await fakeInternet(t, {
    'sts.googleapis.com': ({ path, body }) => {
      assert.equal(path, '/v1/token')
      const form = Object.fromEntries(new URLSearchParams(body))
      assert.equal(form['grant_type'], 'urn:ietf:params:oauth:grant-type:token-exchange')
      assert.equal(form['subject_token'], 'a.kubernetes.token')
      assert.equal(form['subject_token_type'], 'urn:ietf:params:oauth:token-type:jwt')
      assert.deepEqual([form['audience'], form['scope']], [audience, SCOPE])
      return { body: { access_token: 'federated', expires_in: 3600, token_type: 'Bearer', issued_token_type: 'x' } }
    },
    'iamcredentials.googleapis.com': ({ path, headers, body }) => {
      assert.equal(path, account)
      assert.equal(headers.authorization, 'Bearer federated')
      assert.deepEqual(JSON.parse(body).scope, [SCOPE])
      return { body: { accessToken: 'ya29.impersonated', expireTime } }
    },
  })
  const credentials = JSON.stringify({
    type: 'external_account',
    audience,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: 'https://sts.googleapis.com/v1/token',
    service_account_impersonation_url: `https://iamcredentials.googleapis.com${account}`,
    credential_source: { file: subject },
  })
  const { value, expiresAt } = await fetchWith({ credentials })
  assert.deepEqual(cloud.objections, [])
  assert.deepEqual({ value, expiresAt }, { value: 'ya29.impersonated', expiresAt: Date.parse(expireTime) })
})

test('a key that Google does not know is a failure whose reason holds nothing of the key', async (t) => {
  emptyHome(t)
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const strict = tokenEndpoint(createPublicKey(other.export({ type: 'spki', format: 'pem' })))
  await fakeInternet(t, {
    'oauth2.googleapis.com': (request) => {
      assert.throws(() => strict(request))
      const { assertion } = Object.fromEntries(new URLSearchParams(request.body))
      return { status: 400, body: { error: 'invalid_grant', error_description: `Invalid JWT Signature: ${assertion}` } }
    },
  })
  const error = await fetchWith({ credentials: KEY }).catch((error: unknown) => error)
  assert.equal(reasonOf(error), 'Google gave no access token: Error 400 invalid_grant')
})

test('where nothing is found, and where what is found is no JSON, the reason says so', async (t) => {
  const home = emptyHome(t)
  setEnv(t, { METADATA_SERVER_DETECTION: 'none' })
  const reason = async () => reasonOf(await fetchWith({ project: 'p' }).catch((error: unknown) => error))
  // A machine of Google's has a metadata server whatever the environment says.
  assert.match(await reason(), /^Google (credentials were not found or cannot be read|gave no access token): /)
  writeFileSync(join(home, 'key.json'), 'private words')
  setEnv(t, { GOOGLE_APPLICATION_CREDENTIALS: join(home, 'key.json') })
  assert.equal(await reason(), 'Google credentials were not found or cannot be read: SyntaxError')
  const given = await fetchWith({ credentials: 'private words' }).catch((error: unknown) => error)
  assert.equal(reasonOf(given), 'the Google credentials are not JSON')
})
