import { randomUUID } from 'node:crypto'
import { GatewayError } from '../core/errors.js'
import type { Exchange } from '../core/exchange.js'
import type { Gateway, Inbound, Wanted } from '../core/gateway.js'
import type { Reply } from '../core/reply.js'
import { then } from '../core/transform.js'
import { claimsIn } from './claims.js'
import type { Level } from './level.js'
import { constant, type HeaderChanges, type Outgoing } from './messages.js'
import {
  CODE_DETAILS_ATTRIBUTE,
  clusterAt,
  EXCHANGE_HEADER,
  isInternal,
  routeKey,
  SOURCE_ATTRIBUTE,
  targetHeader,
} from './names.js'

const EMPTY = new Uint8Array(0)

const WANT_BODY = constant({ kind: 'request-headers' })

/** Lets an answer pass; what the router adds to it is nobody's business outside. */
const PASS_ANSWER = constant({
  kind: 'response-headers',
  headers: { set: [], remove: ['x-envoy-upstream-service-time'] },
})

/**
 * The router-level filter: sees a client's request once, opens the exchange, writes the target chain into headers for
 * Envoy's retries, and settles when the request is over, after `quiet`: the upstream level may still be at work on the
 * last piece. Responses that Envoy makes itself become errors here.
 */
export function routerLevel(gateway: Gateway, quiet: (exchangeId: string) => Promise<void> | void): Level {
  let exchange: Exchange | undefined
  let inbound: Omit<Inbound, 'body'> | undefined
  let wanted: Wanted | undefined
  let clientHeaders: readonly string[] = []
  let refused = false
  let presence: 'there' | 'gone' = 'there'
  let hungUp: AbortController | undefined

  const hangUp = () => {
    hungUp ??= new AbortController()
    if (presence === 'gone') hungUp.abort()
    return hungUp.signal
  }

  const answer = (reply: Reply): Outgoing[] => {
    refused = true
    return [{ kind: 'immediate', status: reply.status, headers: Object.entries(reply.headers), body: reply.body }]
  }

  const open = (body: Uint8Array): readonly Outgoing[] | Promise<readonly Outgoing[]> => {
    if (!inbound) throw new Error('Envoy sent a request body before its headers.')
    return then(gateway.open({ ...inbound, body }, wanted), (opened) => {
      if (opened.kind === 'reply') return answer(opened)
      exchange = opened
      return [{ kind: 'request-body', headers: routing(opened, clientHeaders), route: 'again' }]
    })
  }

  return {
    exchangeId: () => exchange?.id,
    take(message) {
      switch (message.kind) {
        case 'request-headers': {
          const { headers, metadata, attributes } = message
          inbound = {
            method: headers.get(':method') ?? '',
            path: headers.get(':path') ?? '',
            requestId: headers.get('x-request-id') ?? randomUUID(),
            header: (name) => headers.get(name),
            claim: metadata && claimsIn(metadata, headers),
            address: () => attributes.get(SOURCE_ATTRIBUTE),
            hangUp,
          }
          clientHeaders = [...headers.keys()].filter(isInternal)
          if (message.endOfStream) return open(EMPTY)
          return then<Reply | Wanted, readonly Outgoing[]>(gateway.precheck(inbound), (checked) => {
            if (checked.kind === 'reply') return answer(checked)
            wanted = checked
            return [WANT_BODY]
          })
        }
        case 'request-body':
          return open(message.body)
        case 'response-headers': {
          const details = message.attributes.get(CODE_DETAILS_ATTRIBUTE) ?? ''
          if (refused) return [PASS_ANSWER]
          if (exchange?.committed()) {
            if (!isEnvoysOwn(details)) return [PASS_ANSWER]
            exchange.unseen()
          }
          if (exchange) return answer(exchange.fail(lossOf(details)))
          return gateway
            .refuse(inbound ?? { path: '', requestId: randomUUID() }, refusalOf(message.headers))
            .then(answer)
        }
        case 'request-trailers':
        case 'response-trailers':
          return [{ kind: message.kind }]
        case 'response-body':
        case 'unknown':
          return []
      }
    },
    left() {
      presence = 'gone'
      hungUp?.abort()
    },
    async closed() {
      const open = exchange
      if (!open) return
      await quiet(open.id)
      // HTTP/2 keeps a stream, and with it this, well beyond its end; the request need not be kept as long.
      exchange = undefined
      inbound = undefined
      wanted = undefined
      await open.settle(refused ? 'refused' : open.delivered() ? 'complete' : 'cut')
    },
  }
}

/** The chain as headers, with everything internal that a client sent taken away. */
function routing(exchange: Exchange, clientHeaders: readonly string[]): HeaderChanges {
  const set: (readonly [string, string])[] = exchange.places.map((_, index) => [
    targetHeader(index + 1),
    routeKey(clusterAt(exchange, index + 1)),
  ])
  set.push(
    [EXCHANGE_HEADER, exchange.id],
    ['x-envoy-max-retries', String(exchange.places.length - 1)],
    ['x-envoy-upstream-rq-per-try-timeout-ms', String(exchange.attemptTimeout)],
  )
  const written = new Set(set.map(([name]) => name))
  return { set, remove: clientHeaders.filter((name) => !written.has(name)) }
}

/** Whether Envoy made an answer by itself, the provider's having been broken off in the moment in which it began. */
function isEnvoysOwn(details: string): boolean {
  return details !== '' && !details.startsWith('via_upstream')
}

/** What Envoy's response code details say of the last attempt. */
function lossOf(details: string): GatewayError | undefined {
  if (details.includes('per_try_timeout') || details.includes('response_timeout') || details.includes('idle_timeout')) {
    return new GatewayError('upstream_timeout', 'no answer in time')
  }
  if (details.includes('connection') || details.includes('reset')) {
    return new GatewayError('upstream_error', 'connection failed')
  }
  return undefined
}

/** Envoy answered before Tollgate was asked for anything: most likely the body outgrew its buffer. */
function refusalOf(headers: ReadonlyMap<string, string>): GatewayError {
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
