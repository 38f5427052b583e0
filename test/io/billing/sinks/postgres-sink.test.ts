import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPostgresSink } from '../../../../io/billing/sinks/postgres-sink.js'
import { SinkError } from '../../../../io/billing/sinks/sink-error.js'
import { createAuthority } from '../../../support/admin/authority.js'
import { startPostgres } from '../../../support/postgres.js'
import { attempt, attempts, createFakeRowFiles } from '../fake-row-files.js'
import { checkSink } from './sink-checks.js'

const SOURCE = '0123456789ab-0'
const AT = Date.parse('2026-10-25T00:59:59.999Z')
const signal = AbortSignal.timeout(60_000)
const TLS = { mode: 'off' } as const

test('rows become rows of a table', { timeout: 180_000 }, async (context) => {
  const server = await startPostgres()
  const open = (port: number, table = 'tollgate_ledger', create = true) =>
    createPostgresSink('db', { url: server.url.replace(`:${server.port}`, `:${port}`), table, create, tls: TLS }, 2000)
  const files = createFakeRowFiles()
  const odd = attempt(2, { nano: '99999999999999999999999999', user: 'a\u0000b\ud800', tags: { 'k\u0000': 'v\udc00' } })
  files.append(SOURCE, AT, attempt(1), odd, ...attempts(48, 3))
  const rows = await files.read(SOURCE, 0, 50)
  try {
    await checkSink(context, {
      port: server.port,
      open,
      lines: async (source) =>
        (await server.query('select line from tollgate_ledger where source = $1 order by seq', [source])).map(
          ({ line }) => String(line),
        ),
    })

    await context.test('an attempt has typed columns', async () => {
      const sink = open(server.port, 'public.typed')
      await sink.position(SOURCE, signal)
      await sink.write(SOURCE, rows, signal)
      const [first, second] = await server.query('select * from typed order by seq limit 2')
      assert.deepEqual(
        first && [first['kind'], first['status'], first['nano_usd'], first['stream'], first['duration_ms']],
        [...['attempt', '200', '1000001', false, 12.5]],
      )
      assert.deepEqual(first && [first['at'], first['tags'], first['usage'], first['prompt_tokens'], first['code']], [
        ...[new Date(AT), { env: 'prod' }, { prompt: 11, completion: 5 }, '11', null],
      ])
      assert.deepEqual(second && [second['nano_usd'], second['user_id'], second['tags']], [
        ...['99999999999999999999999999', 'a\ufffdb\ufffd', { 'k\ufffd': 'v\ufffd' }],
      ])
      const [sum] = await server.query(`select sum(nano_usd) / 1e9 as usd from typed where team = 'eng' and seq > 2`)
      assert.equal(Number(sum?.['usd']).toFixed(3), '0.048')
      await sink.close()
    })

    await context.test('a table that has lost rows is found out, and gets them again', async () => {
      const sink = open(server.port, 'lossy')
      await sink.position(SOURCE, signal)
      await sink.write(SOURCE, rows.slice(0, 20), signal)
      await server.query('update lossy_sources set seq = 10')
      await server.query('delete from lossy where seq > 10')
      await assert.rejects(sink.write(SOURCE, rows.slice(20), signal), /lost rows/)
      assert.equal(await sink.position(SOURCE, signal), 10)
      await sink.write(SOURCE, rows.slice(10), signal)
      const [count] = await server.query('select count(*) from lossy')
      assert.equal(count?.['count'], '50')
      await sink.close()
    })

    await context.test('rows that somebody deletes do not come again', async () => {
      const sink = open(server.port, 'pruned')
      await sink.position(SOURCE, signal)
      await sink.write(SOURCE, rows.slice(0, 20), signal)
      await server.query('delete from pruned')
      assert.equal(await sink.position(SOURCE, signal), 20)
      await sink.close()
    })

    await context.test('the same rows from two processes at once are there once', async () => {
      const [a, b] = [open(server.port, 'shared'), open(server.port, 'shared')]
      await a.position(SOURCE, signal)
      await b.position(SOURCE, signal)
      await Promise.all([a.write(SOURCE, rows, signal), b.write(SOURCE, rows.slice(0, 30), signal)])
      const [count] = await server.query('select count(*) from shared')
      assert.equal(count?.['count'], '50')
      assert.equal(await a.position(SOURCE, signal), 50)
      await a.close()
      await b.close()
    })

    await context.test('tables that somebody else has made are used without the right to make any', async () => {
      await server.query(`create role writer login; grant select, insert, update on pruned, pruned_sources to writer`)
      await server.query('revoke create on schema public from public')
      const url = server.url.replace(/\/\/[^@]+@/, '//writer:x@')
      const sink = createPostgresSink('db', { url, table: 'pruned', create: true, tls: TLS }, 2000)
      assert.equal(await sink.position(SOURCE, signal), 20)
      await sink.write(SOURCE, rows.slice(20), signal)
      await sink.close()
    })

    await context.test('what is refused is told by its code, without content and password', async () => {
      const sink = open(server.port, 'nowhere', false)
      await assert.rejects(sink.position(SOURCE, signal), (error) => {
        assert.ok(error instanceof SinkError)
        assert.equal(error.message, 'Postgres refused with SQLSTATE 42P01')
        return true
      })
      await sink.close()
      await server.query(
        `create table narrow (like typed); alter table narrow add check (team <> 'eng'), add primary key (source, seq)`,
      )
      await server.query('create table narrow_sources (source text primary key, seq bigint not null)')
      const refused = open(server.port, 'narrow')
      await assert.rejects(refused.write(SOURCE, rows, signal), /^SinkError: Postgres refused with SQLSTATE 23514$/)
      const [count] = await server.query(
        'select (select count(*) from narrow) + (select count(*) from narrow_sources) as n',
      )
      assert.equal(count?.['n'], '0')
      await refused.close()
    })

    await context.test('a server without TLS is not talked to where TLS is asked for', async () => {
      const sink = createPostgresSink(
        'db',
        { url: server.url, table: 'typed', create: true, tls: { mode: 'verify' } },
        2000,
      )
      await assert.rejects(sink.position(SOURCE, signal), /does not support SSL/)
      await sink.close()
    })
  } finally {
    await server.stop()
  }
})

test('TLS is verified: the authority, and whose certificate it is', { timeout: 60_000 }, async () => {
  const authority = createAuthority('databases')
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-tls-'))
  const pemFile = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const caFile = await pemFile('ca.pem', authority.cert)
  const other = await pemFile('other.pem', createAuthority('others').cert)
  const server = await startPostgres(authority.issue({ cn: 'db', ip: [[127, 0, 0, 1]] }))
  const positionBy = async (url: string, file: string) => {
    const sink = createPostgresSink(
      'db',
      { url, table: 'secured', create: true, tls: { mode: 'verify', caFile: file } },
      5000,
    )
    try {
      return await sink.position(SOURCE, signal)
    } finally {
      await sink.close()
    }
  }
  try {
    assert.equal(await positionBy(server.url, caFile), 0)
    await assert.rejects(positionBy(server.url, other), SinkError)
    await assert.rejects(
      positionBy(server.url.replace('127.0.0.1', 'localhost'), caFile),
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    )
    const [state] = await server.query('select count(*) as n from secured_sources')
    assert.equal(state?.['n'], '0')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
