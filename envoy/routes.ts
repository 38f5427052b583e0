import { RETRIED_STATUSES } from '../core/failure.js'
import { ATTEMPT_COUNT_HEADER, DIRECT_ROUTE, routeKey, spareCluster, targetHeader } from '../extproc/names.js'
import { seconds } from './clusters.js'
import { type EnvoyPlan, ROUTE_CONFIG } from './plan.js'

const SPECIFIER = 'type.googleapis.com/envoy.extensions.router.cluster_specifiers.matcher.v3'

/**
 * The route table: everything goes to the cluster that the router-level filter named for this attempt. When Envoy
 * chooses again for a retry, its attempt count still says the previous attempt's number, so "1" selects the second target.
 */
export function routeConfig(plan: EnvoyPlan): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
    name: ROUTE_CONFIG,
    virtual_hosts: [virtualHost(plan)],
  }
}

/** One virtual host, to be used whole or as the pattern for an existing one. */
export function virtualHost(plan: EnvoyPlan): object {
  return {
    name: 'tollgate',
    domains: ['*'],
    include_request_attempt_count: true,
    routes: [
      {
        // By its name Tollgate knows that this Envoy's clusters can answer directly; another name turns that off.
        name: DIRECT_ROUTE,
        match: { prefix: '/' },
        route: {
          inline_cluster_specifier_plugin: {
            extension: {
              name: 'tollgate.target',
              typed_config: { '@type': `${SPECIFIER}.MatcherClusterSpecifier`, cluster_matcher: targetMatcher(plan) },
            },
          },
          // LLM answers take as long as they take; what bounds them are the timeouts per attempt and between bytes.
          timeout: '0s',
          idle_timeout: seconds(plan.idleTimeout),
          retry_policy: {
            retry_on: '5xx,reset,connect-failure,refused-stream,retriable-status-codes',
            retriable_status_codes: RETRIED_STATUSES,
            num_retries: Math.max(1, plan.longestChain - 1),
            per_try_timeout: seconds(plan.attemptTimeout),
            refresh_cluster_on_retry: true,
            retry_back_off: { base_interval: '0.001s', max_interval: '0.002s' },
          },
        },
      },
    ],
  }
}

function targetMatcher(plan: EnvoyPlan): object {
  const names = plan.clusters.flatMap(({ name, keys }) => (keys === 'several' ? [name, spareCluster(name)] : [name]))
  const onTarget = (attempt: number) => ({
    matcher: headerMatch(
      targetHeader(attempt),
      Object.fromEntries(names.map((name) => [routeKey(name), { action: clusterAction(name) }])),
    ),
  })
  const retries = Array.from({ length: Math.max(1, plan.longestChain - 1) }, (_, index) => [
    String(index + 1),
    onTarget(index + 2),
  ])
  return { ...headerMatch(ATTEMPT_COUNT_HEADER, Object.fromEntries(retries)), on_no_match: onTarget(1) }
}

function headerMatch(header: string, map: object): object {
  return {
    matcher_tree: {
      input: {
        name: header,
        typed_config: {
          '@type': 'type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput',
          header_name: header,
        },
      },
      exact_match_map: { map },
    },
  }
}

function clusterAction(cluster: string): object {
  return { name: cluster, typed_config: { '@type': `${SPECIFIER}.ClusterAction`, cluster } }
}
