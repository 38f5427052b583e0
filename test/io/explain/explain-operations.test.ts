import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { assemble } from '../../../cli/assemble.js'
import { clientEndpoints } from '../../../cli/client-endpoints.js'
import { createLasting } from '../../../cli/lasting.js'
import { GatewayError } from '../../../core/errors.js'
import type { Identity } from '../../../core/identity.js'
import type { Principal } from '../../../io/admin/operation.js'
import { explained } from '../../../io/explain/ask.js'
import { type ByKey, explainOperations } from '../../../io/explain/explain-operations.js'
import { EXPLANATION } from '../../../io/explain/shape.js'
import { explanationText } from '../../../io/explain/text.js'
import { configOf } from '../config/sample.js'

const CLOCK = { now: () => Date.parse('2026-11-20T11:00:00Z'), monotonic: () => 0 }

const CONFIG = configOf(`
version: 1
providers: { openai: { kind: openai, apiKey: k } }
models: { gpt-4: { targets: [ { provider: openai, model: gpt-4o } ] } }
identity: { headers: { user: x-user, team: x-team } }
budgets:
  - { name: everybody, limit: { usd: 0.001, per: day } }
  - { name: teams, each: team, limit: { usd: 5, per: day } }
prices: { gpt-4o: { input: 1, output: 1 } }
`)

const BODY = { model: 'gpt-4', messages: [{ role: 'user', content: 'hi' }], max_tokens: 10 }

const KEYS: Readonly<Record<string, ByKey>> = {
  key_red: {
    kind: 'identity',
    owner: { user: 'ann', team: 'red', key: 'key_red', tags: {} },
    identity: { user: 'ann', team: 'red', key: 'key_red', tags: {} },
  },
  key_gone: {
    kind: 'refused',
    owner: { user: 'ann', team: 'red', key: 'key_gone', tags: {} },
    error: new GatewayError('invalid_api_key', 'The API key has been revoked.'),
  },
}

function settings() {
  return assemble(CONFIG, createLasting(CLOCK)).settings
}

function operationWith(byKey = async (id: string): Promise<ByKey | undefined> => KEYS[id]) {
  const made = settings()
  const options = { settings: () => made, rules: () => CONFIG.rules, endpoints: clientEndpoints, now: CLOCK.now, byKey }
  const [operation] = explainOperations(options)
  assert.ok(operation)
  return operation
}

const who = (role: Principal['role'], teams: readonly string[] = [], user?: string): Principal => ({
  ...{ name: 'somebody', role, teams },
  ...(user !== undefined && { user }),
})

const ANSWER = z.union([EXPLANATION, z.object({ error: z.string() })])

async function ask(principal: Principal, question: object, operation = operationWith()) {
  const body = operation.body?.parse({ request: BODY, ...question })
  const task = { principal, parameters: {}, query: {}, body, headers: {}, note() {} }
  const { status, body: text } = await operation.handle(task)
  assert.ok(typeof text === 'string')
  return { status, told: ANSWER.parse(JSON.parse(text)), text }
}

test('an admin is told everything, of anybody', async () => {
  const { status, told } = await ask(who('admin'), { as: { user: 'ann', team: 'red' } })
  assert.equal(status, 200)
  assert.ok('outcome' in told && told.outcome.kind === 'admitted')
  assert.deepEqual(told.outcome.targets, ['openai/gpt-4o'])
  assert.match(explanationText(told), /^ {2}would be admitted:\n {4}targets: openai\/gpt-4o$/m)
})

test('a lead asks for their teams, a developer for themselves', async () => {
  const lead = who('team-lead', ['red'])
  const developer = who('developer', ['red'], 'ann')
  const status = async (principal: Principal, as: object) => (await ask(principal, { as })).status
  assert.equal(await status(lead, { team: 'red' }), 200)
  assert.equal(await status(lead, { team: 'blue' }), 403)
  assert.equal(await status(lead, {}), 403)
  assert.equal(await status(developer, { user: 'ann', team: 'red' }), 200)
  assert.equal(await status(developer, { user: 'bob', team: 'red' }), 403)
  assert.equal(await status(developer, { user: 'ann', team: 'blue' }), 403)
})

test('amounts of budgets that are not theirs are withheld, in the message too', async () => {
  const request = { ...BODY, max_tokens: 100_000 }
  const lead = await ask(who('team-lead', ['red']), { request, as: { team: 'red' } })
  const admin = await ask(who('admin'), { request, as: { team: 'red' } })
  assert.match(admin.text, /"name":"everybody","section":"budgets","bucket"/)
  assert.match(admin.text, /The budget 'everybody' has \$0\.001/)
  assert.match(lead.text, /"name":"everybody",[^}]*"amounts":"withheld"/)
  assert.match(lead.text, /"name":"teams",[^}]*"committed":"0"/)
  assert.doesNotMatch(lead.text, /has \$0\.001/)
  assert.match(lead.text, /A budget or limit has too little left/)
})

test('a key says who its bearer is, and whose it is decides who may ask', async () => {
  const as = { key: 'key_red', user: 'bob', team: 'blue' }
  const { told } = await ask(who('team-lead', ['red']), { as })
  assert.ok('identity' in told)
  assert.deepEqual([told.identity['user'], told.identity['team']], ['ann', 'red'])
  assert.equal((await ask(who('team-lead', ['blue']), { as })).status, 404)
  assert.equal((await ask(who('team-lead', ['blue']), { as: { key: 'key_none', team: 'blue' } })).status, 404)
  assert.equal((await ask(who('developer', [], 'bob'), { as })).status, 404)
})

test('a key that is over is refused as its requests are', async () => {
  const { told } = await ask(who('admin'), { as: { key: 'key_gone' } })
  assert.ok('outcome' in told && told.outcome.kind === 'refused')
  assert.deepEqual([told.outcome.status, told.outcome.code], [401, 'invalid_api_key'])
})

test('a store of keys that does not answer is told as such', async () => {
  const down = operationWith(() => Promise.reject(new Error('away')))
  assert.equal((await ask(who('admin'), { as: { key: 'key_red' } }, down)).status, 503)
})

test('the body may be text, and is read as the gateway reads it', async () => {
  const text = '{"model":"gpt-4","model":"gpt-4","messages":[]}'
  const { told } = await ask(who('admin'), { request: text })
  assert.ok('outcome' in told && told.outcome.kind === 'refused')
  assert.deepEqual([told.outcome.status, told.outcome.code], [400, 'malformed_request'])
})

test('what nobody asks for is refused before anything is read', () => {
  const { body } = operationWith()
  for (const question of [
    {},
    { request: 1 },
    { request: {}, path: 'x' },
    { request: {}, as: { grant: {} } },
    { request: {}, at: 'now' },
  ]) {
    assert.equal(body?.safeParse(question).success, false, JSON.stringify(question))
  }
})

test('another path, another dialect; one that is none is refused', async () => {
  const tell = async (path: string) => {
    const asked = {
      path,
      body: JSON.stringify({ ...BODY, max_tokens: 5 }),
      identity: { tags: {} } satisfies Identity,
      at: 0,
    }
    const { request, outcome } = await explained(asked, { settings: settings(), endpoints: clientEndpoints })
    return request?.dialect ?? (outcome.kind === 'refused' ? outcome.code : 'admitted')
  }
  assert.equal(await tell('/v1/messages'), 'anthropic-messages')
  assert.equal(await tell('/v1/chat/completions?x=y'), 'openai-chat')
  assert.equal(await tell('/v1/nothing'), 'not_found')
  assert.equal(await tell('/v1/models'), 'method_not_allowed')
})
