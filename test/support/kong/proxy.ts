import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { errorAnswer, gatewayError, type OwnAnswer } from './answers.js'
import type { Peer, UpstreamBalancer } from './balancer.js'
import type { Exchange } from './exchange.js'
import type { Faults } from './faults.js'
import { upstreamHeaders } from './proxy-headers.js'
import { ask, type Connections, type Tried, type UpstreamTls } from './upstream-request.js'

/** What a request needs on its way to the upstream. */
export interface ProxyContext {
  readonly balancers: ReadonlyMap<string, UpstreamBalancer>
  readonly tls: UpstreamTls
  readonly connections: Connections
  readonly faults: Faults
}

/** What came of it, before anything is sent to the client. */
export type Proxied =
  | { readonly kind: 'answer'; readonly answer: OwnAnswer; readonly tries: readonly Peer[] }
  | {
      readonly kind: 'upstream'
      readonly answer: IncomingMessage
      readonly tries: readonly Peer[]
      /** Ends the upstream's request, and the count of those under way. */
      release(): void
    }

/** Sends a request to where its plan says; connections that fail are tried again as often as the service allows. */
export async function proxy(exchange: Exchange, context: ProxyContext, signal: AbortSignal): Promise<Proxied> {
  const { plan, request } = exchange
  const tries: Peer[] = []
  const own = (answer: OwnAnswer): Proxied => ({ kind: 'answer', answer, tries })
  const peers = peersFor(exchange, context)
  if (peers === undefined) return own(gatewayError(500, request.id))

  if (exchange.match.route.request_buffering && hasBody(exchange)) await exchange.body.whole()
  const body = hasBody(exchange) ? exchange.body.current() : undefined
  for (;;) {
    const peer = peers(tries)
    if (!peer) return own(errorAnswer(503, 'failure to get a peer from the ring-balancer', request.id))
    tries.push(peer)
    const headers = upstreamHeaders(exchange, peer, lengthOf(body, exchange))
    const done = peer.begin?.() ?? (() => undefined)
    const tried = await ask(peer, { ...context, plan, headers, body }, signal)
    if (tried.kind === 'answered') {
      const status = tried.answer.statusCode ?? 0
      peer.report?.(status === 504 ? 'timeout' : { status })
      const release = () => {
        done()
        tried.request.destroy()
      }
      return { kind: 'upstream', answer: tried.answer, tries, release }
    }
    done()
    if (tried.kind === 'unreachable' && tries.length <= plan.retries && !signal.aborted) {
      peer.report?.(tried.why === 'timeout' ? 'timeout' : 'tcp_failure')
      continue
    }
    // Of the last try Kong's health checks see the status only that the client gets.
    const status = statusFor(tried, peer)
    peer.report?.(status === 504 ? 'timeout' : { status })
    if (tried.kind === 'unreachable' && tried.why === 'unknown_name') {
      return own(errorAnswer(503, 'name resolution failed', request.id))
    }
    return own(gatewayError(status, request.id))
  }
}

/** Gives the peers of a request one after the other; undefined where Kong can send it nowhere. */
function peersFor(
  { plan }: Exchange,
  { balancers, faults }: ProxyContext,
): ((tried: readonly Peer[]) => Peer | undefined) | undefined {
  const { host, port } = plan
  const bare = host.replace(/^\[|\]$/g, '')
  const fixed = { host: bare, port, hostName: bare }
  if (plan.hostType === 'ip') {
    // What is an address at the beginning is taken for one at the end, and a name is none.
    if (isIP(bare)) return () => fixed
    faults.add('name_for_ip_service', host)
    return undefined
  }
  const balancer = balancers.get(host)
  return balancer ? balancer.next : () => fixed
}

function statusFor(tried: Exclude<Tried, { kind: 'answered' }>, peer: Peer): 502 | 503 | 504 {
  if (tried.why === 'timeout') return 504
  // Measured: a service's own name behind which nobody listens ends in 503.
  if (tried.kind === 'unreachable' && !peer.report && !isIP(peer.host)) return 503
  return 502
}

const hasBody = ({ headers, body }: Exchange) =>
  Buffer.isBuffer(body.current()) ||
  headers.get('content-length') !== undefined ||
  headers.get('transfer-encoding') !== undefined

/** The length to declare; undefined where the body goes in chunks. */
function lengthOf(body: Buffer | IncomingMessage | undefined, { request, plan }: Exchange): number | undefined {
  if (Buffer.isBuffer(body)) return body.length
  if (body === undefined) return ['POST', 'PUT', 'PATCH'].includes(plan.method) ? 0 : undefined
  return request.bodyLength
}
