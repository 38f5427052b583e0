import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { PRINCIPALS } from '../support/admin/frame.js'
import { everyRole, startServed } from '../support/admin/served.js'
import { jsonAt } from '../support/json-at.js'

const LIMIT = { timeout: 120_000 }

/** A path of an operation, with something for each name that nobody has. */
const pathOf = (path: string) => path.replaceAll(/\{\w+\}/g, 'nobody-has-this')

test(
  'every operation is for the roles that the document says, for nobody without a token, and for no other',
  LIMIT,
  async (t) => {
    const { call, document } = await startServed(t, everyRole())
    const { operations } = document
    assert.ok(operations.length >= 12, `${operations.length} operations`)
    for (const { id, method, path, roles } of operations) {
      assert.ok(roles.length > 0, id)
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
      const status = async (who: { readonly as?: string; readonly token?: string }) =>
        (await call(pathOf(path), { method, ...body, ...who })).status
      assert.equal(await status({}), 401, `${id} without a token`)
      assert.equal(await status({ token: 'token-of-root-012345678' }), 401, `${id} with a wrong token`)
      for (const { name, role } of PRINCIPALS) {
        const answered = await status({ as: name })
        const what = `${id} as ${role}: ${answered}`
        if (!roles.includes(role)) assert.equal(answered, 403, what)
        else assert.ok(![401, 403, 405, 415, 500].includes(answered), what)
      }
    }
  },
)

test('auditors change nothing, and admins may change all that can be changed', LIMIT, async (t) => {
  const { document } = await startServed(t, everyRole())
  const changing = document.operations.filter(({ effect }) => effect === 'changes')
  assert.ok(changing.length > 0)
  for (const { id, roles } of changing) {
    assert.ok(!roles.includes('auditor'), id)
    assert.ok(roles.includes('admin'), id)
  }
})

test('each change, also one that is refused, is in the trail; no token and no body is', LIMIT, async (t) => {
  const { call, document, env, stateDir } = await startServed(t, everyRole())
  const changing = document.operations.filter(({ effect }) => effect === 'changes')
  const secret = 'sk-secret-of-a-body'
  for (const { method, path } of changing) {
    const body = method === 'DELETE' ? {} : { body: { [secret]: secret } }
    await call(pathOf(path), { method, ...body })
    for (const { name } of PRINCIPALS) await call(pathOf(path), { method, as: name, ...body })
  }
  const { entries } = Object((await call('/trail?limit=10000', { as: 'eyes' })).json())
  for (const { id, path } of changing) {
    const own = entries.filter((entry: unknown) => jsonAt(entry, 'operation') === id)
    const who = own.map((entry: unknown) => jsonAt(entry, 'principal'))
    assert.deepEqual(who, [null, ...PRINCIPALS.map(({ name }) => name)], id)
    for (const entry of own) {
      assert.equal(typeof jsonAt(entry, 'status'), 'number', id)
      assert.equal(jsonAt(entry, 'address'), '127.0.0.1')
      if (path.includes('{id}')) assert.equal(jsonAt(entry, 'parameters', 'id'), 'nobody-has-this')
    }
  }
  const file = await readFile(join(stateDir, `admin-trail-${env['TOLLGATE_ADMIN_PORT']}.jsonl`), 'utf8')
  assert.doesNotMatch(file, /token-of|sk-secret/)
})

test('a lead of red sees and changes no key of blue', LIMIT, async (t) => {
  const { call } = await startServed(t, everyRole())
  const issue = async (team: string, user: string, as: string) =>
    call('/keys', { method: 'POST', as, body: { name: `${user}-of-${team}`, team, user } })
  const blue = await issue('blue', 'bob', 'root')
  const red = await issue('red', 'ann', 'lead-of-red')
  assert.deepEqual([blue.status, red.status], [201, 201])
  assert.equal((await issue('blue', 'ann', 'lead-of-red')).status, 403)
  const id = String(jsonAt(blue.json(), 'id'))
  for (const as of ['lead-of-red', 'ann-of-red']) {
    const seen = Object((await call('/keys', { as })).json()).keys
    assert.deepEqual(
      seen.map((key: unknown) => jsonAt(key, 'name')),
      ['ann-of-red'],
    )
    assert.equal((await call(`/keys/${id}`, { as })).status, 404)
    assert.equal((await call(`/keys/${id}/rotate`, { method: 'POST', as, body: {} })).status, 404)
  }
  assert.equal((await call(`/keys/${id}/revoke`, { method: 'POST', as: 'lead-of-red', body: {} })).status, 404)
  assert.equal((await call(`/keys/${id}`, { as: 'eyes' })).status, 200)
})

test('answers to what is asked rightly are as the document says', LIMIT, async (t) => {
  const { call } = await startServed(t, everyRole())
  const issued = await call('/keys', {
    method: 'POST',
    as: 'root',
    body: { name: 'first', team: 'red', expiresIn: '1h' },
  })
  assert.equal(issued.status, 201)
  const key = `/keys/${String(jsonAt(issued.json(), 'id'))}`
  const asked = [
    ...[
      '/whoami',
      '/openapi.json',
      '/budgets',
      '/budgets/per-team',
      '/spend?by=team,day',
      '/spend?format=csv',
      '/keys',
      key,
    ],
    '/trail',
  ]
  for (const path of asked) {
    const { status, text } = await call(path, { as: 'root' })
    // Where nothing keeps what is spent there is no report.
    assert.ok(status === 200 || (path.startsWith('/spend') && status === 503), `${path}: ${status} ${text}`)
  }
  assert.deepEqual(
    (await call('/whoami', { as: 'ann-of-red' })).json(),
    PRINCIPALS.find(({ user }) => user === 'ann'),
  )
  const changes = [
    ['POST', `${key}/rotate`, {}],
    ['PATCH', key, { name: 'second' }],
    ['POST', `${key}/revoke`, {}],
    ['DELETE', key, undefined],
    ['POST', '/budgets/reset', { key: 'budgets/per-team/usd/red/x' }],
    ['POST', '/budgets/raise', { key: 'budgets/per-team/usd/red/x', by: '1' }],
    ['POST', '/explain', { request: { model: 'nothing', messages: [] }, as: { team: 'red' } }],
  ] as const
  for (const [method, path, body] of changes) {
    const { status, text } = await call(path, { method, as: 'root', body })
    assert.equal(status, 200, `${method} ${path}: ${text}`)
  }
})
