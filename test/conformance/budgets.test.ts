import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiError, openaiJson, openaiStream, sse } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { readMetrics, total } from '../support/metrics.js'
import { errorIn, startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }

/** USD per million tokens: an answer of 1,000 tokens to a prompt of 5 costs $3.005 at gpt-4. */
const PRICES = { 'gpt-4o': { input: 1000, output: 3000 }, small: { input: 0.5, output: 0.5 } }
const USED = { usage: { input: 5, output: 1000 } }
const CALL = 3.005

let world: World
before(async () => {
  world = await startWorld({
    accounts: Object.fromEntries(
      ['openai', 'local', 'streams', 'f1', 'f2', 'b1', 'b2', 'b3', 'held'].map((name) => [name, 'openai' as const]),
    ),
    models: {
      'gpt-4': ['openai/gpt-4o'],
      'llama-3-70b': ['local/small'],
      streams: ['streams/gpt-4o'],
      chain: ['f1/gpt-4o', 'f2/gpt-4o'],
      billed: ['b1/gpt-4o', 'b2/gpt-4o', 'b3/gpt-4o'],
      waiting: ['held/gpt-4o'],
      unpriced: ['local/nobody-knows'],
      counted: ['local/small'],
    },
    settings: {
      identity: { headers: { user: 'x-user-id', team: 'x-team-id' } },
      prices: PRICES,
      catalog: {
        'gpt-4o': { contextWindow: 100_000, maxOutput: 8000 },
        small: { contextWindow: 100_000, maxOutput: 8000 },
      },
      budgets: [
        {
          name: 'eng-gpt4',
          match: { team: 'llm-eng', model: 'gpt-4' },
          limit: { usd: 100, per: 'day' },
          onExhausted: { use: 'llama-3-70b' },
        },
        { name: 'product-gpt4', match: { team: 'product', model: 'gpt-4' }, limit: { usd: 30, per: 'day' } },
        {
          name: 'others',
          match: { team: { not: ['llm-eng', 'product'] }, model: 'gpt-4' },
          each: 'user',
          limit: { usd: 20, per: 'day' },
          onExhausted: { use: 'llama-3-70b' },
        },
        {
          name: 'streams',
          match: { model: 'streams' },
          each: 'user',
          limit: { usd: 50, per: 'day' },
          assumeOutput: 1000,
        },
        { name: 'chain', match: { model: 'chain' }, limit: { usd: 50, per: 'day' } },
        { name: 'billed', match: { model: 'billed' }, each: 'user', limit: { usd: 8, per: 'day' } },
        { name: 'waiting', match: { model: 'waiting' }, limit: { usd: 5, per: 'day' }, onExhausted: { wait: '20s' } },
        { name: 'unpriced', match: { model: 'unpriced' }, limit: { usd: 5, per: 'month' } },
      ],
      limits: [
        { name: 'three', match: { model: 'counted' }, each: 'user', requests: 3, tokens: 100_000, per: 'minute' },
      ],
      store: { kind: 'memory' },
    },
  })
  for (const name of ['openai', 'local']) {
    world.provider.at(name, (call, reply) =>
      reply.json(200, openaiJson('hello', { ...USED, model: String(call.body['model']) })),
    )
  }
})
after(() => world?.stop())

const round = (usd: number) => Math.round(usd * 1e9) / 1e9

/** One call of a team's user. */
const call = (user: string, team: string, more: object = {}) =>
  world.chat(
    { model: 'gpt-4', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1000, ...more },
    { 'x-user-id': user, 'x-team-id': team },
  )

interface Row {
  readonly budget: string
  readonly committed: number | string
  readonly reserved: number | string
  readonly key: string
}

async function rows(budget: string): Promise<readonly Row[]> {
  await world.settled()
  const answer = await fetch(`${world.host.adminUrl}/budgets/${budget}`)
  const body = (await answer.json()) as { readonly buckets: readonly Row[] }
  return body.buckets
}

test('$100 a day for a team: what is left is told, then the cheaper model answers, visibly', LIMIT, async () => {
  let served = 0
  for (let i = 0; i < 40; i++) {
    const answer = await call(`u${i % 3}`, 'llm-eng')
    assert.equal(answer.status, 200)
    const { model } = (await answer.json()) as { model: string }
    await world.settled()
    if (model === 'gpt-4o') {
      served++
      assert.equal(answer.headers.get('x-tollgate-target'), 'openai/gpt-4o')
      assert.ok(Number(answer.headers.get('x-tollgate-budget-remaining-usd')) >= 0)
    } else {
      assert.equal(model, 'small')
      assert.equal(answer.headers.get('x-tollgate-target'), 'local/small')
    }
  }
  // The 34th would be more than $100.
  assert.equal(served, 33)
  const [row] = await rows('eng-gpt4')
  assert.equal(row?.committed, '99.165')
  assert.equal(Number(row?.reserved), 0)
  assert.equal(
    total(await readMetrics(world.host.adminUrl), 'tollgate_budget_spent_usd', { budget: 'eng-gpt4' }),
    99.165,
  )
})

test('a hundred parallel requests on $30: never more is spent, and nothing is refused that fits', LIMIT, async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => call('p', 'product')))
  const ok = answers.filter(({ status }) => status === 200)
  const refused = answers.find(({ status }) => status === 429)
  assert.ok(refused)
  assert.equal((await errorIn(refused)).code, 'budget_exceeded')
  assert.equal(refused.headers.get('x-should-retry'), 'false')
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  const [row] = await rows('product-gpt4')
  assert.equal(Number(row?.committed), round(ok.length * CALL))
  assert.ok(Number(row?.committed) <= 30)
  // What is left pays for another call only if its worst case fits; those that came later found room again.
  while ((await call('p', 'product')).status === 200) await world.settled()
  const [full] = await rows('product-gpt4')
  assert.equal(Number(full?.committed), 27.045)
  assert.equal(Number(full?.reserved), 0)
})

test('every other user has $20 of their own', LIMIT, async () => {
  for (const user of ['anna', 'berta']) {
    const models: string[] = []
    for (let i = 0; i < 8; i++) {
      models.push(((await (await call(user, 'elsewhere')).json()) as { model: string }).model)
      await world.settled()
    }
    assert.deepEqual(
      models.map((model) => model === 'gpt-4o'),
      [true, true, true, true, true, true, false, false],
    )
  }
  assert.equal((await rows('others')).length, 2)
})

test('without a cap of the client a JSON call gets one, and a stream is reserved for and extended', LIMIT, async () => {
  await call('capless', 'elsewhere', { max_tokens: undefined })
  assert.equal(world.provider.callsOf('openai').at(-1)?.body['max_completion_tokens'], 4096)
  const words = Array.from({ length: 3000 }, (_, i) => ` word${i % 10}`)
  world.provider.at('streams', (_, reply) => reply.stream(openaiStream(words, { usage: { input: 9, output: 3000 } })))
  const answer = await call('long', 'x', { model: 'streams', stream: true, max_tokens: undefined })
  const text = await answer.text()
  assert.match(text, /\[DONE\]/)
  assert.doesNotMatch(text, /"finish_reason":"length"/)
  const [row] = (await rows('streams')).filter(({ key }) => key.includes('long'))
  assert.equal(Number(row?.committed), 0.009 + 9)
})

test('a stream that its budget cannot pay any further is stopped properly', LIMIT, async () => {
  const frames = openaiStream(Array.from({ length: 10 }, (_, i) => ` word${i}`))
  const aborted = world.provider.nextCall('streams')
  world.provider.at('streams', async (call, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames[0] ?? '')
    while (!call.isAborted()) {
      for (const frame of frames.slice(1, 11)) await reply.write(frame)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  })
  const answer = await call('poor', 'x', { model: 'streams', stream: true, max_tokens: undefined })
  const reader = answer.body?.getReader()
  let text = ''
  for (;;) {
    const next = await reader?.read().catch(() => undefined)
    if (!next || next.done) break
    text += Buffer.from(next.value).toString()
  }
  assert.match(text, /"finish_reason":"length"[\s\S]*\[DONE\]\n\n$/)
  await (await aborted).aborted
  const [row] = (await rows('streams')).filter(({ key }) => key.includes('poor'))
  assert.ok(Number(row?.committed) <= 50 && Number(row?.committed) > 45, `${row?.committed}`)
  assert.equal(Number(row?.reserved), 0)
})

test('a client that leaves in mid-stream is billed for what was streamed, within 1 %', LIMIT, async () => {
  const words = Array.from({ length: 400 }, (_, i) => ` word${i % 10}`)
  let release = () => {}
  const hold = new Promise<void>((resolve) => {
    release = resolve
  })
  world.provider.at('streams', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    for (const frame of openaiStream(words).slice(0, 401)) await reply.write(frame)
    await hold
  })
  const leave = new AbortController()
  const answer = await fetch(`${world.host.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': 'leaver' },
    body: JSON.stringify({ model: 'streams', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
    signal: leave.signal,
  })
  const reader = answer.body?.getReader()
  for (let seen = ''; !seen.includes(' word9"}') || seen.split('data:').length < 402; ) {
    seen += Buffer.from((await reader?.read())?.value ?? []).toString()
  }
  leave.abort()
  const [row] = (await rows('streams')).filter(({ key }) => key.includes('leaver'))
  release()
  // " word7" is two tokens; $3 per thousand, and a cent or so of prompt.
  const spent = Number(row?.committed)
  assert.ok(Math.abs(spent - 2.4) / 2.4 <= 0.01, `${spent}`)
  assert.equal(Number(row?.reserved), 0)
})

test('a fallback bills each attempt once', LIMIT, async () => {
  world.provider.at('f1', (_, reply) => reply.json(500, { error: { message: 'no', type: 'server_error' } }))
  world.provider.at('f2', (_, reply) => reply.json(200, openaiJson('hello', USED)))
  const answer = await call('f', 'x', { model: 'chain' })
  assert.equal(answer.headers.get('x-tollgate-attempts'), '2')
  const [row] = await rows('chain')
  assert.equal(Number(row?.committed), CALL)
  assert.equal(Number(row?.reserved), 0)
})

/** A provider that reports what it bills, and fails before it has said anything. */
function failsBilled(account: string, output: number) {
  const [role, , usage] = openaiStream([], { usage: { input: 5, output } })
  const error = sse(openaiError('overloaded', 'server_error'))
  world.provider.at(account, (_, reply) => reply.stream([`${role}${usage}${error}`]))
}

test('failed attempts that were billed are paid for, and the answer after them', LIMIT, async () => {
  failsBilled('b1', 300)
  failsBilled('b2', 300)
  world.provider.at('b3', (_, reply) => reply.stream(openaiStream(['hello'], USED)))
  const answer = await call('rich', 'x', { model: 'billed', stream: true })
  assert.equal(answer.headers.get('x-tollgate-attempts'), '3')
  assert.match(await answer.text(), /hello/)
  const [row] = (await rows('billed')).filter(({ key }) => key.includes('rich'))
  assert.equal(Number(row?.committed), round(0.905 + 0.905 + CALL))
  assert.equal(Number(row?.reserved), 0)
})

test(
  'a chain ends where the budget does not pay for another attempt beside those that were billed',
  LIMIT,
  async () => {
    failsBilled('b1', 900)
    failsBilled('b2', 900)
    world.provider.at('b3', (_, reply) => reply.stream(openaiStream(['hello'], USED)))
    const before = world.provider.callsOf('b3').length
    const answer = await call('unlucky', 'x', { model: 'billed', stream: true })
    assert.equal(answer.status, 429)
    assert.equal(answer.headers.get('x-should-retry'), 'false')
    const error = await errorIn(answer)
    assert.equal(error.code, 'budget_exceeded')
    assert.match(error.message, /may need \$2\.705 more/)
    assert.equal(world.provider.callsOf('b3').length, before)
    const [row] = (await rows('billed')).filter(({ key }) => key.includes('unlucky'))
    assert.equal(Number(row?.committed), 5.41)
    assert.equal(Number(row?.reserved), 0)
  },
)

test('a client that hangs up while it waits for a budget waits no longer, and is told of once', LIMIT, async () => {
  let release = () => {}
  const hold = new Promise<void>((resolve) => {
    release = resolve
  })
  world.provider.at('held', async (_, reply) => {
    await hold
    reply.json(200, openaiJson('hello', USED))
  })
  const asked = world.provider.nextCall('held')
  const first = call('w', 'x', { model: 'waiting' })
  await asked
  const leave = new AbortController()
  const second = fetch(`${world.host.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'waiting', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1000 }),
    signal: leave.signal,
  })
  // What was sent after it has been answered, so it has arrived.
  assert.equal((await call('a', 'b', { model: 'counted' })).status, 200)
  leave.abort()
  await assert.rejects(second)
  const forsaken = () => linesOf(({ status }) => status === 499)
  const [line] = await eventually('the request is told of, long before its wait is over', async () => {
    const lines = await forsaken()
    return lines.length > 0 && lines
  })
  assert.equal(line?.how, 'cut')
  release()
  assert.equal((await first).status, 200)
  const [row] = await rows('waiting')
  assert.equal(Number(row?.committed), CALL)
  assert.equal(Number(row?.reserved), 0)
  assert.equal(world.provider.callsOf('held').length, 1)
  assert.equal((await forsaken()).length, 1)
})

interface Line {
  readonly status?: number
  readonly how?: string
}

/** The log's lines for requests of a kind. */
async function linesOf(wanted: (line: Line) => boolean): Promise<readonly Line[]> {
  const lines = (await world.host.log()).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Line).filter(wanted)
}

test('a model without a price cannot be called on a dollar budget', LIMIT, async () => {
  const answer = await call('a', 'b', { model: 'unpriced' })
  assert.equal(answer.status, 403)
  assert.match((await errorIn(answer)).message, /'unpriced'/)
})

test('a rate limit holds, and its headers are true', LIMIT, async () => {
  const answers: Response[] = []
  for (let i = 0; i < 4; i++) answers.push(await call('fast', 'x', { model: 'counted' }))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 429],
  )
  assert.deepEqual(
    answers.slice(0, 3).map(({ headers }) => headers.get('x-ratelimit-remaining-requests')),
    ['2', '1', '0'],
  )
  const last = answers[3] as Response
  assert.equal((await errorIn(last)).code, 'rate_limit_exceeded')
  const wait = Number(last.headers.get('retry-after'))
  assert.ok(wait > 50 && wait <= 63, `${wait}`)
  assert.equal((await call('slow', 'x', { model: 'counted' })).status, 200)
})
