import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { slices } from '../../../../io/billing/cut.js'
import { createS3Client } from '../../../../io/billing/sinks/s3-client.js'
import { createS3Sink } from '../../../../io/billing/sinks/s3-sink.js'
import { SinkError } from '../../../../io/billing/sinks/sink-error.js'
import { systemClock } from '../../../../io/system-clock.js'
import { startFakeS3 } from '../../../support/s3.js'
import { attempts, createFakeRowFiles } from '../fake-row-files.js'
import { checkSink } from './sink-checks.js'

const SOURCE = '0123456789ab-0'
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush/+hush', sessionToken: 'token==' }
const BUCKET = { bucket: 'our.ledger', region: 'eu-central-1' }
const PREFIX = "a b/(c)'!*/ledger"
const signal = AbortSignal.timeout(60_000)

function opener(prefix = PREFIX, keys: typeof KEYS = KEYS, more = {}) {
  return (port: number) =>
    createS3Sink(
      'objects',
      prefix,
      createS3Client({
        ...{ ...BUCKET, endpoint: `http://127.0.0.1:${port}`, clock: systemClock, credentials: () => keys },
        ...more,
      }),
    )
}

test('rows become objects of a bucket', { timeout: 120_000 }, async (context) => {
  const store = await startFakeS3({ ...BUCKET, ...KEYS, now: Date.now })
  const open = opener()
  const objectsOf = (source: string, prefix = PREFIX) =>
    [...store.objects]
      .filter(([key]) => key.startsWith(`${prefix}/${source}/`) && key.endsWith('.jsonl.gz'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  const linesOf = (source: string) =>
    objectsOf(source).flatMap(([, bytes]) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n'))
  const files = createFakeRowFiles()
  files.append(SOURCE, Date.parse('2026-10-31T23:59:59.999Z'), ...attempts(20))
  const rows = await files.read(SOURCE, 0, 20)
  try {
    await checkSink(context, {
      port: store.port,
      open,
      lines: async (source) => linesOf(source),
      cut: slices({ every: 60_000, rows: 40, bytes: 100_000 }),
    })

    await context.test('an object is named by its date and its rows; the same rows again change nothing', async () => {
      store.clear()
      const sink = open(store.port)
      await sink.write(SOURCE, rows, signal)
      const before = [...store.objects].map(([key, bytes]) => [key, bytes.toString('hex')])
      assert.deepEqual(
        before.map(([key]) => key),
        [`${PREFIX}/${SOURCE}/2026/10/31/000000000001-000000000020.jsonl.gz`, `${PREFIX}/${SOURCE}/position.json`],
      )
      await sink.write(SOURCE, rows, signal)
      assert.deepEqual(
        [...store.objects].map(([key, bytes]) => [key, bytes.toString('hex')]),
        before,
      )
      await sink.close()
    })

    await context.test('rows whose position could not be told become the same object again', async () => {
      store.clear()
      const sink = open(store.port)
      await sink.write(SOURCE, rows, signal)
      store.remove(`${PREFIX}/${SOURCE}/position.json`)
      assert.equal(await sink.position(SOURCE, signal), 0)
      await sink.write(SOURCE, rows, signal)
      assert.equal(objectsOf(SOURCE).length, 1)
      assert.equal(await sink.position(SOURCE, signal), 20)
      await sink.close()
    })

    await context.test('a store that refuses is told by its code, without keys or content', async () => {
      const sink = open(store.port)
      store.fail(1, 503, 'SlowDown')
      await assert.rejects(sink.write(SOURCE, rows, signal), (error) => {
        assert.ok(error instanceof SinkError)
        assert.equal(error.message, 'S3 refused with 503 SlowDown')
        return true
      })
      await sink.close()
      const wrong = opener(PREFIX, { ...KEYS, secretAccessKey: 'other' })(store.port)
      await assert.rejects(wrong.position(SOURCE, signal), /^SinkError: S3 refused with 403 SignatureDoesNotMatch$/)
      await wrong.close()
      const elsewhere = opener(PREFIX, KEYS, { bucket: 'not-there' })(store.port)
      await assert.rejects(elsewhere.position(SOURCE, signal), /404 NoSuchBucket/)
      await elsewhere.close()
    })

    await context.test('a position that is none is not taken for the beginning', async () => {
      const sink = open(store.port)
      await sink.write(SOURCE, rows, signal)
      const [key] = [...store.objects.keys()].filter((key) => key.endsWith('position.json'))
      const object = store.objects.get(key ?? '')
      object?.fill(' ')
      await assert.rejects(sink.position(SOURCE, signal), /does not say where to go on/)
      await sink.close()
    })

    await context.test('the fake refuses what S3 refuses', async () => {
      const put = (headers: Record<string, string>) =>
        fetch(`http://127.0.0.1:${store.port}/${BUCKET.bucket}/x`, { method: 'PUT', body: 'x', headers })
      assert.equal((await put({})).status, 400)
      const late = opener(PREFIX, KEYS, { clock: { now: () => Date.now() - 16 * 60_000 } })(store.port)
      await assert.rejects(late.position(SOURCE, signal), /403 RequestTimeTooSkewed/)
      await late.close()
    })
  } finally {
    await store.stop()
  }
})
