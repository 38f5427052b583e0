import type { Exchange } from '../core/exchange.js'

/**
 * The names that Tollgate and its Envoy configuration agree on. Requests carry headers of this prefix only between the
 * two filter levels: whatever a client sends under that prefix is taken away first, and nothing of it reaches a provider.
 */
const INTERNAL_PREFIX = 'x-tollgate-'

/** Which exchange an upstream-level stream belongs to. */
export const EXCHANGE_HEADER = 'x-tollgate-exchange'

/** The route key of the cluster for attempt `n`, counted from 1. */
export const targetHeader = (n: number) => `x-tollgate-target-${n}`

/** A cluster as headers name it: its last part, a hash. A provider that fails sees these headers; they tell it nothing. */
export const routeKey = (cluster: string) => cluster.slice(cluster.lastIndexOf('_') + 1)

/** Envoy's own, set anew for each attempt, from 1. */
export const ATTEMPT_COUNT_HEADER = 'x-envoy-attempt-count'

/**
 * The dynamic metadata from which Envoy's load balancer takes what a host must be marked with, and the mark of the hosts of a spare
 * cluster that are the provider's. Without it none of them is chosen, but one at which nobody listens: Envoy finds that out at once
 * and goes on to the next place, while any answer of ours would be the client's.
 */
export const HOST_METADATA = 'envoy.lb'
export const SPARE_MARK = 'tollgate_spare'
export const AGAIN = { namespace: HOST_METADATA, texts: [[SPARE_MARK, 'again']] } as const

/** The cluster through which a target is asked again that others follow. */
export const spareCluster = (cluster: string) => `${cluster}s`

/** The cluster of attempt `n`, counted from 1. What comes after the last target may end the request, and needs no cluster of its own. */
export function clusterAt({ places, targets }: Pick<Exchange, 'places' | 'targets'>, n: number): string {
  const { index = -1, kind } = places[n - 1] ?? {}
  const cluster = targets[index]?.upstream.cluster ?? ''
  return kind === 'spare' && index < targets.length - 1 ? spareCluster(cluster) : cluster
}

/**
 * What the router level asks of the cluster where a request is answered directly, without an upstream level: for which cluster the request is
 * meant, by its route key; method, scheme, authority and path, separated by spaces; and by this prefix the headers.
 */
export const DIRECT_HEADER = 'x-tollgate-direct'
export const REQUEST_LINE_HEADER = 'x-tollgate-request'
export const SET_PREFIX = 'x-tollgate-set-'

/**
 * The dynamic metadata in which that cluster tells of the provider's answer, before Envoy holds it, and also where Envoy answers by itself after
 * all: the status, then names and values of headers by turns, with this between them.
 */
export const ANSWER_METADATA = 'tollgate.direct'
export const ANSWER_MEMBER = 'answer'
export const ANSWER_SEPARATOR = '\x1f'

/** In the same namespace, how long the client's answer is: Envoy takes the length away from one that replaces another in reply to headers. */
export const LENGTH_MEMBER = 'length'

/** The attribute that names a request's route, and the name by which the running Envoy says that its clusters can answer directly. */
export const ROUTE_ATTRIBUTE = 'xds.route_name'
export const DIRECT_ROUTE = 'tollgate'

/**
 * gRPC metadata that tells a stream's filter level. The router level's is absent in Envoys that were configured before bodies came with
 * headers.
 */
export const LEVEL_METADATA = 'x-tollgate-level'
export const UPSTREAM_LEVEL = 'upstream'
export const ROUTER_LEVEL = 'router'

/**
 * The headers in which a script in Envoy sends a whole body along with its headers: of a request to the router level, and of an answer that
 * is given directly. In base64 where it has bytes that a header cannot hold.
 */
export const BODY_HEADER = 'x-tollgate-body'
export const BASE64_BODY_HEADER = 'x-tollgate-body-base64'

/** The attribute that names the cluster of an attempt, and the one that says why Envoy answered by itself. */
export const CLUSTER_ATTRIBUTE = 'xds.cluster_name'
export const CODE_DETAILS_ATTRIBUTE = 'response.code_details'

/** The attribute that holds the address and port that Envoy takes for the client's. */
export const SOURCE_ATTRIBUTE = 'source.address'

/** The dynamic metadata in which Envoy's own JWT filter leaves what it has verified. */
export const VERIFIED_TOKENS = 'envoy.filters.http.jwt_authn'

/** That filter sets it to `false` where it was told to pass claims on without verifying their token. */
export const SIGNATURE_HEADER = 'x-jwt-signature-verified'

/** Headers that steer Envoy or Tollgate; clients have no say in them. */
export function isInternal(name: string): boolean {
  return name.startsWith(INTERNAL_PREFIX) || (name.startsWith('x-envoy-') && name !== 'x-envoy-external-address')
}
