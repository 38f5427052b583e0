import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type EntraSettings, entraScope, entraToken } from '../../../io/credentials/entra.js'
import { reasonOf } from '../../../io/credentials/reason.js'
import { type FakeCloud, fakeInternet, fakeServer, setEnv } from './fake-cloud.js'

const TENANT = '11111111-2222-3333-4444-555555555555'
const CLIENT = '66666666-7777-8888-9999-000000000000'
const SCOPE = 'https://cognitiveservices.azure.com/.default'
const LOGIN = 'login.microsoftonline.com'

const OF_AZURE = [
  ...[
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_AUTHORITY_HOST',
  ],
  ...['AZURE_TOKEN_CREDENTIALS', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'MSI_ENDPOINT', 'MSI_SECRET'],
]

/** No credentials in the environment, and no tool that has any. */
function emptyHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-entra-'))
  t.after(() => rmSync(home, { recursive: true }))
  setEnv(t, { ...Object.fromEntries(OF_AZURE.map((name) => [name, undefined])), HOME: home, PATH: home })
  return home
}

const fetchWith = (settings: EntraSettings = {}) => entraToken(settings)(new AbortController().signal)

/** Entra's token endpoint (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow) and its directory. */
function fakeEntra(
  t: TestContext,
  grant: (form: Readonly<Record<string, string>>) => { readonly status?: number; readonly body: unknown },
): Promise<FakeCloud> {
  const root = `https://${LOGIN}/${TENANT}`
  return fakeInternet(t, {
    [LOGIN]: ({ method, path, headers, body }) => {
      const { pathname } = new URL(path, root)
      if (pathname === '/common/discovery/instance') {
        const metadata = [{ preferred_network: LOGIN, preferred_cache: LOGIN, aliases: [LOGIN] }]
        return { body: { tenant_discovery_endpoint: `${root}/v2.0/.well-known/openid-configuration`, metadata } }
      }
      if (pathname === `/${TENANT}/v2.0/.well-known/openid-configuration`) {
        const authorization_endpoint = `${root}/oauth2/v2.0/authorize`
        return { body: { token_endpoint: `${root}/oauth2/v2.0/token`, issuer: `${root}/v2.0`, authorization_endpoint } }
      }
      assert.equal(`${method} ${pathname}`, `POST /${TENANT}/oauth2/v2.0/token`)
      assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/)
      const form = Object.fromEntries(new URLSearchParams(body))
      assert.equal(form['grant_type'], 'client_credentials')
      assert.equal(form['client_id'], CLIENT)
      assert.ok(form['scope']?.split(' ').includes(SCOPE))
      return grant(form)
    },
  })
}

const granted = (token: string) => ({ body: { token_type: 'Bearer', expires_in: 3599, access_token: token } })

function assertLife(expiresAt: number | undefined, seconds: number): void {
  const life = (expiresAt ?? 0) - Date.now()
  // Libraries round to seconds.
  assert.ok(life <= (seconds + 1) * 1000 && life > (seconds - 30) * 1000, `${life} ms`)
}

const tokenRequests = ({ requests }: FakeCloud) => requests.filter(({ path }) => path.includes('/oauth2/v2.0/token'))

test('an application asks with its secret, anew each time', async (t) => {
  emptyHome(t)
  const cloud = await fakeEntra(t, (form) => {
    assert.equal(form['client_secret'], 'hush')
    return granted(`token ${tokenRequests(cloud).length}`)
  })
  const fetch = entraToken({ tenantId: TENANT, clientId: CLIENT, clientSecret: 'hush' })
  const { value, expiresAt } = await fetch(new AbortController().signal)
  assert.deepEqual(cloud.objections, [])
  assert.equal(value, 'token 1')
  assertLife(expiresAt, 3599)
  assert.equal((await fetch(new AbortController().signal)).value, 'token 2')
})

test('the same from the environment', async (t) => {
  emptyHome(t)
  setEnv(t, { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 'of the environment' })
  const cloud = await fakeEntra(t, (form) => {
    assert.equal(form['client_secret'], 'of the environment')
    return granted('token')
  })
  assert.equal((await fetchWith()).value, 'token')
  assert.deepEqual(cloud.objections, [])
})

test('workload identity: the token of a file in the place of a secret, read again each time', async (t) => {
  const file = join(emptyHome(t), 'federated-token')
  writeFileSync(file, 'first.of.kubernetes')
  setEnv(t, { AZURE_FEDERATED_TOKEN_FILE: file, AZURE_TENANT_ID: TENANT })
  const assertions: (string | undefined)[] = []
  const cloud = await fakeEntra(t, (form) => {
    assert.equal(form['client_assertion_type'], 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    assertions.push(form['client_assertion'])
    return granted('federated')
  })
  const fetch = entraToken({ clientId: CLIENT })
  assert.equal((await fetch(new AbortController().signal)).value, 'federated')
  writeFileSync(file, 'second.of.kubernetes')
  await fetch(new AbortController().signal)
  assert.deepEqual(cloud.objections, [])
  assert.deepEqual(assertions, ['first.of.kubernetes', 'second.of.kubernetes'])
})

test('the managed identity of an app service is asked with its header, and which of several with its id', async (t) => {
  emptyHome(t)
  const expires = Math.floor(Date.now() / 1000) + 24 * 3600
  const identity = await fakeServer(t, ({ method, path, headers }) => {
    assert.equal(method, 'GET')
    const { pathname, searchParams } = new URL(path, 'http://identity')
    assert.equal(pathname, '/msi/token')
    assert.equal(headers['x-identity-header'], 'hush')
    assert.equal(searchParams.get('resource'), 'https://cognitiveservices.azure.com')
    assert.equal(searchParams.get('client_id'), CLIENT)
    const body = { access_token: 'managed', expires_on: String(expires), resource: SCOPE, token_type: 'Bearer' }
    return { body }
  })
  setEnv(t, { IDENTITY_ENDPOINT: `${identity.url}/msi/token`, IDENTITY_HEADER: 'hush' })
  const { value, expiresAt } = await fetchWith({ clientId: CLIENT })
  assert.deepEqual(identity.objections, [])
  assert.equal(value, 'managed')
  assertLife(expiresAt, 24 * 3600)
})

test('a wrong secret is a failure whose reason has the number of Entra and nothing of the secret', async (t) => {
  emptyHome(t)
  await fakeEntra(t, (form) => {
    const error_description = `AADSTS7000215: Invalid client secret provided: ${form['client_secret']}. Trace ID: 1`
    return { status: 401, body: { error: 'invalid_client', error_description, error_codes: [7000215] } }
  })
  const wrong = { tenantId: TENANT, clientId: CLIENT, clientSecret: 'hush' }
  const reason = reasonOf(await fetchWith(wrong).catch((error: unknown) => error))
  assert.match(reason, /^Entra gave no access token: AuthenticationRequiredError .*AADSTS7000215/)
  assert.doesNotMatch(reason, /hush/)
})

test('what a token is for depends on the endpoint', () => {
  const scopes: readonly (readonly [string | undefined, string])[] = [
    [undefined, SCOPE],
    ['https://x.openai.azure.com', SCOPE],
    ['https://gateway.example.com/azure', SCOPE],
    ['https://x.services.ai.azure.com/models', SCOPE],
    ['https://x.services.ai.azure.com/openai/v1', SCOPE],
    ['https://x.services.ai.azure.com/api/projects/p/openai/v1', 'https://ai.azure.com/.default'],
    ['https://x.services.ai.azure.com.example.com/api/projects/p', SCOPE],
    ['https://x.openai.azure.us', 'https://cognitiveservices.azure.us/.default'],
    ['https://x.openai.azure.cn/openai/v1', 'https://cognitiveservices.azure.cn/.default'],
  ]
  for (const [baseUrl, scope] of scopes) assert.equal(entraScope(baseUrl), scope, baseUrl)
})
