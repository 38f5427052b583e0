import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** A server with as much of ClickHouse's HTTP interface as a sink needs. What it does not know or a real one refuses, it refuses. */
export interface FakeClickHouse {
  readonly port: number
  /** The rows of the table, every one that was ever inserted and not dropped by a token. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** The query of each request. */
  readonly queries: readonly string[]
  /** The next insert fails after its status line could have been sent. */
  failInsert(code: number, name: string): void
  /** What users other than the one with all rights may not do. */
  deny(what: 'create' | 'nothing'): void
  drop(): void
  stop(): Promise<void>
}

export interface FakeClickHouseOptions {
  readonly user: string
  readonly password: string
}

interface Table {
  readonly types: ReadonlyMap<string, string>
  readonly window: number
  readonly rows: Readonly<Record<string, unknown>>[]
  readonly tokens: string[]
}

interface Asked {
  readonly sql: string
  readonly data: string
  readonly parameters: URLSearchParams
}

/** What a real one answers to a query that fails: `Code: 62. DB::Exception: ... (SYNTAX_ERROR)`. */
class Refusal extends Error {
  readonly code: number

  constructor(code: number, type: string) {
    super(`Code: ${code}. DB::Exception: hush: (${type}) (version 25.8.1.1 (official build))`)
    this.code = code
  }
}

const STATEMENTS = {
  exists: /^EXISTS TABLE (`\w+`\.`\w+`)\s+FORMAT JSONEachRow$/,
  create:
    /^CREATE TABLE IF NOT EXISTS (`\w+`\.`\w+`) \((.+)\) ENGINE = ReplacingMergeTree ORDER BY \(source, seq\)\s+SETTINGS non_replicated_deduplication_window = (\d+)$/,
  last: /^SELECT seq FROM (`\w+`\.`\w+`) WHERE source = \{source:String\} ORDER BY source DESC, seq DESC LIMIT 1\s+FORMAT JSONEachRow$/,
  insert: /^INSERT INTO (`\w+`\.`\w+`) \(([\w, ]+)\) FORMAT JSONEachRow$/,
} as const

/** Starts the server with no table. */
export async function startFakeClickHouse({ user, password }: FakeClickHouseOptions): Promise<FakeClickHouse> {
  const tables = new Map<string, Table>()
  const queries: string[] = []
  let failure: Refusal | undefined
  let denied: 'create' | 'nothing' = 'nothing'

  const tableAt = (place: string) => {
    const table = tables.get(place)
    if (!table) throw new Refusal(60, 'UNKNOWN_TABLE')
    return table
  }
  const run = (asked: Asked): string => {
    const exists = STATEMENTS.exists.exec(asked.sql)
    if (exists) return JSON.stringify({ result: tables.has(exists[1] ?? '') ? 1 : 0 })
    const create = STATEMENTS.create.exec(asked.sql)
    if (create) {
      if (denied === 'create') throw new Refusal(497, 'ACCESS_DENIED')
      const [, place = '', columns = '', window] = create
      tables.set(place, tables.get(place) ?? { types: typesIn(columns), window: Number(window), rows: [], tokens: [] })
      return ''
    }
    const last = STATEMENTS.last.exec(asked.sql)
    if (last) {
      const source = asked.parameters.get('param_source')
      if (source === null) throw new Refusal(456, 'UNKNOWN_QUERY_PARAMETER')
      const seqs = tableAt(last[1] ?? '')
        .rows.filter((row) => row['source'] === source)
        .map((row) => Number(row['seq']))
      return seqs.length === 0 ? '' : JSON.stringify({ seq: String(Math.max(...seqs)) })
    }
    const insert = STATEMENTS.insert.exec(asked.sql)
    if (!insert) throw new Refusal(62, 'SYNTAX_ERROR')
    insertInto(tableAt(insert[1] ?? ''), (insert[2] ?? '').split(', '), asked)
    if (failure) throw failure
    return ''
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
    const parameters = new URL(request.url ?? '', 'http://fake').searchParams
    const inUrl = parameters.get('query')
    const sql = (inUrl ?? body).trim()
    queries.push(sql)
    try {
      const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      if (request.headers.authorization !== basic) throw new Refusal(516, 'AUTHENTICATION_FAILED')
      const answer = run({ sql, data: inUrl === null ? '' : body, parameters })
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(answer === '' ? '' : `${answer}\n`)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failure = undefined
      // Without it the answer has begun when something fails, and looks like a success.
      const status = error.code !== 516 && inUrl !== null && parameters.get('wait_end_of_query') !== '1' ? 200 : 500
      response.writeHead(error.code === 516 ? 403 : status, { 'x-clickhouse-exception-code': String(error.code) })
      response.end(`${error.message}\n`)
    }
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    port,
    get rows() {
      return [...tables.values()].flatMap(({ rows }) => rows)
    },
    queries,
    failInsert: (code, name) => {
      failure = new Refusal(code, name)
    },
    deny: (what) => {
      denied = what
    },
    drop: () => tables.clear(),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  /** All rows or none, once per token (https://clickhouse.com/docs/guides/developer/deduplicating-inserts-on-retries). */
  function insertInto(table: Table, columns: readonly string[], { data, parameters }: Asked): void {
    // An answer before the rows are written would be worth nothing.
    if (parameters.get('async_insert') !== '0') throw new Refusal(1, 'UNSUPPORTED_METHOD')
    const isoRead = parameters.get('date_time_input_format') === 'best_effort'
    const rows = data
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => readRow(line, table.types, columns, isoRead ? 'any' : 'plain'))
    const token = parameters.get('insert_deduplication_token') ?? ''
    if (token !== '' && table.tokens.includes(token)) return
    if (failure) return
    table.rows.push(...rows)
    table.tokens.push(token)
    if (table.tokens.length > table.window) table.tokens.shift()
  }
}

function typesIn(columns: string): ReadonlyMap<string, string> {
  return new Map([...columns.matchAll(/`(\w+)` (.+?)(?=, `|$)/g)].map(([, name = '', type = '']) => [name, type]))
}

function readRow(
  line: string,
  types: ReadonlyMap<string, string>,
  columns: readonly string[],
  times: 'plain' | 'any',
): Readonly<Record<string, unknown>> {
  const row: Readonly<Record<string, unknown>> = JSON.parse(line)
  for (const [name, value] of Object.entries(row)) {
    const type = types.get(name)
    if (type === undefined || !columns.includes(name)) throw new Refusal(117, 'INCORRECT_DATA')
    if (!isOf(type, value, times)) throw new Refusal(27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED')
  }
  return row
}

function isOf(type: string, value: unknown, times: 'plain' | 'any'): boolean {
  const [, outer = type, inner = ''] = /^(\w+)\((.*)\)$/.exec(type) ?? []
  switch (outer) {
    case 'Nullable':
      return value === null || isOf(inner, value, times)
    case 'LowCardinality':
      return isOf(inner, value, times)
    case 'String':
      return typeof value === 'string'
    case 'Bool':
      return typeof value === 'boolean'
    case 'Float64':
      return typeof value === 'number'
    case 'UInt64':
      return Number.isSafeInteger(value) && Number(value) >= 0
    case 'Int64':
      return Number.isSafeInteger(value)
    case 'Decimal':
      return typeof value === 'string' && /^-?\d{1,38}$/.test(value)
    case 'DateTime64':
      return typeof value === 'string' && (times === 'any' ? !Number.isNaN(Date.parse(value)) : !/[TZ]/.test(value))
    case 'Map': {
      const of = inner.split(', ')[1] ?? ''
      return typeof value === 'object' && value !== null && Object.values(value).every((one) => isOf(of, one, times))
    }
    default:
      throw new Refusal(50, 'UNKNOWN_TYPE')
  }
}
