import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { COUNTERS, readingOf } from '../../io/billing/counter-reading.js'
import { createReader } from '../../io/billing/reader.js'
import type { Row } from '../../io/billing/row.js'
import { verifyLedgers } from '../../io/billing/verify.js'
import { openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { type KillableStack, startKillableStack } from '../support/killable-stack.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { runMain } from '../support/run-main.js'
import { configText } from './world.js'

const LIMIT = { timeout: 60_000 }
const USED = { usage: { input: 5, output: 1000 } }

/** Called when the client has got the stream's beginning. */
let cutNow = () => {}
const untilRead = new Promise<void>((resolve) => {
  cutNow = resolve
})
let provider: FakeProvider
let stack: KillableStack
before(async () => {
  provider = await startProvider()
  const config = configText(provider.url, {
    accounts: Object.fromEntries(['good', 'bad', 'cuts', 'slow', 'embeds'].map((name) => [name, 'openai' as const])),
    models: {
      plain: ['good/gpt-4o'],
      chain: ['bad/gpt-4o', 'good/gpt-4o'],
      cuts: ['cuts/gpt-4o'],
      slow: ['slow/gpt-4o'],
      embeds: ['embeds/text-embedding-3-small'],
    },
    settings: {
      identity: { headers: { user: 'x-user-id', team: 'x-team-id' }, tags: { headers: { project: 'x-project' } } },
      prices: { 'gpt-4o': { input: 1000, output: 3000 }, 'text-embedding-3-small': { input: 20, output: 0 } },
      catalog: { 'gpt-4o': { contextWindow: 100_000, maxOutput: 8000 } },
      budgets: [
        { name: 'all', limit: { usd: 10_000, per: 'month' } },
        { name: 'each', each: 'user', limit: { tokens: 10_000_000, per: 'life' } },
      ],
      limits: [{ name: 'fast', requests: 10_000, per: 'hour' }],
    },
  })
  provider.at('good', (call, reply) =>
    call.body['stream'] === true
      ? reply.stream(openaiStream(['a', 'b'], USED))
      : reply.json(200, openaiJson('hi', USED)),
  )
  provider.at('bad', (_, reply) => reply.json(500, { error: { message: 'no' } }))
  provider.at('cuts', async (_, reply) => {
    const [first = '', second = ''] = openaiStream(['some text', ' more'], USED)
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(first)
    await reply.write(second)
    await untilRead
    reply.cut()
  })
  provider.at('slow', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    for (const piece of openaiStream(['some text']).slice(0, 2)) await reply.write(piece)
    await reply.hang()
  })
  provider.at('embeds', (_, reply) =>
    reply.json(200, {
      object: 'list',
      model: 'text-embedding-3-small',
      data: [{ object: 'embedding', index: 0, embedding: [0.1] }],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    }),
  )
  stack = await startKillableStack(config)
}, LIMIT)
after(async () => {
  await stack?.stop()
  await provider?.stop()
})

function chat(model: string, more: object = {}, signal: AbortSignal = AbortSignal.timeout(15_000)): Promise<Response> {
  return fetch(`${stack.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': 'ann', 'x-team-id': 'red', 'x-project': 'p1' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }], max_tokens: 1000, ...more }),
    signal,
  })
}

const root = async () => {
  const name = (await readdir(stack.stateDir)).find((each) => each.startsWith('billing-'))
  return join(stack.stateDir, name ?? '')
}

async function rowsOf(request: string): Promise<readonly Row[]> {
  const reader = createReader(await root())
  const [source = ''] = await reader.sources()
  const rows = await reader.read(source, 0, 10_000)
  return rows.filter((row) => 'request' in row && row.request === request)
}

/** The rows of a request whose last attempt has one. */
async function settled(request: string | null): Promise<readonly Row[]> {
  let rows: readonly Row[] = []
  await eventually('the request is settled', async () => {
    rows = await rowsOf(request ?? '')
    return rows.some((row) => row.kind === 'attempt')
  })
  return rows
}

async function readCounters() {
  const answer = await fetch(`${stack.adminUrl}/ledger/counters`, { signal: AbortSignal.timeout(5000) })
  return COUNTERS.parse(await answer.json())
}

/** Compares to the last nano-dollar: nothing runs. */
async function exact() {
  const reading = { ...readingOf(await readCounters()), settling: 0 }
  return verifyLedgers({ roots: [await root()], reading })
}

test('an answer, a fallback and a stream have one row per attempt with what was charged', LIMIT, async () => {
  const plain = await chat('plain')
  await plain.text()
  const [asked, attempt, ...others] = await settled(plain.headers.get('x-request-id'))
  assert.equal(asked?.kind, 'asked')
  assert.ok(attempt?.kind === 'attempt')
  assert.deepEqual(others, [])
  const { user, team, tags, target, outcome, usage, nano, charges = [], status } = attempt
  assert.deepEqual(
    { user, team, tags, target, outcome, status },
    { user: 'ann', team: 'red', tags: { project: 'p1' }, target: 'good/gpt-4o', outcome: 'served', status: 200 },
  )
  assert.deepEqual([usage.prompt, usage.completion, nano], [5, 1000, '3005000000'])
  const amounts = charges.flatMap((charge) => charge.amounts).map(([bucket, amount]) => [bucket.split('/')[1], amount])
  assert.deepEqual(amounts, [
    ['all', 3_005_000_000],
    ['each', 1005],
    ['fast', 1],
  ])

  const chain = await chat('chain', { stream: true })
  await chain.text()
  const rows = await settled(chain.headers.get('x-request-id'))
  assert.deepEqual(
    rows.map((row) => (row.kind === 'attempt' ? [row.attempt, row.attempts, row.outcome, row.status] : row.kind)),
    ['asked', 'asked', [1, 2, 'failed', 500], [2, 2, 'served', 200]],
  )
  await eventually('counters are settled', async () => (await exact()).ok)
})

test('a stream that is cut, a client that hangs up and an embedding are recorded too', LIMIT, async () => {
  const cut = await chat('cuts', { stream: true })
  const first = cut.body?.getReader()
  await first?.read()
  cutNow()
  const rest = async () => {
    for (let more = await first?.read(); more && !more.done; ) more = await first?.read()
  }
  // The connection ends in the middle, too.
  await rest().catch(() => undefined)
  const [, broken] = await settled(cut.headers.get('x-request-id'))
  assert.ok(broken?.kind === 'attempt' && broken.usageSource === 'counted')
  assert.deepEqual([broken.outcome, broken.finish], ['served', undefined])

  const hangUp = new AbortController()
  const slow = await chat('slow', { stream: true }, hangUp.signal)
  const reader = slow.body?.getReader()
  await reader?.read()
  hangUp.abort()
  const [, left] = await settled(slow.headers.get('x-request-id'))
  assert.ok(left?.kind === 'attempt')
  assert.ok((left.usage.prompt ?? 0) > 0)

  const embedding = await fetch(`${stack.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': 'bob' },
    body: JSON.stringify({ model: 'embeds', input: 'hello' }),
    signal: AbortSignal.timeout(15_000),
  })
  await embedding.text()
  const [, embedded] = await settled(embedding.headers.get('x-request-id'))
  assert.ok(embedded?.kind === 'attempt' && embedded.nano === '80000')
  await eventually('counters are settled', async () => (await exact()).ok)
})

test('a refused request has no row', LIMIT, async () => {
  const refused = await chat('nobody')
  assert.equal(refused.status, 404)
  assert.deepEqual(await rowsOf(refused.headers.get('x-request-id') ?? ''), [])
})

test('what runs when the process is killed is lost with what the counters took for it', LIMIT, async (t) => {
  const arrived = provider.nextCall('slow')
  const stream = await chat('slow', { stream: true })
  const id = stream.headers.get('x-request-id') ?? ''
  await arrived
  const gone = stream.text().catch(() => undefined)
  await eventually('it was asked', async () => (await rowsOf(id)).length > 0)
  await stack.end('SIGKILL')
  await gone
  await stack.restart()
  const [asked, lost] = await settled(id)
  assert.equal(asked?.kind, 'asked')
  assert.ok(lost?.kind === 'attempt' && lost.outcome === 'lost' && lost.user === 'ann')
  const [dollars = 0] = (lost.charges ?? []).flatMap(({ amounts }) => amounts.map(([, amount]) => amount))
  assert.ok(dollars >= 3_000_000_000, 'in full: nobody knows how far it came')
  const report = await exact()
  assert.ok(report.ok, JSON.stringify(report))

  const { code, out } = await runMain(t, ['ledger', 'verify', '--json'], stack.env)
  assert.equal(code, 0, out)
  assert.deepEqual({ ok: JSON.parse(out).ok, state: JSON.parse(out).sources[0].state }, { ok: true, state: 'running' })
})

test('a reset is a row, and the ledger still adds up', LIMIT, async () => {
  const post = (path: string, body: object) =>
    fetch(`${stack.adminUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    })
  const { counters } = await readCounters()
  const key = counters.find((each) => each.key.startsWith('budgets/all/'))?.key ?? ''
  assert.equal((await post('/budgets/reset', { key })).status, 200)
  await (await chat('plain')).text()
  await eventually('counters are settled', async () => (await exact()).ok)
  const verified = await post('/ledger/verify', {})
  assert.match(await verified.text(), /^\{"ok":true,/)
})

test('an end in order is a row; a changed and a cut file are found by the command', LIMIT, async (t) => {
  await stack.end('SIGTERM')
  const directory = await root()
  const ended = await verifyLedgers({ roots: [directory], reading: undefined })
  assert.deepEqual([ended.ok, ended.sources[0]?.state], [true, 'ended'], JSON.stringify(ended))
  const { code, out } = await runMain(t, ['ledger', 'verify', '--chain', directory])
  assert.equal(code, 0)
  assert.match(out, /^ok: \d+ rows, \d+ attempts, not compared with counters$/m)
})
