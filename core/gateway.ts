import { translate } from './attempt.js'
import { chainFor } from './chain.js'
import type { ChatRequest } from './chat.js'
import type { Clock } from './clock.js'
import type { Endpoint, Endpoints } from './endpoint.js'
import { GatewayError } from './errors.js'
import { type Exchange, makeExchange } from './exchange.js'
import type { Framings } from './framing.js'
import { type JsonBody, readJsonBody } from './members.js'
import { isModelsPath, listModels, modelNotFound } from './model-list.js'
import { openExchanges } from './open-exchanges.js'
import { CLIENT_GONE, type Observer, type Outcome } from './outcome.js'
import { checkOverrides, type Overrides, withOverrides } from './overrides.js'
import { type Admission, admitAll, type Call, type Watch } from './policy.js'
import { promptCounts } from './prompt-counts.js'
import type { Dialect } from './provider.js'
import { jsonReply, type Reply } from './reply.js'
import type { Settings, Target } from './settings.js'

/** A client request as the host received it; `path` may carry a query, `header` looks up lower-case names. */
export interface Inbound {
  readonly method: string
  readonly path: string
  readonly requestId: string
  header(name: string): string | undefined
  /** What the gateway's own authentication established (claims of a verified token), by dotted path; never a client's words. */
  claim?(path: string): string | undefined
  /** Aborted once the client has gone; made when it is first asked for. Absent where the host cannot tell. */
  readonly hangUp?: () => AbortSignal
  /** What the gateway's configuration of the request's route changes. */
  readonly overrides?: Overrides
  readonly body: Uint8Array
}

export interface Gateway {
  /** Admits a request, or answers it: never throws. */
  open(inbound: Inbound): Promise<Reply | Exchange>
  /** What can be refused from the headers alone, before the body is read; undefined when the body is wanted. */
  precheck(inbound: Omit<Inbound, 'body'>): Promise<Reply> | Reply | undefined
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

/** The one orchestrator: from a client's request to an exchange, whatever host carries it. */
export function makeGateway(parts: GatewayParts): Gateway {
  const { clock, observer, endpoints } = parts
  const exchanges = openExchanges()
  let state: 'open' | 'closed' = 'open'

  const errorReply = (path: string, requestId: string, error: GatewayError): Reply => {
    const extra: Record<string, string> = { ...error.headers }
    if (error.retryAfter !== undefined) extra['retry-after'] = String(Math.ceil(error.retryAfter))
    if (error.code === 'method_not_allowed') extra['allow'] = isModelsPath(path) ? 'GET' : 'POST'
    return jsonReply(error.status, endpoints.errorsAt(path).encodeError(error, requestId), requestId, extra)
  }

  /** Ends a request that never became an exchange: its policies' halves are settled, and it is told of once. */
  const conclude = async (
    ended: Pick<Outcome, 'id' | 'path' | 'how' | 'status'> & Partial<Outcome>,
    arrivedAt: number,
    watches: readonly Watch[],
  ) => {
    const durationMs = clock.monotonic() - arrivedAt
    const outcome = { attempts: [], failures: [], cost: 0n, dropped: [], durationMs, overheadMs: durationMs, ...ended }
    for (const watch of watches) await watch.settle?.(outcome)
    observer.ended(outcome)
  }

  const refuse = async (
    path: string,
    requestId: string,
    cause: unknown,
    arrivedAt: number,
    more: { request?: ChatRequest; watches?: readonly Watch[] } = {},
  ): Promise<Reply> => {
    const error = asGatewayError(cause)
    await conclude(
      { id: requestId, path, how: 'refused', status: error.status, error, request: more.request },
      arrivedAt,
      more.watches ?? [],
    )
    return errorReply(path, requestId, error)
  }

  const answer = async (
    path: string,
    requestId: string,
    request: ChatRequest,
    endpoint: Endpoint,
    admission: Extract<Admission, { kind: 'answered' }>,
    arrivedAt: number,
  ): Promise<Reply> => {
    const encoder = endpoint.dialect.encodeEvents(request)
    const framing = framingFor(request, endpoint)
    const frames = [...admission.events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
    const body = joined(frames.map((frame) => framing.encode(frame)))
    await conclude({ id: requestId, path, how: 'complete', status: 200, request }, arrivedAt, admission.watches)
    return {
      kind: 'reply',
      status: 200,
      headers: { 'content-type': framing.contentType, 'x-request-id': requestId },
      body,
    }
  }

  const framingFor = ({ stream }: ChatRequest, { framing }: Endpoint) =>
    framing ?? (stream ? parts.framings.stream : parts.framings.whole)

  /** Ends a request whose client hung up before it was admitted: the reply goes nowhere. */
  const forsake = async (
    path: string,
    requestId: string,
    request: ChatRequest,
    watches: readonly Watch[],
    arrivedAt: number,
  ): Promise<Reply> => {
    await conclude({ id: requestId, path, how: 'cut', status: CLIENT_GONE, request }, arrivedAt, watches)
    return { kind: 'reply', status: CLIENT_GONE, headers: { 'x-request-id': requestId }, body: new Uint8Array(0) }
  }

  /** Throws what is wrong with the request line and headers; returns the endpoint when a request body follows. */
  const route = (inbound: Omit<Inbound, 'body'>, path: string, settings: Settings): Endpoint | undefined => {
    if (state === 'closed')
      throw new GatewayError('upstream_unavailable', 'Tollgate is shutting down.', { retryAfter: 1 })
    const endpoint = endpoints.at(path, inbound.path.slice(path.length + 1))
    const known = endpoint !== undefined || isModelsPath(path)
    if (!known) throw new GatewayError('not_found', `There is no ${inbound.method} ${path} here.`)
    const method = endpoint ? 'POST' : 'GET'
    if (inbound.method !== method) {
      throw new GatewayError('method_not_allowed', `${path} takes ${method}, not ${inbound.method}.`)
    }
    if (!endpoint) return undefined
    if (Number(inbound.header('content-length') ?? 0) > settings.maxBody) throw tooLarge(settings.maxBody)
    const coding = inbound.header('content-encoding')
    if (coding !== undefined && coding.toLowerCase() !== 'identity') {
      throw new GatewayError('malformed_request', 'Request bodies must not be compressed.', {
        param: 'content-encoding',
      })
    }
    return endpoint
  }

  const admit = (inbound: Inbound, request: ChatRequest, body: JsonBody, dialect: Dialect, settings: Settings) => {
    const { overrides } = inbound
    const model = settings.models.get(request.model)
    if (!model) throw modelNotFound(request.model)
    if (overrides) checkOverrides(overrides, request.model)
    const chain = chainFor(dialect, model.targets)
    if (chain.length === 0) throw notServed(request.model)
    const targets = isStrict(settings, inbound) ? expressible(request, body, dialect, chain) : chain
    const targetsOf = (name: string) => {
      const other = settings.models.get(name)
      const others = other && chainFor(dialect, other.targets)
      return others?.length === 0 ? undefined : others
    }
    const counts = promptCounts(settings.meter.countPrompt)
    const call: Call = {
      id: inbound.requestId,
      identity: overrides ? withOverrides(settings.identify(inbound), overrides) : settings.identify(inbound),
      targets,
      targetsOf,
      receivedAt: clock.now(),
      countPrompt: counts.count,
      promptCeiling: settings.meter.promptCeiling,
      signal: inbound.hangUp ?? neverAborted,
    }
    return { call, counts, admission: admitAll(settings.policies, request, call) }
  }

  const open = async (inbound: Inbound): Promise<Reply | Exchange> => {
    const arrivedAt = clock.monotonic()
    const settings = parts.settings()
    const { requestId } = inbound
    const path = pathOf(inbound.path)
    let request: ChatRequest | undefined
    let watches: readonly Watch[] = []
    try {
      const endpoint = route(inbound, path, settings)
      if (!endpoint) return listModels(path, settings, requestId, inbound.overrides)
      const { dialect } = endpoint
      if (inbound.body.length > settings.maxBody) throw tooLarge(settings.maxBody)
      const body = readJsonBody(inbound.body)
      request = dialect.decodeRequest(body.value, endpoint.place)
      const admitted = admit(inbound, request, body, dialect, settings)
      const admission = admitted.admission instanceof Promise ? await admitted.admission : admitted.admission
      if (admission.kind === 'answered') return await answer(path, requestId, request, endpoint, admission, arrivedAt)
      watches = admission.watches
      if (admission.kind === 'gone') return await forsake(path, requestId, request, watches, arrivedAt)
      if (admission.kind === 'refused')
        return await refuse(path, requestId, admission.error, arrivedAt, { request, watches })
      // A policy may have changed the request, or brought in another model's targets; the rest has been judged.
      const judged =
        admission.request === request && admission.targets.every((target) => admitted.call.targets.includes(target))
      const targets =
        isStrict(settings, inbound) && !judged
          ? expressible(admission.request, admission.request === request ? body : undefined, dialect, admission.targets)
          : admission.targets
      const [first] = targets
      if (!first) throw new GatewayError('internal_error', 'A policy left no target for this request.')
      const id = parts.newId()
      const exchange = makeExchange({
        id,
        requestId,
        path,
        dialect,
        request: admission.request,
        original: admission.request === request ? body : undefined,
        watches,
        framings: parts.framings,
        outgoing: framingFor(request, endpoint),
        meter: settings.meter,
        clock,
        settings,
        targets,
        outputCap: admission.outputCap,
        observer,
        arrivedAt,
        countPrompt: () => admitted.counts.count(admission.request, first),
        countedPrompt: () => admitted.counts.known(admission.request, first),
        admissionMs: clock.monotonic() - arrivedAt,
        reply: (error) => errorReply(path, requestId, error),
        over: () => exchanges.remove(id),
      })
      exchanges.add(exchange)
      return exchange
    } catch (cause) {
      return refuse(path, requestId, cause, arrivedAt, { request, watches })
    }
  }

  return {
    open,
    precheck(inbound) {
      const arrivedAt = clock.monotonic()
      const path = pathOf(inbound.path)
      try {
        const settings = parts.settings()
        const endpoint = route(inbound, path, settings)
        return endpoint ? undefined : listModels(path, settings, inbound.requestId, inbound.overrides)
      } catch (cause) {
        return refuse(path, inbound.requestId, cause, arrivedAt)
      }
    },
    find: exchanges.find,
    refuse: (inbound, error) => refuse(pathOf(inbound.path), inbound.requestId, error, clock.monotonic()),
    get openExchanges() {
      return exchanges.size()
    },
    settled: exchanges.settled,
    close() {
      state = 'closed'
    },
  }
}

const isStrict = (settings: Settings, { overrides }: Inbound) => settings.strict || overrides?.strict === true

/** Strict mode: the targets that can say all of the request; 422 naming the first field when there is none. */
function expressible(
  request: ChatRequest,
  original: JsonBody | undefined,
  dialect: Dialect,
  targets: readonly Target[],
): readonly Target[] {
  let field: string | undefined
  const able = targets.filter((target) => {
    const { provider } = target.upstream
    if (provider.dialect === dialect && !provider.adjust) return true
    const { dropped } = translate({ dialect, request, original }, target)
    field ??= dropped[0]
    return dropped.length === 0
  })
  if (able.length > 0 || field === undefined) return able
  throw new GatewayError('untranslatable', `No target of this model can express '${field}'.`, { param: field })
}

function notServed(model: string): GatewayError {
  return new GatewayError('malformed_request', `No target of the model '${model}' serves this API.`, { param: 'model' })
}

/** For hosts that cannot tell whether their client is still there. */
const neverAborted = () => new AbortController().signal

function asGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  return new GatewayError('internal_error', 'Tollgate failed to process this request.', { cause })
}

function tooLarge(maxBody: number): GatewayError {
  return new GatewayError('request_too_large', `The request body is larger than ${maxBody} bytes.`)
}

function pathOf(path: string): string {
  const query = path.indexOf('?')
  return query === -1 ? path : path.slice(0, query)
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
