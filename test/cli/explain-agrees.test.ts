import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Exchange } from '../../core/exchange.js'
import type { Identity } from '../../core/identity.js'
import { explainWorld } from './explain-world.js'

const CONFIG = `
version: 1
providers:
  america: { kind: openai, apiKey: k, region: us-east }
  europe: { kind: openai, apiKey: k, region: eu-west }
  claude: { kind: anthropic, apiKey: k }
models:
  gpt-4: { targets: [ { provider: america, model: gpt-4o }, { provider: europe, model: gpt-4o }, { provider: claude, model: claude-sonnet-4-5 } ] }
  small: { targets: [ { provider: europe, model: gpt-4o-mini } ] }
  american: { targets: [ { provider: america, model: gpt-4o } ] }
  tiny: { targets: [ { provider: europe, model: tiny } ] }
catalog: { tiny: { contextWindow: 40, maxOutput: 10 } }
prices: { tiny: { input: 1, output: 1 } }
identity:
  headers: { user: x-user, team: x-team, role: x-role }
  tags: { headers: { env: x-env } }
  address: { header: x-forwarded-for }
pii:
  - { name: blocked, mode: block, entities: [credit_card], match: { team: red } }
  - { name: masked, mode: mask, entities: [email] }
guardrails:
  - { name: words, kind: words, lists: [ { name: l, terms: [forbidden] } ] }
  - { name: flagged, kind: words, action: flag, lists: [ { name: l, terms: [doubtful] } ] }
classification:
  rules:
    - { label: confidential, when: { entities: email } }
    - { label: restricted, when: { guards: flagged } }
  targets: { restricted: [europe] }
budgets:
  - { name: team, match: { model: gpt-4 }, each: team, limit: { usd: 0.005, per: day }, onExhausted: { use: small } }
  - { name: labelled, match: { label: confidential }, limit: { requests: 5, per: day } }
  - { name: shorter, match: { model: american }, limit: { tokens: 3000, per: day }, clampOutput: true }
limits:
  - { name: open, each: user, concurrent: 2, onExhausted: { wait: 10s } }
access:
  default: deny
  rules:
    - { name: interns, effect: deny, match: { role: intern, model: [gpt-4, american] }, reason: Ask your mentor. }
    - { name: prod-in-europe, effect: deny, match: { region: us-east, tags: { env: prod } } }
    - { name: secrets-stay, effect: deny, match: { label: [confidential, restricted], provider: america } }
    - { name: night, effect: deny, match: { time: { zone: Europe/Berlin, from: "22:00", to: "06:00" } } }
    - { name: office, effect: allow, match: { network: 10.0.0.0/8 } }
    - { name: home, effect: allow, match: { team: red, model: { not: tiny } } }
`

interface Ask {
  readonly path: string
  readonly body: string
  readonly identity: Identity
}

const MODELS = ['gpt-4', 'gpt-4', 'gpt-4', 'american', 'american', 'small', 'tiny', 'nothing']
const CONTENTS = [
  'hi',
  'write to ann.miller@example.com',
  'my card is 4111 1111 1111 1111',
  'forbidden',
  'doubtful',
  'a b '.repeat(30),
]

const maybe = <Value>(...values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined })

const identities = fc
  .record({
    user: maybe('ann', 'bob'),
    team: maybe('red', 'red', 'blue'),
    role: maybe('intern', 'developer'),
    env: maybe('prod', 'test'),
    address: fc.constantFrom('10.1.2.3', '10.1.2.3', '203.0.113.9'),
  })
  .map(
    ({ user, team, role, env, address }): Identity => ({
      ...(user && { user }),
      ...(team && { team }),
      ...(role && { role }),
      address,
      tags: env ? { env } : {},
    }),
  )

const bodies = fc
  .record({
    model: fc.constantFrom(...MODELS),
    content: fc.constantFrom(...CONTENTS),
    most: maybe(5, 200, 100_000),
    extra: maybe('logit_bias', 'nonsense'),
  })
  .map(({ model, content, most, extra }) =>
    JSON.stringify({
      model,
      messages: [{ role: 'user', content }],
      ...(most && { max_tokens: most }),
      ...(extra && { [extra]: { 1: 1 } }),
    }),
  )

const asks: fc.Arbitrary<Ask> = fc.record({
  path: fc.constantFrom('/v1/chat/completions', '/v1/chat/completions', '/v1/messages', '/v1/nothing'),
  body: fc.oneof(
    { weight: 12, arbitrary: bodies },
    { weight: 1, arbitrary: fc.constantFrom('{', '{"model":"small"}') },
  ),
  identity: identities,
})

const headersOf = ({ user, team, role, address = '', tags }: Identity): Readonly<Record<string, string>> => ({
  ...(user && { 'x-user': user }),
  ...(team && { 'x-team': team }),
  ...(role && { 'x-role': role }),
  ...(tags['env'] && { 'x-env': tags['env'] }),
  'x-forwarded-for': address,
})

const NOON = Date.parse('2026-11-20T11:00:00Z')

test('what is explained is what happens: verdict, message, label and chain', async () => {
  let refusals = 0
  let admissions = 0
  const step = fc.record({
    ask: asks,
    settles: fc.constantFrom(true, false, false),
    hours: fc.constantFrom(0, 0, 0, 1, 9),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40, size: 'max' }), async (steps) => {
      let now = NOON
      const world = await explainWorld(CONFIG, { now: () => now, monotonic: () => performance.now() })
      const open: Exchange[] = []
      const settleOne = async () => open.shift()?.settle('refused')
      for (const { ask, settles, hours } of steps) {
        now += hours * 3_600_000
        const held = await world.ledger.list()
        const ended = world.outcomes.length
        const told = await world.explain(ask.path, ask.body, ask.identity)
        assert.deepEqual(await world.ledger.list(), held, 'explaining holds nothing')
        assert.equal(world.outcomes.length, ended, 'and is told to nobody')
        // A request that has to wait would wait for these.
        if (told.outcome.kind === 'refused' && told.outcome.code === 'rate_limit_exceeded') {
          while (open.length > 0) await settleOne()
          continue
        }
        const opened = await world.open(ask.path, ask.body, headersOf(ask.identity))
        if (opened.kind === 'reply') {
          refusals++
          const { error, label } = world.outcomes.at(-1) ?? {}
          assert.ok(error, 'it was refused')
          const { outcome } = told
          assert.ok(outcome.kind === 'refused', `explained as admitted, and refused: ${error.message}`)
          assert.deepEqual(
            [outcome.status, outcome.code, outcome.message, outcome.param, outcome.rule, told.label],
            [error.status, error.code, error.message, error.param, error.rule, label],
          )
        } else {
          admissions++
          const { outcome } = told
          assert.ok(outcome.kind === 'admitted', `explained as refused: ${JSON.stringify(outcome)}`)
          const chain = opened.targets.map(({ name }) => name)
          assert.deepEqual([...outcome.targets], chain)
          assert.deepEqual(
            told.chain.map(({ target }) => target),
            chain,
          )
          open.push(opened)
          if (settles) await settleOne()
        }
      }
      assert.equal(world.calls(), 0)
      while (open.length > 0) await settleOne()
    }),
    { numRuns: 15, endOnFailure: true },
  )
  assert.ok(refusals > 20 && admissions > 20, `both happen: ${refusals} refused, ${admissions} admitted`)
})

test('an admitted request has the label that was explained', async () => {
  const world = await explainWorld(CONFIG, { now: () => NOON, monotonic: () => performance.now() })
  const identity = { user: 'ann', address: '10.0.0.1', tags: {} }
  for (const [content, label] of [
    ['hi', 'public'],
    ['doubtful', 'restricted'],
    ['to a.b@example.com', 'confidential'],
  ]) {
    const body = JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content }] })
    const told = await world.explain('/v1/chat/completions', body, identity)
    const opened = await world.open('/v1/chat/completions', body, headersOf(identity))
    assert.ok(opened.kind === 'exchange')
    await opened.settle('refused')
    assert.deepEqual([told.label, world.outcomes.at(-1)?.label], [label, label])
  }
})

test('nothing that was written is in what is explained', async () => {
  const world = await explainWorld(CONFIG, { now: () => NOON, monotonic: () => performance.now() })
  const identity = { user: 'ann', team: 'red', address: '10.0.0.1', tags: {} }
  const secrets = ['zyxwv', 'ann.miller@example.com', '4111 1111 1111 1111', 'hushhush']
  for (const content of [
    'zyxwv ann.miller@example.com',
    'zyxwv 4111 1111 1111 1111',
    'zyxwv forbidden',
    'doubtful zyxwv',
  ]) {
    const body = { model: 'gpt-4', messages: [{ role: 'user', content }], hushhush: 1, metadata: { zyxwv: 'hushhush' } }
    const told = JSON.stringify(await world.explain('/v1/chat/completions', JSON.stringify(body), identity))
    for (const secret of secrets) assert.ok(secret === 'hushhush' || !told.includes(secret), `${secret} in ${told}`)
  }
})

test('what others hold of a budget counts: the model that is taken instead is the one that was explained', async () => {
  const world = await explainWorld(CONFIG, { now: () => NOON, monotonic: () => performance.now() })
  const body = JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: 'hi' }], max_tokens: 200 })
  const chains: string[] = []
  for (const user of ['ann', 'bob', 'cleo']) {
    const identity = { user, team: 'red', address: '10.0.0.1', tags: {} }
    const { outcome } = await world.explain('/v1/chat/completions', body, identity)
    const opened = await world.open('/v1/chat/completions', body, headersOf(identity))
    assert.ok(opened.kind === 'exchange' && outcome.kind === 'admitted')
    assert.deepEqual(
      outcome.targets,
      opened.targets.map(({ name }) => name),
    )
    chains.push(outcome.targets[0] ?? '')
  }
  assert.equal(chains[0], 'america/gpt-4o')
  assert.equal(chains.at(-1), 'europe/gpt-4o-mini')
})
