import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { EXPLANATION } from '../../io/explain/shape.js'
import { runMain } from '../support/run-main.js'

const CONFIG = `
version: 1
providers:
  america: { kind: openai, apiKey: k, region: us-east }
  claude: { kind: anthropic, apiKey: k }
models:
  gpt-4: { targets: [ { provider: america, model: gpt-4o }, { provider: claude, model: claude-sonnet-4-5 } ] }
identity: { headers: { user: x-user, team: x-team }, address: gateway }
guardrails:
  - { name: service, kind: webhook, url: "http://127.0.0.1:9/", secret: "a secret of tests" }
budgets:
  - { name: team, each: team, limit: { usd: 1, per: day } }
access:
  rules:
    - { name: night, effect: deny, match: { time: { zone: Europe/Berlin, from: "22:00", to: "06:00" } }, reason: Sleep well. }
    - { name: office, effect: deny, match: { provider: america, network: { not: 10.0.0.0/8 } } }
`

const REQUEST = { model: 'gpt-4', messages: [{ role: 'user', content: 'zyxwv' }], max_tokens: 10, logit_bias: { 1: 1 } }

function files(t: TestContext, request: string = JSON.stringify(REQUEST)) {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-explain-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const paths = { request: join(dir, 'request.json'), config: join(dir, 'tollgate.yaml') }
  writeFileSync(paths.request, request)
  writeFileSync(paths.config, CONFIG)
  return paths
}

test('a file is explained by a configuration alone, in the order in which things happen', async (t) => {
  const { request, config } = files(t)
  const as = 'user:ann,team:red,address:10.1.2.3'
  const args = ['explain', request, '--config', config, '--as', as, '--at', '2026-11-20T10:00:00Z']
  const { code, out, err } = await runMain(t, args)
  assert.deepEqual([code, err], [0, ''])
  const sections = [...out.matchAll(/^(\w[\w-]*)$/gm)].map(([, name]) => name)
  const policies = ['access', 'guardrails', 'spending', 'context-window', 'cool-down']
  assert.deepEqual(
    sections.filter((name) => name !== 'audit' && name !== 'ledger'),
    ['request', 'identity', ...policies, 'targets', 'outcome'],
  )
  assert.match(out, /rule night; effect deny; state does not apply; needs time: 22:00-06:00 Europe\/Berlin/)
  assert.match(out, /guard service; .*asked would be asked/)
  assert.match(out, /name team; .*limit 1; committed 0; .*fits true/)
  assert.match(out, /target claude\/claude-sonnet-4-5; .*dropped logit_bias/)
  assert.match(out, /targets: america\/gpt-4o, claude\/claude-sonnet-4-5\n {4}unlessRefusedBy: service/)
  assert.doesNotMatch(out, /zyxwv/)
})

test('the time decides, and a refusal is told as the client would get it', async (t) => {
  const { request, config } = files(t)
  const at = ['--at', '2026-11-20T22:30:00+01:00', '--json']
  const { code, out } = await runMain(t, ['explain', request, '--config', config, '--as', 'address:10.0.0.1', ...at])
  assert.equal(code, 0)
  const { outcome } = EXPLANATION.parse(JSON.parse(out))
  assert.deepEqual(outcome, {
    ...{ kind: 'refused', status: 403, code: 'model_not_allowed' },
    ...{ message: "The access rule 'night' does not allow this request. Sleep well.", rule: 'night' },
  })
})

test('a path tells the dialect, and what is no request is refused as the gateway does', async (t) => {
  const { request, config } = files(t, '{"model":')
  const args = ['explain', request, '--config', config, '--path', '/v1/messages', '--json']
  const { code, out } = await runMain(t, args)
  assert.equal(code, 0)
  const { outcome } = EXPLANATION.parse(JSON.parse(out))
  assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['refused', 'malformed_request'])
})

test('a wrong command line is told as such', async (t) => {
  const { request, config } = files(t)
  for (const [args, message] of [
    [[], /explain needs a REQUEST\.json/],
    [[request, '--as', 'ann'], /--as has no colon in 'ann'/],
    [[request, '--at', 'tomorrow'], /--at must be a moment with its zone/],
    [[request, request], /unexpected argument/],
  ] as const) {
    const { code, err } = await runMain(t, ['explain', ...args, '--config', config])
    assert.equal(code, 2)
    assert.match(err, message)
  }
  const missing = await runMain(t, ['explain', `${request}.none`, '--config', config])
  assert.equal(missing.code, 1)
  assert.match(missing.err, /cannot be read/)
})

test('without a file nobody may be there to ask', async (t) => {
  const { request } = files(t)
  const { code, err } = await runMain(t, ['explain', request, '--url', 'http://127.0.0.1:9'])
  assert.equal(code, 1)
  assert.match(err, /nothing answers on http:\/\/127\.0\.0\.1:9/)
})
