import { readFile } from 'node:fs/promises'
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Sink } from '../sink.js'
import { COLUMNS, recordOf } from './columns.js'
import { inTurns } from './in-turns.js'
import type { ClickHouseSinkSettings } from './settings.js'
import { SinkError } from './sink-error.js'

const CONNECTIONS = 4

/**
 * Puts rows into a table that keeps one of those with the same source and number, each batch as one block, so that it is there as a
 * whole or not at all. The same block again, while the server remembers it, is dropped by its token.
 */
export function createClickHouseSink(
  name: string,
  settings: Omit<ClickHouseSinkSettings, 'kind' | 'batch'>,
  deadline: number,
): Sink {
  const { url, user, password, database, table, create, caFile } = settings
  const place = `${quoted(database)}.${quoted(table)}`
  let client: Promise<ClickHouseClient> | undefined
  let ready: 'unknown' | 'yes' = create ? 'unknown' : 'yes'

  const open = async () =>
    createClient({
      ...{ url, username: user, password, request_timeout: deadline, max_open_connections: CONNECTIONS },
      ...{ application: 'tollgate', log: { level: ClickHouseLogLevel.OFF }, compression: { request: true } },
      ...(caFile !== undefined && { tls: { ca_cert: await readFile(caFile) } }),
    })
  const connected = async <T>(run: (client: ClickHouseClient) => Promise<T>): Promise<T> => {
    try {
      client ??= open()
      client.catch(() => {
        client = undefined
      })
      return await run(await client)
    } catch (error) {
      throw unavailable(error)
    }
  }
  const first = async (
    client: ClickHouseClient,
    query: string,
    source: string | undefined,
    abort_signal: AbortSignal,
  ) => {
    const query_params = source === undefined ? {} : { source }
    const answer = await client.query({ query, query_params, format: 'JSONEachRow', abort_signal })
    const rows = await answer.json<Readonly<Record<string, unknown>>>()
    return rows[0]
  }
  const prepare = async (client: ClickHouseClient, abort_signal: AbortSignal) => {
    if (ready === 'yes') return
    // Whoever may not make tables may still find that this one is there.
    const there = await first(client, `EXISTS TABLE ${place}`, undefined, abort_signal)
    if (Number(there?.['result']) !== 1) await client.command({ query: creation(place), abort_signal })
    ready = 'yes'
  }

  return {
    name,
    position: (source, signal) =>
      connected(async (client) => {
        await prepare(client, signal)
        // Read from the end of the primary key, not as a maximum over all rows of a source.
        const last = `SELECT seq FROM ${place} WHERE source = {source:String} ORDER BY source DESC, seq DESC LIMIT 1`
        return seqIn((await first(client, last, source, signal))?.['seq'] ?? 0)
      }),
    async write(source, rows, signal) {
      const [from, to] = [rows[0], rows.at(-1)]
      if (!from || !to) return
      const records = await inTurns(rows, (row) => recordOf(row, source))
      await connected((client) =>
        client.insert({
          ...{ table: place, values: records, format: 'JSONEachRow' },
          columns: NAMES,
          abort_signal: signal,
          clickhouse_settings: {
            ...ONE_BLOCK,
            insert_deduplication_token: `${source}:${from.seq}-${to.seq}`,
          },
        }),
      )
    },
    async close() {
      const opened = await client?.catch(() => undefined)
      await opened?.close()
    },
  }
}

const [FIRST = '', ...REST] = COLUMNS.map(({ name }) => name)
const NAMES: [string, ...string[]] = [FIRST, ...REST]

/** An answer comes when the rows are there, as one part; a failure later than its status line is waited for. */
const ONE_BLOCK = {
  async_insert: 0,
  wait_end_of_query: 1,
  input_format_parallel_parsing: 0,
  insert_deduplicate: 1,
  // ISO 8601 with its Z.
  date_time_input_format: 'best_effort',
} as const

/** Without the setting only replicated tables look at tokens. */
function creation(place: string): string {
  const columns = COLUMNS.map(({ name, clickhouse }) => `${quoted(name)} ${clickhouse}`).join(', ')
  return `CREATE TABLE IF NOT EXISTS ${place} (${columns}) ENGINE = ReplacingMergeTree ORDER BY (source, seq)
    SETTINGS non_replicated_deduplication_window = 1000`
}

function quoted(identifier: string): string {
  return `\`${identifier.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

function seqIn(value: unknown): number {
  const seq = Number(value)
  if (!Number.isSafeInteger(seq) || seq < 0) throw new SinkError('ClickHouse did not answer with a number')
  return seq
}

/** What the server says of an error may quote rows: only its number and its name are passed on. */
function unavailable(error: unknown): SinkError {
  if (error instanceof SinkError) return error
  if (error instanceof ClickHouseError)
    return new SinkError(`ClickHouse refused with ${error.code} ${error.type ?? ''}`.trim())
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return new SinkError(`ClickHouse does not answer: ${typeof code === 'string' ? code : 'no reason given'}`)
}
