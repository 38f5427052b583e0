import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../core/json.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { readMetrics, total } from '../support/metrics.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Three days with today between them: a window that holds for as long as this test runs. */
const aroundToday = () => [6, 0, 1].map((step) => DAYS[(new Date().getUTCDay() + step) % 7] ?? '')

/** The first rule that matches decides. */
const RULES: readonly JsonObject[] = [
  { name: 'no-interns', effect: 'deny', match: { role: 'intern', model: 'interns' }, reason: 'Ask your mentor.' },
  { name: 'red-only', effect: 'deny', match: { model: 'red', team: { not: 'red' } } },
  { name: 'prod-in-europe', effect: 'deny', match: { region: 'us-east', tags: { env: 'prod' } } },
  { name: 'bob-not-there', effect: 'deny', match: { provider: 'america', user: 'bob' } },
  { name: 'secrets-stay', effect: 'deny', match: { label: 'confidential', provider: 'america' } },
  { name: 'closed-now', effect: 'deny', match: { model: 'closed', time: { days: aroundToday() } } },
  { name: 'closed-later', effect: 'deny', match: { model: 'opened', time: { not: { days: aroundToday() } } } },
  { name: 'not-from-here', effect: 'deny', match: { model: 'here', network: '127.0.0.0/8' } },
  { name: 'only-from-here', effect: 'deny', match: { model: 'elsewhere', network: { not: ['127.0.0.0/8'] } } },
  { name: 'the-rest', effect: 'allow', match: { model: { not: 'unlisted' } } },
]

let world: World
before(async () => {
  world = await startWorld({
    accounts: {
      america: { kind: 'openai', region: 'us-east' },
      europe: { kind: 'openai', region: 'eu-west' },
    },
    models: {
      'gpt-4': ['america/gpt-4o', 'europe/gpt-4o'],
      interns: ['europe/m'],
      red: ['europe/m'],
      closed: ['europe/m'],
      opened: ['europe/m'],
      here: ['europe/m'],
      elsewhere: ['europe/m'],
      american: ['america/m'],
      unlisted: ['europe/m'],
    },
    settings: {
      identity: {
        headers: { user: 'x-user-id', team: 'x-team-id', role: 'x-role' },
        tags: { headers: { env: 'x-env' } },
        address: 'gateway',
      },
      pii: { mode: 'mask', entities: ['email'] },
      classification: { rules: [{ label: 'confidential', when: { entities: 'email' } }] },
      access: { default: 'deny', rules: RULES },
    },
  })
  for (const name of ['america', 'europe']) {
    world.provider.at(name, (call, reply) =>
      reply.json(200, openaiJson('hello', { model: String(call.body['model']) })),
    )
  }
})
after(() => world?.stop())

const ask = (model: string, headers: Readonly<Record<string, string>> = {}, content = 'hi') =>
  world.chat({ model, messages: [{ role: 'user', content }] }, headers)

async function answeredBy(provider: string, answer: Response): Promise<void> {
  assert.equal(answer.status, 200, await answer.clone().text())
  assert.equal(answer.headers.get('x-tollgate-target')?.split('/')[0], provider)
  await answer.arrayBuffer()
}

async function deniedBy(rule: string, answer: Response): Promise<void> {
  const before = rule === 'default' ? 'No access rule allows' : `The access rule '${rule}' does not allow`
  const error = await errorIn(answer)
  assert.equal(answer.status, 403)
  assert.deepEqual([error.code, error.type], ['model_not_allowed', 'permission_error'])
  assert.ok(error.message.startsWith(before), error.message)
}

test('a role, and the reason that the rule gives', LIMIT, async () => {
  const denied = await ask('interns', { 'x-role': 'intern' })
  assert.match((await errorIn(denied.clone())).message, / Ask your mentor\.$/)
  await deniedBy('no-interns', denied)
  await answeredBy('europe', await ask('interns', { 'x-role': 'developer' }))
  await answeredBy('europe', await ask('interns'))
})

test('a team that is none of those; nobody is no team', LIMIT, async () => {
  await deniedBy('red-only', await ask('red', { 'x-team-id': 'blue' }))
  await deniedBy('red-only', await ask('red'))
  await answeredBy('europe', await ask('red', { 'x-team-id': 'red' }))
})

test('a region, a provider and a tag take targets out of the chain, and refuse where none is left', LIMIT, async () => {
  await answeredBy('america', await ask('gpt-4'))
  await answeredBy('europe', await ask('gpt-4', { 'x-env': 'prod' }))
  await deniedBy('prod-in-europe', await ask('american', { 'x-env': 'prod' }))
  await answeredBy('america', await ask('gpt-4', { 'x-env': 'test' }))
  await answeredBy('europe', await ask('gpt-4', { 'x-user-id': 'bob' }))
  await deniedBy('bob-not-there', await ask('american', { 'x-user-id': 'bob' }))
})

test('what a request is classified as', LIMIT, async () => {
  const secret = 'write to ann.miller@example.com'
  await answeredBy('europe', await ask('gpt-4', {}, secret))
  await deniedBy('secrets-stay', await ask('american', {}, secret))
  await answeredBy('america', await ask('american'))
})

test('the time', LIMIT, async () => {
  await deniedBy('closed-now', await ask('closed'))
  await answeredBy('europe', await ask('opened'))
})

test('the network that the gateway sees, whatever the client says of it', LIMIT, async () => {
  for (const name of ['x-none', 'x-forwarded-for', 'x-real-ip', 'forwarded']) {
    const headers = { [name]: '203.0.113.9' }
    await deniedBy('not-from-here', await ask('here', headers))
    await answeredBy('europe', await ask('elsewhere', headers))
  }
})

test('what no rule allows', LIMIT, async () => {
  await deniedBy('default', await ask('unlisted'))
})

test('the list of models has those that its reader may use', LIMIT, async () => {
  const list = async (headers: Readonly<Record<string, string>>) => {
    const answer = await fetch(`${world.host.url}/v1/models`, { headers })
    const { data } = (await answer.json()) as { readonly data: readonly { readonly id: string }[] }
    return data.map(({ id }) => id)
  }
  const some = ['gpt-4', 'opened', 'elsewhere', 'american']
  assert.deepEqual(await list({ 'x-role': 'intern' }), some)
  assert.deepEqual((await list({ 'x-team-id': 'red' })).sort(), ['interns', 'red', ...some].sort())
  assert.equal((await list({ 'x-env': 'prod', 'x-team-id': 'red' })).includes('american'), false)
})

test('log and metrics name the rule', LIMIT, async () => {
  const before = total(await readMetrics(world.host.adminUrl), 'tollgate_denied_total', { rule: 'closed-now' })
  await deniedBy('closed-now', await ask('closed'))
  const after = total(await readMetrics(world.host.adminUrl), 'tollgate_denied_total', { rule: 'closed-now' })
  assert.equal(after - before, 1)
  await eventually('the log names the rule', async () => (await world.host.log()).includes('"rule":"closed-now"'))
})

test('the admin port explains what the gateway then does', LIMIT, async () => {
  interface Told {
    readonly label?: string
    readonly outcome: {
      readonly kind: string
      readonly targets?: readonly string[]
      readonly code?: string
      readonly message?: string
    }
  }
  const explain = async (request: object, as: object): Promise<Told> => {
    const answer = await fetch(`${world.host.adminUrl}/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ request, as: { address: '127.0.0.1', ...as } }),
    })
    assert.equal(answer.status, 200, await answer.clone().text())
    return (await answer.json()) as Told
  }
  const cases: readonly (readonly [
    model: string,
    as: object,
    headers: Readonly<Record<string, string>>,
    content: string,
  ])[] = [
    ['gpt-4', {}, {}, 'hi'],
    ['gpt-4', {}, {}, 'write to ann.miller@example.com'],
    ['american', {}, {}, 'write to ann.miller@example.com'],
    ['gpt-4', { tags: { env: 'prod' } }, { 'x-env': 'prod' }, 'hi'],
    ['american', { user: 'bob' }, { 'x-user-id': 'bob' }, 'hi'],
    ['interns', { role: 'intern' }, { 'x-role': 'intern' }, 'hi'],
    ['red', { team: 'red' }, { 'x-team-id': 'red' }, 'hi'],
    ['red', {}, {}, 'hi'],
    ['closed', {}, {}, 'hi'],
    ['here', {}, {}, 'hi'],
    ['unlisted', {}, {}, 'hi'],
    ['nothing', {}, {}, 'hi'],
  ]
  for (const [model, as, headers, content] of cases) {
    const request = { model, messages: [{ role: 'user', content }] }
    const asked = world.provider.calls.length
    const { outcome } = await explain(request, as)
    assert.equal(world.provider.calls.length, asked, 'nobody is asked')
    const answer = await world.chat(request, headers)
    if (outcome.kind === 'admitted') {
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('x-tollgate-target'), outcome.targets?.[0])
      await answer.arrayBuffer()
    } else {
      const { code, message } = await errorIn(answer)
      assert.deepEqual([code, message], [outcome.code, outcome.message])
    }
  }
})
