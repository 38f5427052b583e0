import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const SOURCE = fakeSource(
  { '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----' },
  { TOLLGATE_REDIS_URL: 'redis://env' },
)
const sinks = (...list: readonly object[]) => withSections({ ledger: `ledger: ${JSON.stringify({ sinks: list })}` })
const redis = { name: 'a', kind: 'redis' }
const postgres = { name: 'a', kind: 'postgres', url: 'postgres://u:p%40@db.test/x' }
const clickhouse = { name: 'a', kind: 'clickhouse', url: 'https://ch.test' }
const s3 = { name: 'a', kind: 's3', bucket: 'acme', region: 'eu-west-1' }

const read = (...list: readonly object[]) => {
  const { ledger } = configOf(sinks(...list), SOURCE)
  return ledger.kind === 'files' ? ledger.sinks : []
}
const problem = (...list: readonly object[]) => problemsOf(sinks(...list), SOURCE).map((one) => one.replace(': ', ' '))

test('every kind has defaults', () => {
  const batch = { rows: 1000, bytes: 1024 * 1024, age: 1000 }
  assert.deepEqual(read(redis), [{ ...redis, url: 'redis://env', prefix: 'tollgate', deadline: 5000, batch }])
  assert.deepEqual(read(postgres), [
    { ...postgres, table: 'tollgate_ledger', create: true, tls: { mode: 'verify' }, deadline: 10_000, batch },
  ])
  assert.deepEqual(read({ ...clickhouse, tls: { caFile: 'ca.pem' } }), [
    {
      ...{ ...clickhouse, user: 'default', password: '', database: 'default', table: 'tollgate_ledger' },
      ...{ create: true, caFile: '/etc/tollgate/ca.pem', deadline: 15_000, batch },
    },
  ])
  assert.deepEqual(read(s3), [{ ...s3, prefix: 'tollgate-ledger', every: 300_000, deadline: 60_000 }])
  assert.deepEqual(read({ ...s3, accessKeyId: 'i', secretAccessKey: 's' }), [
    {
      ...{ ...s3, prefix: 'tollgate-ledger', every: 300_000, deadline: 60_000 },
      keys: { accessKeyId: 'i', secretAccessKey: 's', sessionToken: undefined },
    },
  ])
})

test('what is wrong with a sink is said where it is', () => {
  const cases: readonly (readonly [readonly object[], RegExp])[] = [
    [[{ name: 'a' }], /sinks\[0\].*must be the kind of a sink: .*redis/],
    [[{ name: 'a', kind: 'kafka' }], /sinks\[0\].kind must be the kind of a sink/],
    [[redis, redis], /is the name of more than one sink/],
    [[{ ...redis, topic: 'x' }], /sinks\[0\].topic is an unknown key/],
    [[{ ...redis, name: 'a b' }], /sinks\[0\].name must be 1 to 64 of/],
    [[{ ...redis, name: 'spend' }], /sinks\[0\].name must not be spend/],
    [[{ ...redis, url: 'http://x' }], /sinks\[0\].url must be a URL that begins with redis:/],
    [[{ ...redis, batch: { rows: 0 } }], /sinks\[0\].batch.rows must be a whole number from 1 to 10000/],
    [[{ ...postgres, url: 'mysql://x' }], /sinks\[0\].url must be a URL such as postgres:/],
    [[{ ...postgres, url: 'postgres://h/x?sslmode=disable' }], /sinks\[0\].url must be .* nothing behind/],
    [[{ ...postgres, table: 'a;drop' }], /sinks\[0\].table must be TABLE or SCHEMA.TABLE/],
    [[{ ...postgres, tls: { mode: 'off', caFile: 'ca.pem' } }], /caFile has no use with mode: off/],
    [[{ ...postgres, tls: { mode: 'prefer' } }], /tls.mode must be/],
    [[{ ...clickhouse, url: 'https://u:p@ch.test' }], /sinks\[0\].url must not hold credentials/],
    [[{ ...clickhouse, url: 'http://ch.test', tls: { caFile: 'ca.pem' } }], /caFile has no use with an http:/],
    [[{ ...s3, every: '7m' }], /sinks\[0\].every must divide a day/],
    [[{ ...s3, accessKeyId: 'i' }], /secretAccessKey is missing; it must be there with accessKeyId/],
    [[{ ...s3, prefix: 'a/../b' }], /sinks\[0\].prefix must not have/],
    [[{ ...s3, bucket: 'UPPER' }], /sinks\[0\].bucket must be the name of a bucket/],
    [[{ ...s3, profile: 'p', accessKeyId: 'i', secretAccessKey: 's' }], /profile has no use with accessKeyId/],
    [Array.from({ length: 17 }, (_, n) => ({ ...redis, name: `s${n}` })), /at most 16 sinks/],
  ]
  for (const [list, wanted] of cases) {
    const found = problem(...list)
    assert.ok(found.length > 0)
    for (const one of found) assert.match(one, wanted)
  }
})

test('no message repeats a password', () => {
  for (const one of [
    { ...redis, url: 'redis://:hush@h/x' },
    { ...postgres, url: 'postgres://u:hush@h/x?y' },
    { ...clickhouse, url: 'https://u:hush@h' },
  ]) {
    assert.doesNotMatch(problem(one).join('\n'), /hush/)
  }
})

test('sinks have no use where no ledger is kept', () => {
  const text = withSections({ ledger: `ledger: ${JSON.stringify({ kind: 'off', sinks: [redis] })}` })
  assert.match(problemsOf(text, SOURCE).join('\n'), /ledger\.sinks: has no use with kind: off/)
})
