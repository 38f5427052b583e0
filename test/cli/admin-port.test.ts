import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { Failure } from '../../cli/failure.js'
import { type Serving, serve } from '../../cli/serve.js'
import type { JsonObject } from '../../core/json.js'
import { createAuthority } from '../support/admin/authority.js'
import { tokenOf } from '../support/admin/frame.js'
import { everyRole } from '../support/admin/served.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { jsonAt } from '../support/json-at.js'
import { runMain } from '../support/run-main.js'

const LIMIT = { timeout: 60_000 }

const running: Pick<Serving, 'stop'>[] = []

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-'))
  t.after(async () => {
    // What runs may still write there.
    for (const { stop } of running.splice(0)) await stop()
    await rm(dir, { recursive: true, force: true })
  })
  return dir
}

/** Starts Tollgate with its configuration in a folder. */
async function start(dir: string, config: string, env: Record<string, string> = {}) {
  const configPath = join(dir, 'tollgate.yaml')
  await writeFile(configPath, config)
  const own = {
    TOLLGATE_STATE_DIR: join(dir, 'state'),
    TOLLGATE_ADMIN_PORT: String(await freePort()),
    TOLLGATE_EXTPROC_ADDRESS: `unix:${join(dir, 'extproc.sock')}`,
    ...env,
  }
  const started = await serve({ configPath, logFile: join(dir, 'tollgate.log'), env: own })
  running.push(started)
  const write = async (text: string) => {
    await writeFile(`${configPath}.next`, text)
    await rename(`${configPath}.next`, configPath)
  }
  return { ...started, env: own, write }
}

const PLAIN = everyRole({ admin: {}, keys: {} })

test('off loopback Tollgate refuses to start unless callers have something to show', LIMIT, async (t) => {
  const dir = await folder(t)
  for (const token of ['', ' \n']) {
    await assert.rejects(start(dir, PLAIN, { TOLLGATE_BIND: '0.0.0.0', TOLLGATE_ADMIN_TOKEN: token }), (error) => {
      assert.ok(error instanceof Failure)
      assert.match(
        error.message,
        /0\.0\.0\.0 \(TOLLGATE_BIND\): set TOLLGATE_ADMIN_TOKEN, or admin\.tokens or admin\.clients/,
      )
      return true
    })
  }
})

test(
  'off loopback it starts with a token, keeps health open, and takes no configuration that would open it',
  LIMIT,
  async (t) => {
    const dir = await folder(t)
    const { env, write } = await start(dir, everyRole(), { TOLLGATE_BIND: '0.0.0.0' })
    const url = `http://127.0.0.1:${env.TOLLGATE_ADMIN_PORT}`
    const status = async (path: string, token?: string) =>
      (await fetch(`${url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }))
        .status
    for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal(await status(path), 200, path)
    assert.equal(await status('/whoami'), 401)
    assert.equal(await status('/whoami', tokenOf('root')), 200)
    await write(PLAIN)
    await eventually('the reload was rejected', async () =>
      /admin port would be open/.test(await (await fetch(`${url}/readyz`)).text()),
    )
    assert.equal(await status('/whoami'), 401)
    assert.equal(await status('/whoami', tokenOf('root')), 200)
  },
)

test('tokens of the configuration change with it', LIMIT, async (t) => {
  const dir = await folder(t)
  const { adminUrl, write } = await start(dir, everyRole(), { TOLLGATE_ADMIN_TOKEN: 'the-token-of-who-runs-it' })
  const who = async (token: string) => {
    const response = await fetch(`${adminUrl}/whoami`, { headers: { authorization: `Bearer ${token}` } })
    return response.status === 200 ? jsonAt(await response.json(), 'name') : response.status
  }
  assert.equal(await who(tokenOf('eyes')), 'eyes')
  assert.equal(await who('the-token-of-who-runs-it'), 'admin-token')
  await write(PLAIN)
  await eventually('the token is gone', async () => (await who(tokenOf('eyes'))) === 401)
  assert.equal(await who('the-token-of-who-runs-it'), 'admin-token')
})

test('with a client certificate there is no need for a token; others are not let in by theirs', LIMIT, async (t) => {
  const dir = await folder(t)
  const own = createAuthority('Tollgate of the tests')
  const foreign = createAuthority('Somebody else')
  const server = own.issue({ cn: 'tollgate', dns: ['localhost'], ip: [[127, 0, 0, 1]] })
  const file = (name: string, text: string) => writeFile(join(dir, name), text)
  await Promise.all([file('cert.pem', server.cert), file('key.pem', server.key), file('ca.pem', own.cert)])
  const admin: JsonObject = {
    ...Object(parse(everyRole())).admin,
    tls: { certFile: 'cert.pem', keyFile: 'key.pem', clientCaFile: 'ca.pem' },
    clients: [
      { name: 'ops', role: 'admin', subject: 'O=Acme, CN=ops' },
      { name: 'dashboard', role: 'auditor', san: 'uri:spiffe://acme.test/dashboard' },
    ],
  }
  const { adminUrl } = await start(dir, everyRole({ admin }))
  assert.match(adminUrl, /^https:/)
  const ask = (path: string, tls: { cert?: string; key?: string } = {}, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
      request(`${adminUrl}${path}`, { ca: own.cert, ...tls, headers, agent: false }, async (response) => {
        const chunks = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
      })
        .on('error', reject)
        .end()
    })
  }
  assert.equal((await ask('/healthz')).status, 200)
  assert.equal((await ask('/whoami')).status, 401)
  const ops = own.issue({ cn: 'ops', o: 'Acme' })
  assert.deepEqual((await ask('/whoami', ops)).body, { name: 'ops', role: 'admin', teams: [] })
  const dashboard = own.issue({ cn: 'anything', uri: ['spiffe://acme.test/dashboard'] })
  assert.equal(jsonAt((await ask('/whoami', dashboard)).body, 'role'), 'auditor')
  const strangers = {
    'of another authority': foreign.issue({ cn: 'ops', o: 'Acme' }),
    'with a part of the name': own.issue({ cn: 'ops' }),
    'with the name and more in it': own.issue({ cn: 'ops\nO=Acme' }),
    'with two names in one': own.issue({ cn: 'x', uri: ['spiffe://x.test/y, URI:spiffe://acme.test/dashboard'] }),
  }
  for (const [what, certified] of Object.entries(strangers)) {
    assert.equal((await ask('/whoami', certified)).status, 401, what)
  }
  assert.equal(
    jsonAt((await ask('/whoami', strangers['with a part of the name'], tokenOf('eyes'))).body, 'name'),
    'eyes',
  )
  // A token that is shown decides.
  assert.equal((await ask('/whoami', ops, 'a-wrong-token-of-tests')).status, 401)

  await Promise.all([file('ops.pem', ops.cert), file('ops.key', ops.key)])
  const url = adminUrl.replace('127.0.0.1', 'localhost')
  const tls = ['--ca', join(dir, 'ca.pem'), '--cert', join(dir, 'ops.pem'), '--cert-key', join(dir, 'ops.key')]
  const shown = await runMain(t, ['keys', 'issue', '--name', 'first', '--url', url, ...tls], {})
  assert.equal(shown.code, 0, shown.err)
  assert.match(shown.out, /^\S{20,}\n$/)
  const unverified = await runMain(t, ['keys', 'list', '--url', url], {})
  assert.equal(unverified.code, 1)
  assert.match(unverified.err, /^tollgate: nothing answers on https:.*\n$/)

  // Another certificate, of another authority, is taken up for new connections.
  const next = foreign.issue({ cn: 'tollgate', ip: [[127, 0, 0, 1]] })
  await Promise.all([file('cert.pem', next.cert), file('key.pem', next.key)])
  await eventually('the new certificate is in force', () =>
    ask('/healthz').then(
      () => false,
      () => true,
    ),
  )
})

test('a certificate that does not fit its key stops the start, with one line', LIMIT, async (t) => {
  const dir = await folder(t)
  const own = createAuthority('Tollgate of the tests')
  await writeFile(join(dir, 'cert.pem'), own.issue({ cn: 'a' }).cert)
  await writeFile(join(dir, 'key.pem'), own.issue({ cn: 'b' }).key)
  const config = stringify({ ...parse(PLAIN), admin: { tls: { certFile: 'cert.pem', keyFile: 'key.pem' } } })
  await assert.rejects(
    start(dir, config),
    (error) => error instanceof Failure && /key values mismatch/.test(error.message),
  )
})
