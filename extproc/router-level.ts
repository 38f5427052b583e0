import { randomUUID } from 'node:crypto'
import type { Attempt } from '../core/attempt.js'
import { GatewayError } from '../core/errors.js'
import type { Exchange } from '../core/exchange.js'
import type { Gateway, Inbound, Wanted } from '../core/gateway.js'
import type { Reply } from '../core/reply.js'
import { then } from '../core/transform.js'
import type { Unpack } from '../core/unpacked.js'
import { claimsIn } from './claims.js'
import { type DirectAnswer, directAnswer } from './direct-answer.js'
import { directHeaders, isDirect } from './direct-request.js'
import type { Headers } from './header-map.js'
import type { Level } from './level.js'
import type { HeaderChanges, HeaderPairs, Incoming, Outgoing } from './messages.js'
import {
  BASE64_BODY_HEADER,
  BODY_HEADER,
  CODE_DETAILS_ATTRIBUTE,
  clusterAt,
  EXCHANGE_HEADER,
  isInternal,
  ROUTE_ATTRIBUTE,
  routeKey,
  SOURCE_ATTRIBUTE,
  targetHeader,
} from './names.js'
import type { MessageStream } from './stream.js'
import { constant } from './write-messages.js'

const EMPTY = new Uint8Array(0)

const WANT_BODY = constant({ kind: 'request-headers' })

/** Lets an answer pass; what the router adds to it is nobody's business outside. */
const PASS_ANSWER = constant({
  kind: 'response-headers',
  headers: { set: [], remove: ['x-envoy-upstream-service-time'] },
})

type HeadersMessage = Extract<Incoming, { kind: 'request-headers' | 'response-headers' }>
type Received = Omit<Inbound, 'body'> & { body: Uint8Array }
type Steps = readonly Outgoing[] | Promise<readonly Outgoing[]>

/** Whether Envoy sends bodies of some size with their headers; otherwise a header of that name is the client's own. */
export type Bodies = 'with headers' | 'apart'

export interface RouterHooks {
  /** Resolves once the upstream level is through: it may still be at work on the last piece when the request is over. */
  quiet(exchangeId: string): Promise<void> | void
  /** Undoes a provider's content coding. */
  readonly unpack: Unpack
}

/**
 * The router-level filter: sees a client's request once, opens the exchange, writes the target chain into headers for
 * Envoy's retries, and settles when the request is over. Where one target's whole answer is all that there can be, it makes the attempt too
 * and reads the answer (`isDirect`). Responses that Envoy makes itself become errors here. What is known without another message from
 * Envoy goes to `stream`.
 */
export function routerLevel(
  gateway: Gateway,
  hooks: RouterHooks,
  stream: Pick<MessageStream, 'send'>,
  bodies: Bodies = 'apart',
): Level {
  return new RouterLevel(gateway, hooks, stream, bodies)
}

class RouterLevel implements Level {
  private readonly gateway: Gateway
  private readonly hooks: RouterHooks
  private readonly stream: Pick<MessageStream, 'send'>
  private readonly bodies: Bodies
  /** What Envoy awaits an answer to. */
  private asked: 'request-headers' | 'request-body' = 'request-headers'
  private exchange: Exchange | undefined = undefined
  /** Where the request is answered directly, without an upstream level. */
  private direct: DirectAnswer | undefined = undefined
  private route: string | undefined = undefined
  private inbound: Received | undefined = undefined
  private wanted: Wanted | undefined = undefined
  private clientHeaders: readonly string[] = []
  private refused = false
  private presence: 'there' | 'gone' = 'there'
  private hungUp: AbortController | undefined = undefined

  constructor(gateway: Gateway, hooks: RouterHooks, stream: Pick<MessageStream, 'send'>, bodies: Bodies) {
    this.gateway = gateway
    this.hooks = hooks
    this.stream = stream
    this.bodies = bodies
  }

  take(message: Incoming): Steps {
    switch (message.kind) {
      case 'request-headers':
        return this.begin(message)
      case 'request-body':
        this.asked = 'request-body'
        return this.open(message.body)
      case 'response-headers':
        return this.respond(message)
      case 'request-trailers':
      case 'response-trailers':
        return [{ kind: message.kind }]
      case 'response-body':
        return this.direct?.body(message.body) ?? []
      case 'unknown':
        return []
    }
  }

  left(): void {
    this.presence = 'gone'
    this.hungUp?.abort()
  }

  async closed(): Promise<void> {
    const open = this.exchange
    this.direct?.stop()
    this.direct = undefined
    if (!open) return
    await this.hooks.quiet(open.id)
    // HTTP/2 keeps a stream, and with it this, well beyond its end; the request need not be kept as long.
    this.exchange = undefined
    this.inbound = undefined
    this.wanted = undefined
    await open.settle(this.refused ? 'refused' : open.delivered() ? 'complete' : 'cut')
  }

  exchangeId(): string | undefined {
    return this.exchange?.id
  }

  private begin(message: HeadersMessage): Steps {
    const inbound = inboundOf(message, hangUpOf(this))
    this.inbound = inbound
    this.route = message.attributes.get(ROUTE_ATTRIBUTE)
    this.clientHeaders = internalAmong(message)
    if (message.endOfStream) return this.open(EMPTY)
    const along = this.bodies === 'with headers' ? message.along : undefined
    return then<Reply | Wanted, readonly Outgoing[]>(this.gateway.precheck(inbound), (checked) => {
      if (checked.kind === 'reply') return this.answer(checked)
      this.wanted = checked
      return along ? this.open(along) : [WANT_BODY]
    })
  }

  private open(body: Uint8Array): Steps {
    const { inbound } = this
    if (!inbound) throw new Error('Envoy sent a request body before its headers.')
    inbound.body = body
    return then(this.gateway.open(inbound, this.wanted), (opened) => {
      if (opened.kind === 'reply') return this.answer(opened)
      this.exchange = opened
      // Who has gone needs no attempt.
      if (this.presence === 'there' && isDirect(opened, this.route)) return this.ask(opened)
      const headers = routing(opened, this.clientHeaders)
      return [
        this.asked === 'request-body'
          ? { kind: 'request-body', headers, route: 'again' }
          : { kind: 'request-headers', headers, route: 'again', body: 'unasked' },
      ]
    })
  }

  /** Makes the one attempt, whose request takes the place of the client's. */
  private ask(opened: Exchange): Steps {
    const fail = (loss?: GatewayError) => this.answer(opened.fail(loss))
    const made = (attempt: Attempt): readonly Outgoing[] => {
      const { attemptTimeout } = opened
      this.direct = directAnswer(attempt, { unpack: this.hooks.unpack, attemptTimeout, fail, stream: this.stream })
      const headers = routing(
        opened,
        this.clientHeaders,
        directHeaders(opened, attempt, this.asked === 'request-body' ? 'stays' : 'is set again'),
      )
      return [{ kind: this.asked, headers, replaceBody: attempt.request.body, route: 'again' }]
    }
    // What an attempt throws the exchange has noted.
    const unable = () => fail()
    try {
      const attempt = opened.attempt(0)
      return attempt instanceof Promise ? attempt.then(made, unable) : made(attempt)
    } catch {
      return unable()
    }
  }

  private respond(message: HeadersMessage): Steps {
    const { exchange, direct } = this
    const details = message.attributes.get(CODE_DETAILS_ATTRIBUTE) ?? ''
    if (this.refused) return [PASS_ANSWER]
    if (exchange?.committed()) {
      if (!isEnvoysOwn(details)) {
        exchange.seen()
        this.inbound = undefined
        this.wanted = undefined
        return [PASS_ANSWER]
      }
      exchange.unseen()
    }
    if (direct) {
      const loss = lossOf(details, 'asked ahead')
      return direct.head(message, isEnvoysOwn(details) ? { loss } : 'the provider')
    }
    if (exchange) return this.answer(exchange.fail(lossOf(details, 'as it was asked')))
    return this.gateway
      .refuse(this.inbound ?? { path: '', requestId: randomUUID() }, refusalOf(message.headers))
      .then((reply) => this.answer(reply))
  }

  private answer(reply: Reply): readonly Outgoing[] {
    this.refused = true
    return [{ kind: 'immediate', status: reply.status, headers: Object.entries(reply.headers), body: reply.body }]
  }

  hangUp(): AbortSignal {
    this.hungUp ??= new AbortController()
    if (this.presence === 'gone') this.hungUp.abort()
    return this.hungUp.signal
  }
}

/** Not a closure of its caller's, which would keep the request's body for as long as the stream. */
const hangUpOf = (level: RouterLevel) => () => level.hangUp()

function inboundOf({ headers, metadata, attributes }: HeadersMessage, hangUp: () => AbortSignal): Received {
  return {
    method: headers.get(':method') ?? '',
    path: headers.get(':path') ?? '',
    requestId: headers.get('x-request-id') ?? randomUUID(),
    header: (name) => headers.get(name),
    claim: metadata && claimsIn(metadata, headers),
    address: () => attributes.get(SOURCE_ATTRIBUTE),
    hangUp,
    body: EMPTY,
  }
}

function internalAmong({ headers, along }: HeadersMessage): readonly string[] {
  const names: string[] = along ? [BODY_HEADER, BASE64_BODY_HEADER] : []
  for (const name of headers.keys()) if (isInternal(name)) names.push(name)
  return names
}

/** The chain and what else there is to tell as headers, with everything internal that a client sent taken away. */
function routing(exchange: Exchange, clientHeaders: readonly string[], more: HeaderPairs = []): HeaderChanges {
  const set: (readonly [string, string])[] = []
  const count = exchange.places.length
  for (let place = 1; place <= count; place++) set.push([targetHeader(place), routeKey(clusterAt(exchange, place))])
  set.push(
    [EXCHANGE_HEADER, exchange.id],
    ['x-envoy-max-retries', String(count - 1)],
    ['x-envoy-upstream-rq-per-try-timeout-ms', String(exchange.attemptTimeout)],
  )
  for (const pair of more) set.push(pair)
  return { set, remove: clientHeaders.filter((name) => !set.some(([written]) => written === name)) }
}

/** With these details no host was chosen. */
const NOBODY: ReadonlySet<string> = new Set(['no_healthy_upstream', 'cluster_not_found'])

/** Whether Envoy made an answer by itself, the provider's having been broken off in the moment in which it began. */
function isEnvoysOwn(details: string): boolean {
  return details !== '' && !details.startsWith('via_upstream')
}

/** What Envoy's response code details say of the last attempt; one that was made ahead may never have been. */
function lossOf(details: string, attempt: 'asked ahead' | 'as it was asked'): GatewayError | undefined {
  if (attempt === 'asked ahead' && NOBODY.has(details)) {
    return new GatewayError('upstream_unavailable', 'No target could be called: none is healthy.')
  }
  if (attempt === 'asked ahead' && details.includes('payload_too_large')) {
    return new GatewayError('upstream_error', 'The provider sent an answer larger than the gateway buffers.')
  }
  if (details.includes('per_try_timeout') || details.includes('response_timeout') || details.includes('idle_timeout')) {
    return new GatewayError('upstream_timeout', 'no answer in time')
  }
  if (details.includes('connection') || details.includes('reset')) {
    return new GatewayError('upstream_error', 'connection failed')
  }
  return undefined
}

/** Envoy answered before Tollgate was asked for anything: most likely the body outgrew its buffer. */
function refusalOf(headers: Headers): GatewayError {
  const status = Number(headers.get(':status') ?? 0)
  if (status === 413)
    return new GatewayError('request_too_large', 'The request body is larger than the gateway buffers.')
  if (status === 401) return new GatewayError('invalid_api_key', 'The gateway does not know who is calling.')
  if (status === 403) return new GatewayError('model_not_allowed', 'The gateway refused the request.')
  if (status === 408) return new GatewayError('malformed_request', 'The request did not arrive in time.', { status })
  if (status >= 400 && status < 500)
    return new GatewayError('malformed_request', 'The gateway refused the request.', { status })
  return new GatewayError('upstream_unavailable', 'The gateway could not process the request.')
}
