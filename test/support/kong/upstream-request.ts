import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Peer } from './balancer.js'
import type { Plan } from './exchange.js'
import type { HeaderBag } from './headers.js'

/** How connections to upstreams are made. */
export interface Connections {
  readonly http: Agent
  readonly https: HttpsAgent
}

/** What the service says about TLS. */
export interface UpstreamTls {
  readonly verify: boolean
  /** PEM; the system's own where there are none. */
  readonly authorities: readonly string[]
}

/** How one try to reach a peer ended. */
export type Tried =
  | { readonly kind: 'answered'; readonly request: ClientRequest; readonly answer: IncomingMessage }
  /** Nothing of the request was sent, so it may be tried elsewhere. */
  | { readonly kind: 'unreachable'; readonly why: 'refused' | 'timeout' | 'unknown_name' }
  /** It was sent, or a part of it. */
  | { readonly kind: 'lost'; readonly why: 'reset' | 'timeout' }

/** Sends a request to one peer and waits for the head of the answer; an abort ends it whenever it comes. */
export async function ask(
  peer: Peer,
  { plan, headers, body, tls, connections }: Outgoing,
  signal: AbortSignal,
): Promise<Tried> {
  const options = {
    host: peer.host,
    port: peer.port,
    method: plan.method,
    path: plan.query === '' ? plan.path : `${plan.path}?${plan.query}`,
    headers: headers.toRaw(),
    setHost: false,
    signal,
  }
  const named = headers.get('host')?.replace(/:\d+$/, '') ?? peer.hostName
  const request =
    plan.scheme === 'http'
      ? httpRequest({ ...options, agent: connections.http })
      : httpsRequest({
          ...options,
          agent: connections.https,
          rejectUnauthorized: tls.verify,
          ...(tls.authorities.length > 0 && { ca: [...tls.authorities] }),
          servername: isIP(named) ? '' : named,
        })
  // Later failures are those of whoever reads the answer.
  request.on('error', () => undefined)

  const connected = await settled(request, plan.connectTimeout, (done) => {
    request.once('socket', (socket: Socket) => {
      if (!socket.connecting) return done('connected')
      socket.once(plan.scheme === 'https' ? 'secureConnect' : 'connect', () => done('connected'))
    })
  })
  if (connected.kind !== 'done') {
    const why = connected.kind === 'timeout' ? 'timeout' : connected.code === 'ENOTFOUND' ? 'unknown_name' : 'refused'
    return { kind: 'unreachable', why }
  }

  const answered = settled<IncomingMessage>(request, plan.readTimeout, (done) => request.once('response', done))
  if (body instanceof Uint8Array) request.end(body)
  else if (body === undefined) request.end()
  else upload(body, request)
  const result = await answered
  if (result.kind === 'done') return { kind: 'answered', request, answer: result.value }
  return { kind: 'lost', why: result.kind === 'timeout' ? 'timeout' : 'reset' }
}

/** An upload that breaks off takes the request with it; of one that nobody wants any more the rest is read and dropped. */
function upload(body: IncomingMessage, request: ClientRequest): void {
  body.pipe(request)
  body.once('close', () => {
    if (!body.complete) request.destroy()
  })
  request.once('close', () => {
    body.unpipe(request)
    body.resume()
  })
}

/** A request that is ready to go. */
export interface Outgoing {
  readonly plan: Plan
  readonly headers: HeaderBag
  /** A stream can be sent once. */
  readonly body: Buffer | IncomingMessage | undefined
  readonly tls: UpstreamTls
  readonly connections: Connections
}

type Settled<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'error'; readonly code: string | undefined }
  | { readonly kind: 'timeout' }

/** Waits for `start` to be done, for the request's error or for the time to pass; the request ends with the latter two. */
function settled<T>(
  request: ClientRequest,
  time: number,
  start: (done: (value: T) => void) => void,
): Promise<Settled<T>> {
  return new Promise((resolve) => {
    const end = (result: Settled<T>) => {
      clearTimeout(timer)
      request.off('error', failed)
      request.off('close', failed)
      resolve(result)
      if (result.kind !== 'done') request.destroy()
    }
    const failed = (error?: NodeJS.ErrnoException) => end({ kind: 'error', code: error?.code })
    const timer = setTimeout(() => end({ kind: 'timeout' }), time)
    request.once('error', failed)
    request.once('close', failed)
    start((value) => end({ kind: 'done', value }))
  })
}
