import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import type { AuditRecord } from '../../io/audit/record.js'
import type { Said } from '../../policies/audit/said.js'
import { anthropicJson, anthropicStream, openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { readMetrics, total } from '../support/metrics.js'
import { lockstep } from './lockstep.js'
import { gatewayName } from './subject.js'
import { CLIENT_KEY, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const HELLO = 'My address is ann.smith@example.com, is it?'

let dir: string
let world: World
let anthropic: Anthropic
let google: GoogleGenAI
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tollgate-audit-'))
  world = await startWorld({
    accounts: { oa: { kind: 'compatible' }, an: 'anthropic', down: 'openai' },
    models: {
      gpt: ['oa/gpt-4o'],
      claude: ['an/claude-sonnet-4-5'],
      chain: ['down/gpt-4o', 'an/claude-sonnet-4-5'],
      lost: ['down/gpt-4o'],
    },
    settings: {
      identity: { headers: { user: 'x-user-id', team: 'x-team-id' } },
      limits: [{ name: 'few', match: { team: 'few' }, requests: 1, per: 'hour' }],
      budgets: [{ name: 'poor', match: { team: 'poor' }, limit: { usd: 0.000001, per: 'day' } }],
      access: { rules: [{ name: 'no-guests', effect: 'deny', match: { team: 'guests' } }] },
      classification: {
        labels: ['public', 'restricted'],
        rules: [{ label: 'restricted', when: { match: { team: 'sealed' } } }],
        targets: { restricted: ['down'] },
      },
      catalog: { 'gpt-4o': { contextWindow: 2000 } },
      prices: { 'gpt-4o': { input: 2.5, output: 10 } },
      guardrails: [
        {
          name: 'names',
          kind: 'words',
          match: { team: { not: 'bare' } },
          lists: [{ name: 'projects', terms: ['Blue Heron'] }],
        },
      ],
      pii: [
        { name: 'strict', mode: 'block', match: { team: 'strict' } },
        { name: 'pii', mode: 'restore', entities: ['email'], match: { team: { not: 'bare' } } },
      ],
      audit: {
        content: 'off',
        dir,
        rules: [
          { name: 'whole', match: { team: ['full', 'bare'] }, content: 'full', keep: '7d' },
          { name: 'masked', match: { team: 'redacted' }, content: 'redacted' },
        ],
      },
    },
  })
  anthropic = new Anthropic({ baseURL: world.host.url, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 })
  google = new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: world.host.url, timeout: 15_000 } })
})
after(async () => {
  await world?.stop()
  await rm(dir, { recursive: true, force: true })
})

const chat = (model: string, content: string, team: string, more = {}) =>
  world.chat({ model, messages: [{ role: 'user', content }], ...more }, { 'x-team-id': team, 'x-user-id': 'u-1' })

/** The records that there are, with the file that each is in. */
async function records(): Promise<readonly (AuditRecord & { readonly file: string })[]> {
  const [name] = await readdir(dir)
  if (name === undefined) return []
  const files = (await readdir(join(dir, name))).filter((file) => file.endsWith('.jsonl'))
  const found = await Promise.all(
    files.map(async (file) => {
      const lines = (await readFile(join(dir, name, file), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"kind":"request"'))
      return lines.map((line) => ({ ...(JSON.parse(line) as AuditRecord), file }))
    }),
  )
  return found.flat()
}

/** The one record of a request. */
async function recordOf(answer: Response): Promise<AuditRecord & { readonly file: string }> {
  const id = answer.headers.get('x-request-id')
  assert.ok(id)
  await answer.body?.cancel()
  return only((record) => record.request === id)
}

async function only(wanted: (record: AuditRecord) => boolean) {
  let found: Awaited<ReturnType<typeof records>> = []
  await eventually('the request has a record', async () => {
    found = (await records()).filter(wanted)
    return found.length > 0
  })
  assert.equal(found.length, 1, 'exactly one record')
  const [record] = found
  assert.ok(record)
  return record
}

const textOf = (said: readonly Said[] | undefined, role: string) =>
  said?.filter((one) => one.role === role).map(({ text }) => text)

test('with content off a record says what was decided, and nothing of what was said', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('The answer is hush-42.')))
  const answer = await chat('gpt', HELLO, 'plain')
  assert.equal(answer.status, 200)
  const record = await recordOf(answer)
  assert.equal(record.how, 'complete')
  assert.equal(record.status, 200)
  assert.equal(record.model, 'gpt')
  assert.deepEqual(record.chain, ['oa/gpt-4o'])
  assert.deepEqual(record.caller, { ...record.caller, user: 'u-1', team: 'plain' })
  assert.equal(record.attempts.length, 1)
  assert.equal(record.attempts[0]?.outcome, 'served')
  assert.deepEqual(
    record.guards.map(({ guard, outcome, request }) => [guard, outcome, request]),
    [
      ['pii', 'changed', { email: 1 }],
      ['names', 'passed', undefined],
    ],
  )
  assert.match(record.policyVersion, /^[0-9a-f]{16}$/)
  assert.equal(record.prompt, undefined)
  assert.doesNotMatch(JSON.stringify(record), /ann\.smith|hush-42/)
  assert.match(record.file, /^\d{4}-\d{2}-\d{2}\.30d\.1-[0-9a-f]{8}\.jsonl$/)
  const [name = ''] = await readdir(dir)
  assert.equal((await stat(join(dir, name))).mode & 0o777, 0o700)
  assert.equal((await stat(join(dir, name, record.file))).mode & 0o777, 0o600)
})

test('full content is what the client wrote and what it got', LIMIT, async () => {
  world.provider.at('oa', (call, reply) => {
    assert.doesNotMatch(call.bodyText, /ann\.smith/)
    const [placeholder] = /\[EMAIL_[^\]]+\]/.exec(call.bodyText) ?? []
    reply.json(200, openaiJson(`Yes, ${placeholder}.`))
  })
  const answer = await chat('gpt', HELLO, 'full')
  assert.match(await answer.clone().text(), /Yes, ann\.smith@example\.com/)
  const record = await recordOf(answer)
  assert.deepEqual(textOf(record.prompt, 'user'), [HELLO])
  assert.deepEqual(textOf(record.answer, 'assistant'), ['Yes, ann.smith@example.com.'])
  assert.match(record.file, /\.7d\./)
})

test('redacted content has no personal data', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('Call 4111 1111 1111 1111.')))
  const record = await recordOf(await chat('gpt', HELLO, 'redacted'))
  assert.deepEqual(textOf(record.prompt, 'user'), ['My address is [EMAIL], is it?'])
  assert.deepEqual(textOf(record.answer, 'assistant'), ['Call [CREDIT_CARD].'])
})

test('what is refused has a record, and just one', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  const blocked = await recordOf(await chat('gpt', 'tell me of Blue Heron', 'full'))
  assert.equal(blocked.code, 'guardrail_blocked')
  assert.equal(blocked.how, 'refused')
  assert.equal(blocked.guards.find(({ guard }) => guard === 'names')?.outcome, 'blocked')
  assert.deepEqual(textOf(blocked.prompt, 'user'), ['tell me of Blue Heron'])
  assert.deepEqual(blocked.attempts, [])

  const unknown = await recordOf(await chat('sk-no-model-of-ours', 'hello', 'full'))
  assert.equal(unknown.code, 'model_not_found')
  assert.doesNotMatch(JSON.stringify(unknown), /sk-no-model/)

  await (await chat('gpt', 'one', 'few')).text()
  const limited = await recordOf(await chat('gpt', 'two', 'few'))
  assert.equal(limited.code, 'rate_limit_exceeded')

  const malformed = await recordOf(await world.chat('{"model": nonsense', { 'x-team-id': 'full' }))
  assert.equal(malformed.code, 'malformed_request')
  assert.equal(malformed.auditRule, 'whole')

  // Kong answers itself where it has no route.
  if (gatewayName === 'kong') return
  const elsewhere = await fetch(`${world.host.url}/v1/nothing-here`, { method: 'POST', body: '{}' })
  assert.equal((await recordOf(elsewhere)).code, 'not_found')
})

const REFUSALS = [
  { by: 'a limit', team: 'few', code: 'rate_limit_exceeded', rule: undefined },
  { by: 'a budget', team: 'poor', code: 'budget_exceeded', rule: undefined },
  { by: 'a rule of access', team: 'guests', code: 'model_not_allowed', rule: 'no-guests' },
  { by: 'a label', team: 'sealed', code: 'model_not_allowed', rule: undefined },
  { by: 'the filter of personal data', team: 'strict', code: 'guardrail_blocked', rule: undefined },
  { by: 'a context that is too small', team: 'plain', code: 'context_length_exceeded', rule: undefined, words: 4000 },
] as const

for (const { by, team, code, rule, ...more } of REFUSALS) {
  test(`what ${by} refuses has one record`, LIMIT, async () => {
    const calls = world.provider.callsOf('oa').length
    const words = 'words' in more ? ' and so on'.repeat(more.words) : ''
    const record = await recordOf(await chat('gpt', `${HELLO}${words}`, team))
    assert.deepEqual([record.how, record.code, record.rule], ['refused', code, rule])
    assert.deepEqual(record.attempts, [])
    assert.equal(record.model, 'gpt')
    assert.equal(world.provider.callsOf('oa').length, calls)
  })
}

test('a client that hangs up has a record of what it got', LIMIT, async () => {
  const frames = openaiStream(['one ', 'two ', 'three'])
  world.provider.at('oa', async (call, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    const upTo = frames.findIndex((frame) => frame.includes('two ')) + 1
    await reply.write(frames.slice(0, upTo).join(''))
    await call.aborted
  })
  const answer = await chat('gpt', 'hang up', 'bare', { stream: true })
  const id = answer.headers.get('x-request-id')
  const reader = answer.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  const record = await only(({ request }) => request === id)
  assert.equal(record.how, 'cut')
  assert.deepEqual(textOf(record.answer, 'assistant'), ['one two '])
})

test('every attempt is told, and which one answered', LIMIT, async () => {
  world.provider.at('down', (_, reply) => reply.json(503, { error: { message: 'busy' } }))
  world.provider.at('an', (_, reply) => reply.json(200, anthropicJson('second')))
  const record = await recordOf(await chat('chain', 'hello', 'full'))
  assert.deepEqual(
    record.attempts.map(({ target, outcome, status }) => [target, outcome, status]),
    [
      ['down/gpt-4o', 'failed', 503],
      ['an/claude-sonnet-4-5', 'served', 200],
    ],
  )
  assert.deepEqual(textOf(record.answer, 'assistant'), ['second'])

  const lost = await recordOf(await chat('lost', 'hello', 'full'))
  assert.equal(lost.code, 'upstream_error')
  assert.deepEqual(lost.answer, [])
})

test('a stream that breaks has what came of it', LIMIT, async () => {
  const frames = openaiStream(['one ', 'two ', 'three'])
  const steps = lockstep()
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    const upTo = frames.findIndex((frame) => frame.includes('two ')) + 1
    await reply.write(frames.slice(0, upTo).join(''))
    await steps.seen(1)
    reply.cut()
  })
  const answer = await chat('gpt', 'break', 'bare', { stream: true })
  const id = answer.headers.get('x-request-id')
  assert.ok(id)
  const reader = answer.body?.getReader()
  await reader?.read()
  steps.saw()
  while ((await reader?.read().catch(() => undefined))?.done === false);
  const record = await only(({ request }) => request === id)
  assert.equal(record.how, 'cut')
  assert.deepEqual(textOf(record.answer, 'assistant'), ['one two '])
})

const FORMATS = [
  { model: 'gpt', account: 'oa', frames: openaiStream },
  { model: 'claude', account: 'an', frames: anthropicStream },
] as const
const PIECES = ['one ', 'two ', 'Grüße 🌍']

for (const { model, account, frames } of FORMATS) {
  test(`streams of ${model} are kept whole in each client's dialect`, LIMIT, async () => {
    world.provider.at(account, (_, reply) => reply.stream(frames(PIECES)))
    const headers = { 'x-team-id': 'full' }
    const said = async (prompt: string) => {
      const record = await only(({ prompt: kept }) => textOf(kept, 'user')?.[0] === prompt)
      return textOf(record.answer, 'assistant')?.join('|')
    }
    const stream = await world.client.chat.completions.create(
      { model, messages: [{ role: 'user', content: `chat ${model}` }], stream: true },
      { headers },
    )
    for await (const _ of stream);
    assert.equal(await said(`chat ${model}`), PIECES.join(''))

    const responses = await world.client.responses.create(
      { model, input: `responses ${model}`, stream: true },
      { headers },
    )
    for await (const _ of responses);
    assert.equal(await said(`responses ${model}`), PIECES.join(''))

    const ask = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: `messages ${model}` }] }
    await anthropic.messages.stream(ask, { headers }).finalMessage()
    assert.equal(await said(`messages ${model}`), PIECES.join(''))

    const config = { httpOptions: { headers } }
    for await (const _ of await google.models.generateContentStream({ model, contents: `gemini ${model}`, config }));
    assert.equal(await said(`gemini ${model}`), PIECES.join(''))
  })
}

test('a stream of the same dialect stays byte for byte while it is heard', LIMIT, async () => {
  const frames = openaiStream(PIECES)
  world.provider.at('oa', (_, reply) => reply.stream(frames))
  const usage = { stream_options: { include_usage: true } }
  const answer = await chat('gpt', 'bytes', 'bare', { stream: true, ...usage })
  const id = answer.headers.get('x-request-id')
  assert.equal(await answer.text(), frames.join(''))
  const record = await only(({ request }) => request === id)
  assert.deepEqual(textOf(record.answer, 'assistant'), [PIECES.join('')])
})

const admin = (path: string, init: RequestInit = {}) =>
  fetch(`${world.host.adminUrl}${path}`, { ...init, signal: AbortSignal.timeout(20_000) })

test('somebody is erased while requests go on, and nobody else is', LIMIT, async () => {
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  let state: 'asking' | 'over' = 'asking'
  const answered = { eve: [] as string[], bob: [] as string[] }
  const ask = async (user: 'eve' | 'bob') => {
    const content = `${user} was here`
    const body = { model: 'gpt', messages: [{ role: 'user', content }] }
    const answer = await world.chat(body, { 'x-team-id': 'full', 'x-user-id': user })
    assert.equal(answer.status, 200)
    await answer.text()
    answered[user].push(answer.headers.get('x-request-id') ?? '')
  }
  const asking = (async () => {
    while (state === 'asking') await Promise.all([ask('eve'), ask('bob'), ask('bob')])
  })()
  try {
    await eventually('some have asked', async () => answered.eve.length > 10)
    await world.settled().catch(() => undefined)
    const before = [...answered.eve]
    const erased = await admin('/audit/requests?user=eve', { method: 'DELETE' })
    assert.equal(erased.status, 200)
    const { records: count } = (await erased.json()) as { records: number }
    assert.ok(count >= before.length - 1, `${count} of ${before.length}`)
    const left = new Set((await records()).map(({ request }) => request))
    assert.deepEqual(
      before.filter((id) => left.has(id)),
      [],
    )
  } finally {
    state = 'over'
    await asking
  }
  await eventually('all others are there', async () => {
    const left = (await records()).filter(({ caller }) => caller?.user === 'bob')
    return left.length === answered.bob.length
  })
})

test('records are shown by the admin port, and reported on', LIMIT, async () => {
  const shown = await admin('/audit/requests?team=bare&limit=5')
  assert.equal(shown.status, 200)
  const { records: found } = (await shown.json()) as { records: readonly AuditRecord[] }
  assert.ok(found.length >= 2 && found.every(({ caller }) => caller?.team === 'bare'))
  assert.ok(found.every(({ at }, index) => index === 0 || at <= (found[index - 1]?.at ?? '')))
  assert.ok(found.some(({ answer }) => textOf(answer, 'assistant')?.includes(PIECES.join(''))))

  const page = await (await admin('/audit/report')).text()
  assert.match(page, /^<!doctype html>/)
  assert.match(page, /<th scope="row">names<\/th><td class="text">enforced<\/td>/)
  const report = await admin('/audit/report?format=csv')
  assert.match(report.headers.get('content-type') ?? '', /^text\/csv/)
  const lines = (await report.text()).split('\r\n')
  assert.ok(lines.some((line) => /^denied,.*guardrail_blocked/.test(line)))
  assert.ok(lines.some((line) => /^use,.*full,u-1,gpt,oa,/.test(line)))
})

test('requests are refused while no record can be kept, and served again when it can', LIMIT, async () => {
  const [name = ''] = await readdir(dir)
  const place = join(dir, name)
  await rename(place, `${place}.aside`)
  await writeFile(place, '')
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('fine')))
  try {
    await eventually('requests are refused', async () => (await chat('gpt', 'hi', 'plain')).status === 503)
  } finally {
    await rm(place)
    await rename(`${place}.aside`, place)
  }
  await eventually('requests are served', async () => (await chat('gpt', 'hi', 'plain')).status === 200)
})

test('metrics tell of the records', LIMIT, async () => {
  const metrics = await readMetrics(world.host.adminUrl)
  assert.ok(total(metrics, 'tollgate_audit_records_total') > 10)
  assert.equal(total(metrics, 'tollgate_audit_lost_total'), 0)
  const all = await records()
  const twice = all.filter((one) => all.some((other) => other !== one && other.request === one.request))
  assert.deepEqual(twice, [], 'no request has two records')
})
