import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Consumer } from './declarative.js'
import { type HeaderBag, headerBag } from './headers.js'
import { normalisedPath } from './request-path.js'
import type { Match } from './router.js'

/** A request as the client sent it. */
export interface ClientRequest {
  readonly id: string
  readonly startedAt: number
  readonly method: string
  /** As it came, without the query. */
  readonly rawPath: string
  /** Normalised. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly httpVersion: string
  readonly ip: string
  readonly port: number
  /** Of the Host header, without the port. */
  readonly host: string
  readonly serverPort: number
  /** Size of the body if it was declared. */
  readonly bodyLength: number | undefined
}

/** Who is calling, as an authentication plugin has found out. */
export interface Authenticated {
  readonly consumer?: Consumer | undefined
  readonly credential?: { readonly id: string } | undefined
}

/** Where the request goes and how, until the balancer has the word. */
export interface Plan {
  scheme: 'http' | 'https'
  host: string
  port: number
  /** A host that is an IP address stays one: Kong has decided what to do before plugins run. */
  readonly hostType: 'name' | 'ip'
  /** The Host header, where it is not the target's own name. */
  hostHeader: string | undefined
  method: string
  path: string
  query: string
  retries: number
  connectTimeout: number
  writeTimeout: number
  readTimeout: number
}

/** One request on its way through the plugins, which change it. */
export interface Exchange {
  readonly request: ClientRequest
  readonly match: Match
  /** Of the request: what plugins read and what the upstream gets. */
  readonly headers: HeaderBag
  /** What plugins have put on the answer before there was one. */
  readonly answerHeaders: HeaderBag
  readonly shared: Map<string, unknown>
  readonly plan: Plan
  auth: Authenticated
  readonly body: RequestBody
}

/** The client's body, which is read when somebody asks for it. */
export interface RequestBody {
  /** The whole of it; a replacement where there is one. */
  whole(): Promise<Buffer>
  replace(bytes: Uint8Array): void
  /** What to send: bytes if the body was read or replaced, else the client's own stream. */
  current(): Buffer | IncomingMessage
}

/** Reads the head of a request. */
export function clientRequest(message: IncomingMessage, id: string, startedAt: number): ClientRequest {
  const [rawPath = '/', ...query] = (message.url ?? '/').split('?')
  const length = message.headers['content-length']
  return {
    id,
    startedAt,
    method: message.method ?? 'GET',
    rawPath,
    path: normalisedPath(rawPath),
    query: query.join('?'),
    httpVersion: message.httpVersion,
    ip: message.socket.remoteAddress ?? '',
    port: message.socket.remotePort ?? 0,
    host: (message.headers.host ?? '').replace(/:\d+$/, ''),
    serverPort: message.socket.localPort ?? 0,
    bodyLength: length === undefined ? undefined : Number(length),
  }
}

/** Begins an exchange: the route decides, no plugin has run. `service` is the match's own. */
export function exchangeFor(
  request: ClientRequest,
  match: Match,
  service: NonNullable<Match['service']>,
  message: IncomingMessage,
): Exchange {
  return {
    request,
    match,
    headers: headerBag(message.rawHeaders),
    answerHeaders: headerBag(),
    shared: new Map(),
    auth: {},
    body: requestBody(message),
    plan: {
      scheme: service.protocol,
      host: service.host,
      port: service.port,
      hostType: isIP(service.host.replace(/^\[|\]$/g, '')) ? 'ip' : 'name',
      hostHeader: match.route.preserve_host ? message.headers.host : undefined,
      method: request.method,
      path: match.path,
      query: request.query,
      retries: service.retries,
      connectTimeout: service.connect_timeout,
      writeTimeout: service.write_timeout,
      readTimeout: service.read_timeout,
    },
  }
}

function requestBody(message: IncomingMessage): RequestBody {
  let read: Promise<Buffer> | undefined
  let bytes: Buffer | undefined
  return {
    whole: async () => {
      read ??= buffer(message).then((all) => (bytes ??= all))
      return bytes ?? read
    },
    replace: (given) => {
      bytes = Buffer.from(given)
    },
    current: () => bytes ?? message,
  }
}
