import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { tokenOf } from '../support/admin/frame.js'
import { everyRole, startServed } from '../support/admin/served.js'
import { jsonAt } from '../support/json-at.js'
import { runMain } from '../support/run-main.js'

const LIMIT = { timeout: 60_000 }

const REQUEST = { model: 'gpt', messages: [{ role: 'user', content: 'zyxwv' }], max_tokens: 10 }

const CONFIG = everyRole({
  prices: { m: { input: 1, output: 1 } },
  access: {
    rules: [
      { name: 'no-red-interns', effect: 'deny', match: { team: 'red', role: 'intern' }, reason: 'Ask your lead.' },
    ],
  },
})

test('a virtual key says who its bearer is, what it may use, and when it is over', LIMIT, async (t) => {
  const { call } = await startServed(t, CONFIG)
  const issue = async (more: object) => {
    const issued = await call('/keys', {
      method: 'POST',
      as: 'root',
      body: { name: 'k', team: 'red', user: 'ann', ...more },
    })
    assert.equal(issued.status, 201, issued.text)
    return String(jsonAt(issued.json(), 'id'))
  }
  const outcome = async (as: object, who = 'root') => {
    const { status, json, text } = await call('/explain', { method: 'POST', as: who, body: { request: REQUEST, as } })
    return status === 200 ? jsonAt(json(), 'outcome') : text.trim()
  }
  const address = '10.0.0.1'
  const free = await issue({})
  assert.equal(jsonAt(await outcome({ key: free, address }), 'kind'), 'admitted')
  const intern = await issue({ role: 'intern' })
  assert.equal(jsonAt(await outcome({ key: intern, address }), 'rule'), 'no-red-interns')
  const bound = await issue({ networks: ['192.168.0.0/16'] })
  assert.equal(jsonAt(await outcome({ key: bound, address }), 'code'), 'model_not_allowed')
  assert.equal(jsonAt(await outcome({ key: bound, address: '192.168.1.1' }), 'kind'), 'admitted')
  assert.equal((await call(`/keys/${free}/revoke`, { method: 'POST', as: 'root', body: {} })).status, 200)
  assert.equal(jsonAt(await outcome({ key: free, address }), 'code'), 'invalid_api_key')
  const others = await issue({ team: 'blue', user: 'bob' })
  assert.match(String(await outcome({ key: others, address }, 'ann-of-red')), /there is no such key/)
  assert.match(String(await outcome({ key: 'key_none', address }, 'lead-of-red')), /there is no such key/)
})

test('the command asks the running Tollgate, as who its token says', LIMIT, async (t) => {
  const { env } = await startServed(t, CONFIG)
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-explain-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'request.json')
  writeFileSync(file, JSON.stringify(REQUEST))
  const explain = (as: string, who: string) =>
    runMain(t, ['explain', file, '--as', as], { ...env, TOLLGATE_ADMIN_TOKEN: tokenOf(who) })
  const own = await explain('user:ann,team:red,role:intern,address:10.0.0.1', 'ann-of-red')
  assert.equal(own.code, 0, own.err)
  assert.match(own.out, /The access rule 'no-red-interns' does not allow this request\. Ask your lead\./)
  assert.doesNotMatch(own.out, /zyxwv/)
  const other = await explain('user:bob,team:red', 'ann-of-red')
  assert.equal(other.code, 1)
  assert.match(other.err, /only for who is within your scope/)
})
