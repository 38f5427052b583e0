import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { seqBefore } from '../absence.js'
import type { Sink } from '../sink.js'
import { COLUMNS, recordOf } from './columns.js'
import { inTurns } from './in-turns.js'
import type { PostgresSinkSettings, PostgresTls } from './settings.js'
import { SinkError } from './sink-error.js'

/** Milliseconds after which a connection that is not used is closed, and how many there are at most. */
const IDLE = 30_000
const CONNECTIONS = 4

/**
 * Puts rows into a table, and how far it is with each source into one beside it (`..._sources`), with one statement per batch, so that
 * they cannot disagree.
 */
export function createPostgresSink(
  name: string,
  { url, table, create, tls }: Omit<PostgresSinkSettings, 'kind' | 'batch'>,
  deadline: number,
): Sink {
  const sql = statements(table)
  let pool: Promise<pg.Pool> | undefined
  let ready: 'unknown' | 'yes' = create ? 'unknown' : 'yes'

  const open = async () => {
    const opened = new pg.Pool({
      ...placeOf(url),
      ssl: await tlsOptions(tls, new URL(url).hostname),
      ...{ max: CONNECTIONS, idleTimeoutMillis: IDLE, keepAlive: true, application_name: 'tollgate' },
      ...{ connectionTimeoutMillis: deadline, query_timeout: deadline, statement_timeout: deadline },
    })
    // Whoever waits for an answer is told of a break anyway; where nobody listens to these, they end the process.
    opened.on('error', () => {})
    opened.on('connect', (client) => client.on('error', () => {}))
    return opened
  }
  const connected = async <T>(signal: AbortSignal, run: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    try {
      pool ??= open()
      pool.catch(() => {
        pool = undefined
      })
      const client = await (await pool).connect()
      return await using(client, signal, run)
    } catch (error) {
      throw unavailable(error)
    }
  }
  const prepare = async (client: pg.PoolClient) => {
    if (ready === 'yes') return
    // Without the right to make tables even `if not exists` is refused for one that is there.
    const { rows } = await client.query(sql.exists)
    if (rows[0]?.rows === null || rows[0]?.sources === null) await client.query(sql.create)
    ready = 'yes'
  }

  return {
    name,
    position: (source, signal) =>
      connected(signal, async (client) => {
        await prepare(client)
        const { rows } = await client.query(sql.position, [source])
        return seqIn(rows[0]?.seq ?? 0)
      }),
    async write(source, rows, signal) {
      const first = rows[0]
      const last = rows.at(-1)
      if (!first || !last) return
      const records = `[${(await inTurns(rows, (row) => JSON.stringify(recordOf(row, source)))).join(',')}]`
      const must = seqBefore(first)
      const answer = await connected(signal, (client) =>
        client.query({ name: 'tollgate-ledger-write', text: sql.write, values: [source, records, must, last.seq] }),
      )
      if (seqIn(answer.rows[0]?.seq) < must)
        throw new SinkError('Postgres has lost rows that it had; they are sent again')
    },
    async close() {
      const opened = await pool?.catch(() => undefined)
      await opened?.end()
    },
  }
}

async function using<T>(
  client: pg.PoolClient,
  signal: AbortSignal,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  // Ending a connection with a statement in it breaks it off.
  const abort = () => client.release(true)
  if (signal.aborted) {
    abort()
    throw new SinkError('given up')
  }
  signal.addEventListener('abort', abort, { once: true })
  let state: 'sound' | 'broken' = 'broken'
  try {
    const result = await run(client)
    state = 'sound'
    return result
  } finally {
    signal.removeEventListener('abort', abort)
    if (!signal.aborted) client.release(state === 'broken')
  }
}

function statements(table: string) {
  const [rows, sources] = [quoted(table), quoted(`${table}_sources`)]
  const index = quoted(`${table.slice(table.indexOf('.') + 1)}_at`)
  const names = COLUMNS.map(({ name }) => `"${name}"`).join(', ')
  const columns = COLUMNS.map(({ name, postgres }) => `"${name}" ${postgres}`).join(', ')
  const literal = (identifier: string) => `'${identifier.replaceAll("'", "''")}'`
  return {
    exists: `select to_regclass(${literal(rows)}) as rows, to_regclass(${literal(sources)}) as sources`,
    create: `
      create table if not exists ${rows} (${columns}, primary key (source, seq));
      create index if not exists ${index} on ${rows} (at);
      create table if not exists ${sources} (source text primary key, seq bigint not null);`,
    position: `select seq from ${sources} where source = $1`,
    // The last row that was there is what `held` has; if it is not what must come before the first of these, nothing is put there.
    write: `
      with held as (select coalesce((select seq from ${sources} where source = $1::text), 0) as seq),
      put as (
        insert into ${rows} (${names})
        select ${names.replace(/"(\w+)"/g, 'r."$1"')}
        from held, json_populate_recordset(null::${rows}, $2::json) as r
        where held.seq >= $3::bigint
        on conflict (source, seq) do nothing),
      moved as (
        insert into ${sources} as s (source, seq)
        select $1::text, $4::bigint from held where held.seq >= $3::bigint
        on conflict (source) do update set seq = greatest(s.seq, excluded.seq))
      select seq from held`,
  }
}

function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
}

function placeOf(url: string): pg.ClientConfig {
  const { hostname, port, username, password, pathname } = new URL(url)
  const database = decodeURIComponent(pathname.slice(1))
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(database !== '' && { database }),
  }
}

async function tlsOptions({ mode, caFile }: PostgresTls, hostname: string): Promise<pg.ClientConfig['ssl']> {
  if (mode === 'off') return false
  // Of an address the library does not tell whose certificate it expects.
  const host = hostname.replace(/^\[|\]$/g, '')
  return { rejectUnauthorized: true, host, ...(caFile !== undefined && { ca: await readFile(caFile, 'utf8') }) }
}

function seqIn(value: unknown): number {
  const seq = Number(value)
  if (!Number.isSafeInteger(seq) || seq < 0) throw new SinkError('Postgres did not answer with a number')
  return seq
}

/** What the server says of an error may quote values: only its code is passed on (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function unavailable(error: unknown): SinkError {
  if (error instanceof SinkError) return error
  if (error instanceof pg.DatabaseError)
    return new SinkError(`Postgres refused with SQLSTATE ${error.code ?? 'unknown'}`)
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  const reason = typeof code === 'string' ? code : error instanceof Error ? error.message : 'no reason given'
  return new SinkError(`Postgres does not answer: ${reason}`)
}
