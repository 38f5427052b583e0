import { type Asked, type Asking, ask } from './admit.js'
import type { ChatRequest } from './chat.js'
import type { Clock } from './clock.js'
import type { Endpoint, Endpoints, HeaderOf } from './endpoint.js'
import { GatewayError } from './errors.js'
import { type Exchange, makeExchange } from './exchange.js'
import type { Framings } from './framing.js'
import type { Identity } from './identity.js'
import { isModelsPath, listModels } from './model-list.js'
import { openExchanges } from './open-exchanges.js'
import { asGatewayError, chainOf, endpointFor, identityOf, placeOf, readAsking } from './opening.js'
import { CLIENT_GONE, type Observer, type Outcome } from './outcome.js'
import type { Overrides } from './overrides.js'
import { type Admission, auditsOf, type Notes, settleAll, type Watch } from './policy.js'
import { countedWhenAsked } from './prompt-counts.js'
import { jsonReply, type Reply } from './reply.js'
import type { Settings, Target } from './settings.js'
import { then } from './transform.js'

/** A client request as the host received it; `path` may carry a query, `header` looks up lower-case names. */
export interface Inbound {
  readonly method: string
  readonly path: string
  readonly requestId: string
  header(name: string): string | undefined
  /** What the gateway's own authentication established (claims of a verified token), by dotted path; never a client's words. */
  claim?(path: string): string | undefined
  /** The client's IP address as the gateway saw it; absent where the host cannot tell. */
  address?(): string | undefined
  /** Aborted once the client has gone; made when it is first asked for. Absent where the host cannot tell. */
  readonly hangUp?: () => AbortSignal
  /** What the gateway's configuration of the request's route changes. */
  readonly overrides?: Overrides
  readonly body: Uint8Array
}

export interface Gateway {
  /** Admits a request, or answers it: never throws, and is done at once where nobody must be waited for. */
  open(inbound: Inbound, wanted?: Wanted): Opened | Promise<Opened>
  /** What can be refused from the headers alone, before the body is read; `wanted` when the body is. */
  precheck(inbound: Omit<Inbound, 'body'>): Promise<Reply> | Reply | Wanted
  /** An exchange that is still open. */
  find(id: string): Exchange | undefined
  /** An error for a request that has no exchange, in the dialect of its path. */
  refuse(inbound: Pick<Inbound, 'path' | 'requestId'>, error: GatewayError): Promise<Reply>
  readonly openExchanges: number
  /** Resolves once the exchanges that are open now have been settled. */
  settled(): Promise<void>
  /** Refuses every request from now on; exchanges that are open go on. */
  close(): void
}

export type Opened = Reply | Exchange

/** What a request's headers have shown, so that it need not be found out again when its body has come. */
export interface Wanted {
  readonly kind: 'wanted'
  readonly settings: Settings
  readonly endpoint: Endpoint
  readonly identity: Identity
  /** Clock reading, milliseconds. */
  readonly at: number
}

/** How long what the headers have shown is believed, in milliseconds: a key may be revoked while a body is on its way. */
const BELIEVED = 100

export interface GatewayParts {
  /** The settings in force; asked once per request. */
  settings(): Settings
  readonly endpoints: Endpoints
  readonly framings: Framings
  readonly observer: Observer
  readonly clock: Clock
  /** An id that nobody can guess. */
  newId(): string
}

/** A request as it arrived: what its errors and its record are made from. */
interface Arrival {
  readonly policyVersion: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  readonly requestId: string
  /** Clock reading, milliseconds. */
  readonly at: number
  readonly header?: HeaderOf
}

/** What is known of a request by the time that it ends. */
interface Known {
  readonly identity?: Identity
  readonly request?: ChatRequest
  readonly watches?: readonly Watch[]
  readonly notes?: Notes
}

/** The one orchestrator: from a client's request to an exchange, whatever host carries it. */
export function makeGateway(parts: GatewayParts): Gateway {
  const { clock, observer, endpoints } = parts
  const exchanges = openExchanges()
  let state: 'open' | 'closed' = 'open'

  const arrivalOf = (
    inbound: Pick<Inbound, 'path' | 'requestId'> & { header?: HeaderOf },
    { version } = parts.settings(),
  ): Arrival => {
    const { path, query } = placeOf(inbound.path)
    const { requestId, header } = inbound
    return { policyVersion: version, path, query, requestId, at: clock.monotonic(), header }
  }

  const errorReply = (
    { path, requestId, header }: Pick<Arrival, 'path' | 'requestId' | 'header'>,
    error: GatewayError,
  ): Reply => {
    const extra: Record<string, string> = { ...error.headers }
    if (error.retryAfter !== undefined) extra['retry-after'] = String(Math.ceil(error.retryAfter))
    if (error.code === 'method_not_allowed') extra['allow'] = isModelsPath(path) ? 'GET' : 'POST'
    return jsonReply(error.status, endpoints.errorsAt(path, header).encodeError(error, requestId), requestId, extra)
  }

  /** Ends a request that never became an exchange: its policies' halves are settled, and it is told of once. */
  const conclude = async (
    { path, requestId, at, policyVersion }: Arrival,
    ended: Pick<Outcome, 'how' | 'status'> & Partial<Outcome>,
    { watches = [], identity, notes, request }: Known,
  ) => {
    const durationMs = clock.monotonic() - at
    const empty = { chain: [], attempts: [], failures: [], cost: 0n, dropped: [] }
    const who = { identity, label: notes?.label, request, policyVersion }
    const audits = auditsOf(watches)
    const outcome = { id: requestId, path, ...empty, ...who, audits, durationMs, overheadMs: durationMs, ...ended }
    const done = settleAll(watches, outcome)
    if (done instanceof Promise) await done
    observer.ended(outcome)
  }

  const refuse = async (arrival: Arrival, cause: unknown, known: Known = {}): Promise<Reply> => {
    const error = asGatewayError(cause)
    await conclude(arrival, { how: 'refused', status: error.status, error }, known)
    return errorReply(arrival, error)
  }

  const answer = async (
    arrival: Arrival,
    { request, endpoint, identity }: Asking,
    { events, watches, notes }: Pick<Extract<Admission, { kind: 'answered' }>, 'events' | 'watches' | 'notes'>,
  ): Promise<Reply> => {
    const encoder = endpoint.dialect.encodeEvents(request)
    const framing = framingFor(request, endpoint)
    const frames = [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
    const body = joined(frames.map((frame) => framing.encode(frame)))
    await conclude(arrival, { how: 'complete', status: 200 }, { request, identity, watches, notes })
    const headers = { 'content-type': framing.contentType, 'x-request-id': arrival.requestId }
    return { kind: 'reply', status: 200, headers, body }
  }

  const framingFor = ({ stream }: ChatRequest, { framing }: Endpoint) =>
    framing ?? (stream ? parts.framings.stream : parts.framings.whole)

  /** Ends a request whose client hung up before it was admitted: the reply goes nowhere. */
  const forsake = async (arrival: Arrival, known: Known): Promise<Reply> => {
    await conclude(arrival, { how: 'cut', status: CLIENT_GONE }, known)
    const headers = { 'x-request-id': arrival.requestId }
    return { kind: 'reply', status: CLIENT_GONE, headers, body: new Uint8Array(0) }
  }

  /** Throws what is wrong with the request line and headers; returns the endpoint when a request body follows. */
  const route = (inbound: Omit<Inbound, 'body'>, arrival: Arrival, settings: Settings): Endpoint | undefined => {
    if (state === 'closed')
      throw new GatewayError('upstream_unavailable', 'Tollgate is shutting down.', { retryAfter: 1 })
    return endpointFor(endpoints, inbound, arrival, settings)
  }

  /** The gateway's own count of a prompt, as the answer of an API that counts. */
  const count = async (
    arrival: Arrival,
    asking: Asking,
    { request, watches, notes }: Extract<Admission, { kind: 'admitted' }>,
    target: Target,
  ): Promise<Reply> => {
    const { tokens } = await asking.settings.meter.countPrompt(request, target)
    const events = [{ type: 'usage', usage: { prompt: tokens } }, { type: 'end' }] as const
    return answer(arrival, asking, { events, watches, notes })
  }

  const start = (
    arrival: Arrival,
    { request: asked, inbound, endpoint, settings, identity }: Asking,
    { counts, reading }: Asked,
    { request, watches, outputCap, notes }: Extract<Admission, { kind: 'admitted' }>,
    targets: readonly [Target, ...Target[]],
  ): Exchange => {
    const { dialect } = endpoint
    const [first] = targets
    const id = parts.newId()
    const exchange = makeExchange({
      id,
      requestId: arrival.requestId,
      path: arrival.path,
      dialect,
      request,
      asked: request.model === asked.model ? asked : { ...asked, model: request.model },
      original: request === reading().request ? reading().body : undefined,
      billing: endpoint.counts ? 'free' : undefined,
      watches,
      framings: parts.framings,
      outgoing: framingFor(asked, endpoint),
      length: inbound.body.length,
      meter: settings.meter,
      turns: settings.turns,
      clock,
      settings,
      targets,
      identity,
      label: notes.label,
      // Nobody could be told a cap in an API that has no word for it.
      outputCap: dialect.task === 'alone' ? undefined : outputCap,
      observer,
      arrivedAt: arrival.at,
      prompt: countedWhenAsked(counts, request, first),
      admissionMs: clock.monotonic() - arrival.at,
      header: arrival.header,
      reply: errorReply,
      over: () => exchanges.remove(id),
    })
    exchanges.add(exchange)
    return exchange
  }

  /** What the headers show: again where the configuration has changed since, or the body has taken its time. */
  const shown = (inbound: Inbound, arrival: Arrival, settings: Settings, wanted: Wanted | undefined) => {
    if (wanted?.settings === settings && state === 'open' && arrival.at - wanted.at <= BELIEVED) return wanted
    const endpoint = route(inbound, arrival, settings)
    return { endpoint, identity: identityOf(inbound, arrival, settings) }
  }

  const open = (inbound: Inbound, wanted?: Wanted): Opened | Promise<Opened> => {
    const settings = parts.settings()
    const arrival = arrivalOf(inbound, settings)
    let known: Known = {}
    const admitted = (asking: Asking, asked: Asked, admission: Admission): Opened | Promise<Opened> => {
      if (admission.kind === 'answered') return answer(arrival, asking, admission)
      const { watches, notes } = admission
      known = { identity: asking.identity, request: asking.request, watches, notes }
      if (admission.kind === 'gone') return forsake(arrival, known)
      if (admission.kind === 'refused') return refuse(arrival, admission.error, known)
      return then(chainOf(asking, asked, admission), (chain): Opened | Promise<Opened> =>
        chain.kind === 'own count'
          ? count(arrival, asking, admission, chain.target)
          : start(arrival, asking, asked, admission, chain.targets),
      )
    }
    const failed = (cause: unknown) => refuse(arrival, cause, known)
    try {
      const { endpoint, identity } = shown(inbound, arrival, settings, wanted)
      known = { identity }
      if (!endpoint) return listModels({ ...inbound, ...arrival, identity }, settings)
      const opened = then(readAsking(inbound, endpoint, settings, identity, clock.now()), (asking) => {
        known = { identity, request: asking.request }
        return then(ask(asking), (asked) => then(asked.admission, (admission) => admitted(asking, asked, admission)))
      })
      return opened instanceof Promise ? opened.catch(failed) : opened
    } catch (cause) {
      return failed(cause)
    }
  }

  return {
    open,
    precheck(inbound) {
      const settings = parts.settings()
      const arrival = arrivalOf(inbound, settings)
      try {
        const endpoint = route(inbound, arrival, settings)
        const identity = identityOf(inbound, arrival, settings)
        if (!endpoint) return listModels({ ...inbound, ...arrival, identity }, settings)
        return { kind: 'wanted', settings, endpoint, identity, at: arrival.at }
      } catch (cause) {
        return refuse(arrival, cause)
      }
    },
    find: exchanges.find,
    refuse: (inbound, error) => refuse(arrivalOf(inbound), error),
    get openExchanges() {
      return exchanges.size()
    },
    settled: exchanges.settled,
    close() {
      state = 'closed'
    },
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}
