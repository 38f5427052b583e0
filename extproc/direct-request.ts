import type { Attempt } from '../core/attempt.js'
import type { Exchange } from '../core/exchange.js'
import type { HeaderPairs } from './messages.js'
import { clusterAt, DIRECT_HEADER, DIRECT_ROUTE, REQUEST_LINE_HEADER, routeKey, SET_PREFIX } from './names.js'

/**
 * Whether the router-level stream can see a request through by itself: nobody is asked after the first target, its answer is shown as a
 * whole, and the running Envoy, by the name of the request's route, has clusters that know what to do.
 */
export function isDirect(
  { places, answers }: Pick<Exchange, 'places' | 'answers'>,
  route: string | undefined,
): boolean {
  return route === DIRECT_ROUTE && places.length === 1 && answers === 'whole'
}

/**
 * The headers by which the one target's cluster makes the attempt's request of the client's. They name that cluster: any other one leaves
 * the request to its upstream level, which refuses what was not meant for it.
 */
export function directHeaders(
  exchange: Exchange,
  { request, target }: Attempt,
  length: 'stays' | 'is set again',
): HeaderPairs {
  const { scheme, authority } = target.upstream
  const pairs: (readonly [string, string])[] = [
    [DIRECT_HEADER, routeKey(clusterAt(exchange, 1))],
    [REQUEST_LINE_HEADER, `${request.method} ${scheme} ${authority} ${request.path}`],
    [length === 'stays' ? 'content-length' : `${SET_PREFIX}content-length`, String(request.body.length)],
  ]
  for (const name in request.headers) pairs.push([SET_PREFIX + name, request.headers[name] ?? ''])
  return pairs
}
