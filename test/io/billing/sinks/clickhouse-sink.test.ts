import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClickHouseSink } from '../../../../io/billing/sinks/clickhouse-sink.js'
import { SinkError } from '../../../../io/billing/sinks/sink-error.js'
import { startFakeClickHouse } from '../../../support/clickhouse.js'
import { attempt, attempts, createFakeRowFiles } from '../fake-row-files.js'
import { checkSink } from './sink-checks.js'

const SOURCE = '0123456789ab-0'
const AT = Date.parse('2026-10-25T00:59:59.999Z')
const signal = AbortSignal.timeout(60_000)
const SETTINGS = { user: 'writer', password: 'hush hush', database: 'default', table: 'tollgate_ledger', create: true }

test('rows become rows of a ClickHouse table', { timeout: 120_000 }, async (context) => {
  const server = await startFakeClickHouse(SETTINGS)
  const open = (port: number, more = {}) =>
    createClickHouseSink('events', { url: `http://127.0.0.1:${port}`, ...SETTINGS, ...more }, 2000)
  const files = createFakeRowFiles()
  files.append(
    SOURCE,
    AT,
    attempt(1),
    attempt(2, { user: 'a\ud800', nano: null, code: 'rate_limited' }),
    ...attempts(48, 3),
  )
  const rows = await files.read(SOURCE, 0, 50)
  try {
    await checkSink(context, {
      port: server.port,
      open,
      async lines(source) {
        const own = server.rows.filter((row) => row['source'] === source)
        return own.sort((a, b) => Number(a['seq']) - Number(b['seq'])).map((row) => String(row['line']))
      },
    })

    await context.test('an attempt has typed columns', async () => {
      server.drop()
      const sink = open(server.port)
      await sink.position(SOURCE, signal)
      await sink.write(SOURCE, rows, signal)
      const [first, second] = server.rows
      assert.deepEqual(first && [first['kind'], first['status'], first['nano_usd'], first['at'], first['tags']], [
        ...['attempt', 200, '1000001', '2026-10-25T00:59:59.999Z', { env: 'prod' }],
      ])
      assert.deepEqual(second && [second['nano_usd'], second['user_id'], second['code']], [
        undefined,
        'a\ufffd',
        'rate_limited',
      ])
      await sink.close()
    })

    await context.test('a batch that comes again is dropped by its token', async () => {
      const sink = open(server.port)
      await sink.write(SOURCE, rows, signal)
      assert.equal(server.rows.length, 50)
      await sink.close()
    })

    await context.test('an insert that fails after its answer has begun is no success', async () => {
      server.drop()
      const sink = open(server.port)
      await sink.position(SOURCE, signal)
      server.failInsert(241, 'MEMORY_LIMIT_EXCEEDED')
      await assert.rejects(sink.write(SOURCE, rows, signal), (error) => {
        assert.ok(error instanceof SinkError)
        assert.equal(error.message, 'ClickHouse refused with 241 MEMORY_LIMIT_EXCEEDED')
        return true
      })
      assert.equal(server.rows.length, 0)
      await sink.close()
    })

    await context.test('a table that somebody else has made is used without the right to make any', async () => {
      server.deny('create')
      const sink = open(server.port)
      assert.equal(await sink.position(SOURCE, signal), 0)
      await sink.close()
      server.drop()
      const without = open(server.port)
      await assert.rejects(without.position(SOURCE, signal), /^SinkError: ClickHouse refused with 497 ACCESS_DENIED$/)
      await without.close()
    })

    await context.test('a wrong password is told as such', async () => {
      const sink = open(server.port, { password: 'other' })
      await assert.rejects(
        sink.position(SOURCE, signal),
        /^SinkError: ClickHouse refused with 516 AUTHENTICATION_FAILED$/,
      )
      await sink.close()
    })
  } finally {
    await server.stop()
  }
})
