import { type Asked, type Asking, admittedTargets } from './admit.js'
import { chainFor } from './chain.js'
import type { Endpoint, Endpoints } from './endpoint.js'
import { GatewayError } from './errors.js'
import type { Inbound } from './gateway.js'
import type { Identity } from './identity.js'
import { isModelsPath } from './model-list.js'
import { withOverrides } from './overrides.js'
import type { Admission } from './policy.js'
import { readRequest } from './reading.js'
import type { Settings, Target } from './settings.js'
import { then } from './transform.js'

/** A path without its query, and that. */
interface Place {
  readonly path: string
  readonly query: string
}

/** Throws what is wrong with the request line and headers; returns the endpoint when a request body follows. */
export function endpointFor(
  endpoints: Endpoints,
  { method, header }: Omit<Inbound, 'body'>,
  { path, query }: Place,
  { maxBody }: Pick<Settings, 'maxBody'>,
): Endpoint | undefined {
  const endpoint = endpoints.at(path, query)
  // A method that a model of Gemini's has and that is not here (`:embedText`) is no model to ask for.
  const known = endpoint !== undefined || (isModelsPath(path) && (method === 'GET' || !/:[A-Za-z]+$/.test(path)))
  if (!known) throw new GatewayError('not_found', `There is no ${method} ${path} here.`)
  const wanted = endpoint ? 'POST' : 'GET'
  if (method !== wanted) {
    throw new GatewayError('method_not_allowed', `${path} takes ${wanted}, not ${method}.`)
  }
  if (!endpoint) return undefined
  if (Number(header('content-length') ?? 0) > maxBody) throw tooLarge(maxBody)
  const coding = header('content-encoding')
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new GatewayError('malformed_request', 'Request bodies must not be compressed.', {
      param: 'content-encoding',
    })
  }
  return endpoint
}

/** Who is calling, by what the gateway in front and the route say. Throws `GatewayError` where nobody may call like this. */
export function identityOf(inbound: Omit<Inbound, 'body'>, { query }: Place, settings: Settings): Identity {
  const { header, claim, address, overrides } = inbound
  let parameters: URLSearchParams | undefined
  const identity = settings.identify({
    header,
    claim,
    address,
    query(name) {
      parameters ??= new URLSearchParams(query)
      return parameters.get(name) ?? undefined
    },
  })
  return overrides ? withOverrides(identity, overrides) : identity
}

/** Reads the body as its endpoint takes it; a long one in turns. Throws `GatewayError` for one that is none; `now` in milliseconds since the epoch. */
export function readAsking(
  inbound: Inbound,
  endpoint: Endpoint,
  settings: Settings,
  identity: Identity,
  now: number,
): Asking | Promise<Asking> {
  if (inbound.body.length > settings.maxBody) throw tooLarge(settings.maxBody)
  const contentType = inbound.header('content-type') ?? ''
  return then(readRequest(endpoint, inbound.body, contentType, settings.turns), ({ body, request, nativeOnly }) => {
    return { body, request, nativeOnly, inbound, endpoint, settings, identity, now }
  })
}

/** Who is asked for an admitted request; `own count`: nobody, the gateway counts the prompt itself as this target would. */
type Chain =
  | { readonly kind: 'targets'; readonly targets: readonly [Target, ...Target[]] }
  | { readonly kind: 'own count'; readonly target: Target }

/** The chain that an admitted request goes to. Throws `GatewayError` where nobody can take it as the policies have left it. */
export function chainOf(
  asking: Asking,
  asked: Asked,
  admission: Pick<Extract<Admission, { kind: 'admitted' }>, 'request' | 'targets'>,
): Chain | Promise<Chain> {
  return then(admittedTargets(asking, asked, admission), (targets) => chainFrom(asking, targets))
}

function chainFrom({ endpoint }: Asking, [first, ...others]: readonly Target[]): Chain {
  if (!first) throw new GatewayError('internal_error', 'A policy left no target for this request.')
  if (!endpoint.counts) return { kind: 'targets', targets: [first, ...others] }
  const [counting] = chainFor(endpoint.dialect, [first])
  if (!counting) return { kind: 'own count', target: first }
  return { kind: 'targets', targets: [counting, ...chainFor(endpoint.dialect, others)] }
}

/** A path as it was asked for, in two. */
export function placeOf(path: string): Place {
  const mark = path.indexOf('?')
  return mark === -1 ? { path, query: '' } : { path: path.slice(0, mark), query: path.slice(mark + 1) }
}

/** What anything else that was thrown is to a client. */
export function asGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  return new GatewayError('internal_error', 'Tollgate failed to process this request.', { cause })
}

function tooLarge(maxBody: number): GatewayError {
  return new GatewayError('request_too_large', `The request body is larger than ${maxBody} bytes.`)
}
