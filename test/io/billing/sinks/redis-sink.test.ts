import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { createRedisSink } from '../../../../io/billing/sinks/redis-sink.js'
import { SinkError } from '../../../../io/billing/sinks/sink-error.js'
import { startRedis } from '../../../support/redis.js'
import { attempts, createFakeRowFiles } from '../fake-row-files.js'
import { checkSink } from './sink-checks.js'

const STREAM = '{tollgate}:ledger:rows'
const SOURCE = '0123456789ab-0'
const signal = AbortSignal.timeout(60_000)

test('rows become entries of a stream', { timeout: 120_000 }, async (context) => {
  const server = await startRedis({ appendOnly: 'always', password: 'hush hush' })
  const reader = new Redis(server.url)
  const open = (port: number) =>
    createRedisSink('stream', { url: server.url.replace(`:${server.port}`, `:${port}`), prefix: 'tollgate' })
  const fields = (entry: readonly [string, string[]]) => {
    const [, flat] = entry
    return Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]]] : [])))
  }
  const files = createFakeRowFiles()
  files.append(SOURCE, Date.now(), ...attempts(50))
  const rows = await files.read(SOURCE, 0, 50)
  try {
    await checkSink(context, {
      port: server.port,
      open,
      async lines(source) {
        const entries = (await reader.xrange(STREAM, '-', '+')).map(fields)
        return entries.filter((entry) => entry['source'] === source).map((entry) => entry['line'] ?? '')
      },
    })

    await context.test('an entry says what its row is without its JSON being read', async () => {
      await reader.flushall()
      const sink = open(server.port)
      await sink.write(SOURCE, rows.slice(0, 2), signal)
      const [first] = (await reader.xrange(STREAM, '-', '+')).map(fields)
      assert.deepEqual(first, {
        ...{ source: SOURCE, seq: '1', kind: 'attempt', at: rows[0]?.at, line: JSON.stringify(rows[0]) },
      })
      await sink.close()
    })

    await context.test('a Redis that has lost rows is found out, and gets them again', async () => {
      await reader.flushall()
      const sink = open(server.port)
      await sink.write(SOURCE, rows.slice(0, 20), signal)
      await reader.flushall()
      await assert.rejects(sink.write(SOURCE, rows.slice(20), signal), /lost rows/)
      assert.equal(await sink.position(SOURCE, signal), 0)
      assert.equal(await reader.xlen(STREAM), 0)
      await sink.close()
    })

    await context.test('the stream can be kept short; what it had counts as taken', async () => {
      await reader.flushall()
      await reader.config('SET', 'stream-node-max-entries', '5')
      const sink = createRedisSink('stream', { url: server.url, prefix: 'tollgate', maxLength: 10 })
      await sink.write(SOURCE, rows, signal)
      assert.ok((await reader.xlen(STREAM)) < 20)
      assert.equal(await sink.position(SOURCE, signal), 50)
      await sink.close()
    })

    await context.test('a Redis without memory takes nothing of a batch, and says why without a password', async () => {
      await reader.flushall()
      await reader.config('SET', 'maxmemory', '1')
      const sink = open(server.port)
      await assert.rejects(sink.write(SOURCE, rows, signal), (error) => {
        assert.ok(error instanceof SinkError)
        assert.match(error.message, /OOM/)
        assert.doesNotMatch(error.message, /hush/)
        return true
      })
      await reader.config('SET', 'maxmemory', '0')
      assert.equal(await reader.xlen(STREAM), 0)
      assert.equal(await sink.position(SOURCE, signal), 0)
      await sink.close()
    })
  } finally {
    reader.disconnect()
    await server.stop()
  }
})
