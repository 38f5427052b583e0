import { setTimeout as delay } from 'node:timers/promises'
import { GatewayError } from '../core/errors.js'
import type { Gateway, Opened } from '../core/gateway.js'
import { CONTEXT_HEADERS } from '../core/signed-context.js'
import type { Unpack } from '../core/unpacked.js'
import type { Authenticate, RefusalReason } from './authenticate.js'
import { type Client, type ClientRequest, type ClientResponse, clientOf } from './client.js'
import type { Egress } from './egress.js'
import { relayExchange } from './exchange.js'
import { headerOf, inboundOf, requestIdOf } from './inbound.js'
import { listen } from './listener.js'
import { discardBody, readBody } from './request-body.js'

export interface RelayOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string
  readonly gateway: Gateway
  /** Not closed with the relay. */
  readonly egress: Egress
  readonly authenticate: Authenticate
  /** Undoes the content codings of providers that were asked for none. */
  readonly unpack: Unpack
  /** The largest request body in bytes, by the settings in force. */
  maxBody(): number
  /** Milliseconds that the gateway in front takes to notice failing health checks; 5 s unless said: two checks, 2 s apart. */
  readonly noticeTime?: number
  /** How many requests one connection of HTTP/1 may have; any number unless said. */
  readonly requestsPerConnection?: number
  /** A request came that the gateway in front did not send. */
  onRefusedContext(reason: RefusalReason): void
  /** Something threw that should not have; the request it happened on has been ended. */
  broken(error: unknown): void
}

export interface Relay {
  /** The address that it listens on, with the port that was chosen for port 0. */
  readonly address: string
  /**
   * From now on health checks fail and connections are not kept, so that the gateway in front goes elsewhere; requests are still
   * served. Resolves when it has had the time to notice; at once where nobody has ever asked for health.
   */
  drain(): Promise<void>
  /**
   * Leaves the address to others that listen there too: accepts nothing new, and ends connections by answers that say so, or once nobody
   * has used them for a second. Health checks go on to succeed, and requests to be served. Resolves when no connection is left.
   */
  retire(): Promise<void>
  /** Drains, stops accepting, and lets running requests take `grace` milliseconds (5 s) more before they are cut off. */
  close(grace?: number): Promise<void>
}

const HEALTH_PATH = '/healthz'

const DEFAULT_NOTICE_TIME = 5_000
const DEFAULT_GRACE = 5_000

const encoder = new TextEncoder()

/** Serves the requests that Kong sends on: admits them, asks providers for them, passes the answers back. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { gateway, egress, unpack, broken } = options
  let state: 'accepting' | 'retiring' | 'draining' = 'accepting'
  let watched: 'by nobody' | 'by health checks' = 'by nobody'

  const refuseContext = async (request: ClientRequest, client: Client, reason: RefusalReason) => {
    options.onRefusedContext(reason)
    const error = new GatewayError('upstream_unavailable', 'The request did not come through the expected gateway.')
    client.reply(await gateway.refuse({ path: request.url ?? '', requestId: requestIdOf(request) }, error))
    discardBody(request)
  }

  /** What becomes of a request; undefined where that has been told, or nobody waits for it. */
  const openedFor = async (request: ClientRequest, client: Client): Promise<Opened | undefined> => {
    const context = headerOf(request, CONTEXT_HEADERS.ingress)
    if (context === undefined && request.url === HEALTH_PATH && request.method === 'GET') {
      watched = 'by health checks'
      client.reply(state === 'draining' ? DRAINING : HEALTHY)
      return undefined
    }
    const who = options.authenticate(context)
    if (who.kind === 'refused') {
      await refuseContext(request, client, who.reason)
      return undefined
    }
    const inbound = inboundOf(request, who.caller, client.hangUp)
    const checked = await gateway.precheck(inbound)
    if (checked.kind === 'reply') {
      client.reply(checked)
      discardBody(request)
      return undefined
    }
    const limit = options.maxBody()
    const body = await readBody(request, limit)
    if (body === 'gone') return undefined
    if (body === 'too large') {
      const error = new GatewayError('request_too_large', `The request body is larger than ${limit} bytes.`)
      client.reply(await gateway.refuse(inbound, error))
      discardBody(request)
      return undefined
    }
    return gateway.open({ ...inbound, body }, checked)
  }

  const handle = async (request: ClientRequest, client: Client) => {
    // Not here, where the body would be kept for as long as the answer takes.
    const opened = await openedFor(request, client)
    if (opened?.kind === 'reply') client.reply(opened)
    else if (opened) await relayExchange(opened, { client, egress, unpack, broken })
  }

  const connections = () => (state === 'accepting' ? 'kept' : 'closed')
  const serve = (request: ClientRequest, response: ClientResponse) => {
    const client = clientOf(response, connections)
    handle(request, client).catch((error: unknown) => {
      client.cutOff()
      broken(error)
    })
  }

  const listener = await listen(options.address, serve, options.requestsPerConnection)
  return {
    address: listener.address,
    async drain() {
      state = 'draining'
      if (watched === 'by health checks') await delay(options.noticeTime ?? DEFAULT_NOTICE_TIME)
    },
    retire() {
      if (state === 'accepting') state = 'retiring'
      return listener.retire()
    },
    close(grace = DEFAULT_GRACE) {
      state = 'draining'
      return listener.close(grace)
    },
  }
}

const plain = (status: number, text: string) => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: encoder.encode(text),
})
const HEALTHY = plain(200, 'ok')
const DRAINING = plain(503, 'draining')
