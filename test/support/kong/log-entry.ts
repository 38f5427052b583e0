import type { Peer } from './balancer.js'
import type { Exchange } from './exchange.js'
import type { HeaderBag } from './headers.js'

/** What `kong.log.serialize` gives, as far as the stand-in knows it; sizes in bytes, times in milliseconds. */
export interface LogEntry {
  readonly request: {
    readonly id: string
    readonly method: string
    readonly uri: string
    readonly headers: Readonly<Record<string, string | readonly string[]>>
  }
  readonly response: {
    readonly status: number
    readonly size: number
    readonly headers: Readonly<Record<string, string | readonly string[]>>
  }
  readonly upstream_uri: string
  readonly upstream_status: string
  readonly tries: readonly { readonly ip: string; readonly port: number }[]
  readonly latencies: { readonly request: number; readonly kong: number; readonly proxy: number }
  readonly route: { readonly id: string; readonly name?: string | undefined }
  readonly service: { readonly id: string; readonly name?: string | undefined } | undefined
  readonly consumer: { readonly id: string; readonly username?: string | undefined } | undefined
  readonly authenticated_entity: { readonly id: string } | undefined
  readonly client_ip: string
  readonly started_at: number
  readonly source: 'upstream' | 'kong'
}

/** What the exchange does not know of the end. */
export interface Ended {
  readonly status: number
  readonly headers: HeaderBag
  readonly size: number
  readonly upstreamStatus: number | undefined
  readonly tries: readonly Peer[]
  /** When the request left for the upstream and when all was over; since the epoch. */
  readonly proxiedAt: number
  readonly endedAt: number
}

/** The entry that log plugins write about a request. */
export function logEntry(exchange: Exchange, ended: Ended): LogEntry {
  const { request, match, plan, auth } = exchange
  const requestHeaders = flat(exchange.headers)
  const secret = Object.keys(requestHeaders).filter((name) => /^(?:proxy-)?authorization$/.test(name))
  return {
    request: {
      id: request.id,
      method: request.method,
      uri: request.query === '' ? request.rawPath : `${request.rawPath}?${request.query}`,
      headers: { ...requestHeaders, ...Object.fromEntries(secret.map((name) => [name, 'REDACTED'])) },
    },
    response: { status: ended.status, size: ended.size, headers: flat(ended.headers) },
    upstream_uri: plan.query === '' ? plan.path : `${plan.path}?${plan.query}`,
    upstream_status: ended.upstreamStatus === undefined ? '' : String(ended.upstreamStatus),
    tries: ended.tries.map(({ host, port }) => ({ ip: host, port })),
    latencies: {
      request: ended.endedAt - request.startedAt,
      kong: ended.proxiedAt - request.startedAt,
      proxy: ended.endedAt - ended.proxiedAt,
    },
    route: match.route,
    service: match.service,
    consumer: auth.consumer?.entity,
    authenticated_entity: auth.credential && { id: auth.credential.id },
    client_ip: request.ip,
    started_at: request.startedAt,
    source: ended.upstreamStatus === undefined ? 'kong' : 'upstream',
  }
}

function flat(headers: HeaderBag): Readonly<Record<string, string | readonly string[]>> {
  const entries = Object.entries(headers.toRecord())
  return Object.fromEntries(entries.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]))
}
