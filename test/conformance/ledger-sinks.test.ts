import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Redis } from 'ioredis'
import { readLine } from '../../io/billing/chain.js'
import { openaiJson } from '../support/answers.js'
import { type FakeClickHouse, startFakeClickHouse } from '../support/clickhouse.js'
import { eventually } from '../support/eventually.js'
import { type FaultyLink, openFaultyLink } from '../support/faulty-link.js'
import { readMetrics, total } from '../support/metrics.js'
import { type PostgresServer, startPostgres } from '../support/postgres.js'
import { type RedisServer, startRedis } from '../support/redis.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 120_000 }
const WRITER = { user: 'writer', password: 'hush' }

let redis: RedisServer
let link: FaultyLink
let reader: Redis
let postgres: PostgresServer
let clickhouse: FakeClickHouse
let world: World

before(async () => {
  redis = await startRedis({ appendOnly: 'none' })
  link = await openFaultyLink(redis.port)
  reader = new Redis(redis.url)
  postgres = await startPostgres()
  clickhouse = await startFakeClickHouse(WRITER)
  const batch = { age: '100ms' }
  world = await startWorld({
    accounts: { good: 'openai', bad: 'openai' },
    models: { chain: ['bad/gpt-4o', 'good/gpt-4o'] },
    settings: {
      prices: { 'gpt-4o': { input: 1000, output: 3000 } },
      identity: { headers: { user: 'x-user-id' }, tags: { headers: { project: 'x-project' } } },
      ledger: {
        disk: '1MiB',
        sinks: [
          { name: 'stream', kind: 'redis', url: `redis://127.0.0.1:${link.port}`, deadline: '500ms', batch },
          { name: 'db', kind: 'postgres', url: postgres.url, tls: { mode: 'off' }, batch },
          { name: 'events', kind: 'clickhouse', url: `http://127.0.0.1:${clickhouse.port}`, ...WRITER, batch },
        ],
      },
    },
  })
  world.provider.at('good', (_, reply) => reply.json(200, openaiJson('hi', { usage: { input: 5, output: 1000 } })))
  world.provider.at('bad', (_, reply) => reply.json(500, { error: { message: 'no' } }))
}, LIMIT)
after(async () => {
  await world?.stop()
  await clickhouse?.stop()
  await postgres?.stop()
  reader?.disconnect()
  await link?.close()
  await redis?.stop()
})

async function ask(): Promise<number> {
  const body = { model: 'chain', messages: [{ role: 'user', content: 'hello' }], max_tokens: 1000 }
  const answer = await world.chat(body, { 'x-user-id': 'ann', 'x-project': 'p'.repeat(200) })
  await answer.arrayBuffer()
  return answer.status
}

interface Status {
  readonly writing: { readonly rows: number }
  readonly sinks: readonly {
    readonly name: string
    readonly up: boolean
    readonly failure: string | null
    readonly sources: readonly { readonly position: number | null }[]
  }[]
}

/** How the sinks of the configuration are; Tollgate has one of its own beside them. */
async function statusNow(): Promise<Status> {
  const answer = await fetch(`${world.host.adminUrl}/ledger`, { signal: AbortSignal.timeout(5000) })
  const status = (await answer.json()) as Status
  return { ...status, sinks: status.sinks.filter(({ name }) => name !== 'spend') }
}

const sinksNow = async () => (await statusNow()).sinks

const caughtUp = () =>
  eventually(
    'every sink has everything',
    async () => {
      const { sinks, writing } = await statusNow()
      return sinks.length === 3 && sinks.every(({ up, sources }) => up && sources[0]?.position === writing.rows)
    },
    45_000,
  )

async function streamed(): Promise<readonly string[]> {
  const entries = await reader.xrange('{tollgate}:ledger:rows', '-', '+')
  return entries.map(([, fields]) => fields[fields.indexOf('line') + 1] ?? '')
}

/** Every sink has the same lines once, whose chain has no gap and no change. */
async function assertSame(): Promise<readonly string[]> {
  const lines = await streamed()
  const rows = await postgres.query('select line from tollgate_ledger order by source, seq')
  assert.equal(rows.length, lines.length)
  assert.ok(rows.every(({ line }, index) => line === lines[index]))
  assert.equal(clickhouse.rows.length, lines.length)
  let before = '0'.repeat(64)
  for (const [index, line] of lines.entries()) {
    const read = readLine(line)
    assert.ok(read.kind === 'row' && read.intact && read.row.seq === index + 1 && read.row.prev === before)
    before = read.row.hash
  }
  return lines
}

test('every attempt behind a real gateway reaches every sink', LIMIT, async () => {
  for (let n = 0; n < 10; n += 1) assert.equal(await ask(), 200)
  await world.settled()
  await caughtUp()
  const lines = await assertSame()
  assert.ok(lines.length >= 40, `${lines.length} rows of twenty attempts`)
  const [sum] = await postgres.query(
    `select count(*) as n, sum(nano_usd) as nano from tollgate_ledger where kind = 'attempt' and outcome = 'served'`,
  )
  assert.deepEqual([sum?.['n'], sum?.['nano']], ['10', String(10 * 3_005_000_000)])
  const metrics = await readMetrics(world.host.adminUrl)
  for (const sink of ['stream', 'db', 'events']) {
    assert.equal(total(metrics, 'tollgate_ledger_sink_up', { sink }), 1)
    assert.equal(total(metrics, 'tollgate_ledger_sink_rows_total', { sink }), lines.length)
  }
})

test('a sink that is down holds up requests only above the disk budget, and loses nothing', LIMIT, async () => {
  link.set('down')
  const counts = new Map<number, number>()
  const refused = async () => {
    const statuses = await Promise.all(Array.from({ length: 8 }, ask))
    for (const one of statuses) counts.set(one, (counts.get(one) ?? 0) + 1)
    return statuses.includes(503)
  }
  await eventually('requests are refused', refused, 90_000)
  assert.deepEqual([...counts.keys()].sort(), [200, 503])
  assert.ok((counts.get(200) ?? 0) > 200, `${counts.get(200)} requests passed before`)
  assert.deepEqual(
    (await sinksNow()).map(({ name, up }) => [name, up]),
    [
      ['stream', false],
      ['db', true],
      ['events', true],
    ],
  )
  link.set('sound')
  await eventually('requests pass again', async () => (await ask()) === 200, 45_000)
  await world.settled()
  await caughtUp()
  await assertSame()
})

test('other sinks of a reloaded configuration take the place of those before', LIMIT, async () => {
  const text = await readFile(world.host.configPath, 'utf8')
  await world.host.writeConfig(text.replace('name: db', 'name: other\n      table: second'))
  await eventually(
    'there is the other sink',
    async () => (await sinksNow()).some(({ name }) => name === 'other'),
    15_000,
  )
  await caughtUp()
  const [first] = await postgres.query('select count(*) as n from tollgate_ledger')
  const [second] = await postgres.query('select count(*) as n from second')
  assert.equal(first?.['n'], second?.['n'], 'a new sink begins at the oldest row')
})
