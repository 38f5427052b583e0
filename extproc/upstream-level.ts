import type { Answer, AnswerStream } from '../core/answer.js'
import type { Attempt } from '../core/attempt.js'
import { GatewayError } from '../core/errors.js'
import type { Exchange } from '../core/exchange.js'
import type { Gateway } from '../core/gateway.js'
import type { Place } from '../core/places.js'
import { type AsyncTransform, then } from '../core/transform.js'
import { type Unpack, unpacked } from '../core/unpacked.js'
import type { Passing } from './elsewhere.js'
import type { Headers } from './header-map.js'
import type { Level } from './level.js'
import type { HeaderChanges, HeaderPairs, Incoming, Outgoing } from './messages.js'
import { AGAIN, ATTEMPT_COUNT_HEADER, CLUSTER_ATTRIBUTE, clusterAt, EXCHANGE_HEADER, isInternal } from './names.js'
import type { MessageStream } from './stream.js'

type HeadersMessage = Extract<Incoming, { kind: 'request-headers' | 'response-headers' }>
type Steps = readonly Outgoing[] | Promise<readonly Outgoing[]>

export interface UpstreamHooks {
  /** What becomes of a stream whose exchange this process does not hold: the request's two filter levels met different processes. */
  unknownExchange(id: string): Passing
  /** Undoes a provider's content coding. */
  readonly unpack: Unpack
  /** Where what is known without another message from Envoy goes; failing it breaks the response off where it stands. */
  readonly stream: Pick<MessageStream, 'send' | 'fail'>
}

/** How long the body of a failure may take, in milliseconds; its status is known, only its message is missing. */
export const ERROR_BODY_TIMEOUT = 5_000

/** Between the last byte of an answer that is stopped and the end of its connections, in milliseconds. */
const CUT_OFF_DELAY = 50

/**
 * The upstream-level filter: one stream per attempt. Replaces the request by the one for this target, and passes the
 * response on, holding its headers until the attempt is known to be good. A failure's status in the place of those
 * headers makes Envoy's router try the next target.
 */
export function upstreamLevel(gateway: Gateway, hooks: UpstreamHooks): Level {
  return new UpstreamLevel(gateway, hooks)
}

class UpstreamLevel implements Level {
  private readonly gateway: Gateway
  private readonly hooks: UpstreamHooks
  private attempt: Attempt | undefined = undefined
  private answer: AnswerStream | undefined = undefined
  private body: AsyncTransform<Uint8Array, Answer> | undefined = undefined
  private idleTimeout = 0
  private idle: NodeJS.Timeout | undefined = undefined
  private deadline: NodeJS.Timeout | undefined = undefined
  private cutOff: NodeJS.Timeout | undefined = undefined
  private providerHeaders = NO_NAMES
  private id: string | undefined = undefined
  /** Whether the next place is a spare one that is of use. */
  private wantsSpare: () => boolean = NEVER

  constructor(gateway: Gateway, hooks: UpstreamHooks) {
    this.gateway = gateway
    this.hooks = hooks
  }

  exchangeId(): string | undefined {
    return this.id
  }

  take(message: Incoming): Steps {
    switch (message.kind) {
      case 'request-headers':
        return this.start(message)
      case 'response-headers':
        return this.respond(message)
      case 'response-body': {
        const { answer } = this
        if (!message.endOfStream && answer?.body === this.body && answer?.forward(message.body)) {
          this.idle?.refresh()
          return [{ kind: 'response-body', pieces: [message.body], endOfStream: false }]
        }
        return this.proceed(message.body, message.endOfStream ? 'last' : 'more')
      }
      case 'response-trailers':
        return then(this.finish(), (out) => [...out, { kind: 'response-trailers' } as const])
      case 'request-body':
      case 'request-trailers':
      case 'unknown':
        return []
    }
  }

  // Whether a stream that ends early lost its provider or its client is known only at the router level.
  closed(): void {
    clearTimeout(this.idle)
    clearTimeout(this.deadline)
    clearTimeout(this.cutOff)
    // HTTP/2 keeps a stream, and with it this, well beyond its end; the request need not be kept as long.
    this.attempt = undefined
    this.answer = undefined
    this.body = undefined
    this.providerHeaders = NO_NAMES
  }

  private start({ headers, attributes }: HeadersMessage): Steps {
    const id = headers.get(EXCHANGE_HEADER) ?? ''
    const exchange = this.gateway.find(id)
    if (!exchange) return this.hooks.unknownExchange(id) === 'refused' ? [REFUSED] : []
    this.id = id
    this.idleTimeout = exchange.idleTimeout
    const number = Number(headers.get(ATTEMPT_COUNT_HEADER) ?? 1)
    const { places } = exchange
    const place = places[number - 1]
    const cluster = attributes.get(CLUSTER_ATTRIBUTE)
    // Sending one provider's credentials to another's endpoint is the one mistake that cannot be undone.
    if (!place || cluster !== clusterAt(exchange, number)) return [REFUSED]
    // An answer would end the request; before other targets nobody is there to be asked, and Envoy goes on by itself.
    if (!exchange.isWanted(place)) return cluster === exchange.targets[place.index]?.upstream.cluster ? [REFUSED] : []
    // What an attempt throws the exchange has noted; the router level tells the client.
    const unable = () => [REFUSED]
    const ask = (made: Attempt) => {
      this.attempt = made
      const next = places[number]
      this.wantsSpare = wantedIn(exchange, next)
      return [requestFor(made, headers, next === undefined ? 'last' : 'before-last')]
    }
    try {
      const made = exchange.attempt(place.index)
      return made instanceof Promise ? made.then(ask, unable) : ask(made)
    } catch {
      return unable()
    }
  }

  private respond({ headers, endOfStream }: HeadersMessage): Steps {
    if (!this.attempt) return []
    this.providerHeaders = [...headers.keys()].filter((name) => !name.startsWith(':'))
    const status = Number(headers.get(':status') ?? 0)
    const answer = this.attempt.respond(status, (name) => headers.get(name))
    if (status >= 300) this.deadline = setTimeout(() => this.giveUpOnBody(), ERROR_BODY_TIMEOUT)
    const body = unpacked(headers.get('content-encoding'), answer.body, this.hooks.unpack)
    this.answer = answer
    this.body = body
    const opening = this.outgoing(answer.opening)
    return endOfStream ? then(body.end('complete'), (rest) => [...opening, ...this.outgoing(rest)]) : opening
  }

  private proceed(chunk: Uint8Array, ending: 'more' | 'last'): Steps {
    if (!this.body) return []
    this.idle?.refresh()
    const pushed = chunk.length > 0 ? this.body.push(chunk) : []
    const steps = pushed instanceof Promise ? pushed.then((made) => this.outgoing(made)) : this.outgoing(pushed)
    if (ending === 'more') return steps
    return then(steps, (made) => then(this.finish(), (rest) => lastOf([...made, ...rest])))
  }

  private finish(): Steps {
    return then(this.body?.end('complete') ?? [], (made) => this.outgoing(made))
  }

  private outgoing(answers: readonly Answer[]): readonly Outgoing[] {
    const out: Outgoing[] = []
    const pieces: Uint8Array[] = []
    for (const step of answers) {
      switch (step.kind) {
        case 'head':
          this.idle = setTimeout(() => this.silent(), this.idleTimeout)
          out.push({ kind: 'response-headers', headers: this.headChanges(step.status, step.headers) })
          break
        case 'bytes':
          pieces.push(step.bytes)
          break
        case 'failed':
          out.push(this.failedHead(step.status))
          break
        case 'stop':
        case 'cut':
          // The client has the answer's end; a moment later nothing of it can be lost in buffers any more.
          this.cutOff = setTimeout(() => this.hooks.stream.fail(), CUT_OFF_DELAY)
          break
        case 'end':
          break
      }
    }
    if (pieces.length > 0) out.push({ kind: 'response-body', pieces, endOfStream: false })
    return out
  }

  private failedHead(status: number): Outgoing {
    return {
      kind: 'response-headers',
      headers: this.headChanges(status, {}),
      ...(this.wantsSpare() && { metadata: AGAIN }),
    }
  }

  private silent(): void {
    const error = new GatewayError('upstream_timeout', `The provider sent nothing for ${this.idleTimeout} ms.`)
    this.hooks.stream.send(this.outgoing(this.answer?.abort(error) ?? []))
    this.hooks.stream.fail()
  }

  private giveUpOnBody(): void {
    const ended = this.body?.end('cut') ?? []
    if (!(ended instanceof Promise)) this.hooks.stream.send(this.outgoing(ended))
  }

  private headChanges(status: number, headers: Readonly<Record<string, string>>): HeaderChanges {
    const remove = this.providerHeaders.filter((name) => !Object.hasOwn(headers, name))
    // An answer has one head.
    this.providerHeaders = NO_NAMES
    return { set: [[':status', String(status)] as const, ...Object.entries(headers)], remove }
  }
}

const NO_NAMES: readonly string[] = []

const NEVER = () => false

/** Not a closure of its caller's, which would keep the request's headers for as long as the stream. */
const wantedIn = (exchange: Exchange, place: Place | undefined) => () =>
  place?.kind === 'spare' && exchange.isWanted(place)

/** Where a route that rewrites paths keeps the client's own, query and all: a key may stand in it. */
const ORIGINAL_PATH = 'x-envoy-original-path'

/** The request for this target in the place of the client's; of the client's headers nothing is left. */
function requestFor({ request, target }: Attempt, headers: Headers, place: 'last' | 'before-last'): Outgoing {
  const set: HeaderPairs = [
    [':method', request.method],
    [':path', request.path],
    [':scheme', target.upstream.scheme],
    [':authority', target.upstream.authority],
    ['accept-encoding', 'identity'],
    ...Object.entries(request.headers),
  ]
  const kept = new Set(set.map(([name]) => name)).add('host')
  // Envoy chooses the next target by the headers as this attempt leaves them, so ours stay until the last one.
  const stays = (name: string) =>
    name.startsWith(':') || kept.has(name) || (place === 'before-last' && isInternal(name) && name !== ORIGINAL_PATH)
  const remove = [...headers.keys()].filter((name) => !stays(name))
  return { kind: 'request-headers', headers: { set, remove }, replaceBody: request.body }
}

/** A failed attempt for Envoy; its body is never seen, the router level writes the client's error. */
export const REFUSED: Outgoing = { kind: 'immediate', status: 503, headers: [], body: new Uint8Array(0) }

/**
 * Marks the end of the response on what is sent last. It comes only when the provider's own end has come: Envoy (1.40) logs a
 * use after free when a response ends before the provider's does.
 */
function lastOf(steps: readonly Outgoing[]): readonly Outgoing[] {
  const last = steps.at(-1)
  if (last?.kind === 'response-body') return [...steps.slice(0, -1), { ...last, endOfStream: true }]
  return [...steps, { kind: 'response-body', pieces: [], endOfStream: true }]
}
