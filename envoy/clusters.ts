import { isIP } from 'node:net'
import { AGAIN, HOST_METADATA, SPARE_MARK, spareCluster } from '../extproc/names.js'
import { type EnvoyPlan, EXTPROC_CLUSTER, type ProviderCluster } from './plan.js'
import { upstreamFilters } from './upstream-filters.js'

const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const CLUSTER_TYPE = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'

/** High enough that Envoy's defaults never refuse a request that Tollgate admitted. */
const UNLIMITED = 1_000_000

/**
 * How much may wait on its way to Tollgate, in bytes. Envoy (1.39 and 1.40) dies when a request is reset whose data waits above
 * the limit of this connection or of its stream, so neither limit may ever be met: a client that hangs up while a fast
 * provider is sending must not take the gateway down.
 */
const EXTPROC_BUFFER = 2 ** 30

/** All clusters of a plan: the external processor's and one per provider endpoint. */
export function clusters(plan: EnvoyPlan): readonly object[] {
  const providers = plan.clusters.flatMap((cluster) => {
    const own = providerCluster(cluster, plan)
    return cluster.keys === 'several' ? [own, spareOf(cluster, plan)] : [own]
  })
  return [extprocCluster(plan), ...providers]
}

function extprocCluster(plan: EnvoyPlan): object {
  return {
    '@type': CLUSTER_TYPE,
    name: EXTPROC_CLUSTER,
    connect_timeout: '1s',
    per_connection_buffer_limit_bytes: EXTPROC_BUFFER,
    ...resolution(plan.extproc),
    load_assignment: endpoint(EXTPROC_CLUSTER, addressOf(plan.extproc)),
    // Both filter levels of a request must meet in one process: one connection per worker, never two.
    typed_extension_protocol_options: {
      [HTTP_OPTIONS]: {
        '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
        explicit_http_config: {
          http2_protocol_options: {
            max_concurrent_streams: 100_000,
            initial_stream_window_size: 2 ** 31 - 1,
            initial_connection_window_size: 2 ** 31 - 1,
          },
        },
      },
    },
    circuit_breakers: {
      thresholds: [
        {
          max_connections: UNLIMITED,
          max_requests: UNLIMITED,
          max_pending_requests: UNLIMITED,
          max_retries: UNLIMITED,
        },
      ],
    },
  }
}

function providerCluster(cluster: ProviderCluster, plan: EnvoyPlan): object {
  const { host, port, tls, circuitBreaker, outlierDetection } = cluster
  return {
    '@type': CLUSTER_TYPE,
    name: cluster.name,
    alt_stat_name: cluster.statName,
    connect_timeout: seconds(plan.connectTimeout),
    per_connection_buffer_limit_bytes: bufferLimit(plan.maxBody),
    ...(isIP(host) === 0 ? { type: 'STRICT_DNS', dns_lookup_family: 'V4_PREFERRED' } : { type: 'STATIC' }),
    load_assignment: endpoint(cluster.name, { socket_address: { address: host, port_value: port } }),
    circuit_breakers: {
      thresholds: [
        {
          max_connections: circuitBreaker.maxConnections,
          max_requests: circuitBreaker.maxRequests,
          max_pending_requests: circuitBreaker.maxPendingRequests,
          max_retries: UNLIMITED,
        },
      ],
    },
    ...(outlierDetection && {
      outlier_detection: {
        consecutive_5xx: outlierDetection.consecutiveErrors,
        consecutive_gateway_failure: outlierDetection.consecutiveErrors,
        enforcing_consecutive_gateway_failure: 100,
        base_ejection_time: seconds(outlierDetection.ejectFor),
      },
    }),
    typed_extension_protocol_options: {
      [HTTP_OPTIONS]: {
        '@type': `type.googleapis.com/${HTTP_OPTIONS}`,
        // HTTP/2 where TLS negotiates it; plain-text servers get HTTP/1.1.
        ...(tls
          ? { auto_config: { http_protocol_options: {}, http2_protocol_options: {} } }
          : { explicit_http_config: { http_protocol_options: {} } }),
        http_filters: [
          ...upstreamFilters(cluster),
          {
            name: 'envoy.filters.http.upstream_codec',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec',
            },
          },
        ],
      },
    },
    ...(tls && { transport_socket: tlsSocket(tls) }),
  }
}

/**
 * The same provider, to be asked again only where the attempt before has left its mark. Otherwise the only host is an address that
 * every connection is refused at, so that Envoy's router tries the next cluster; it must not be ejected for that.
 */
function spareOf(cluster: ProviderCluster, plan: EnvoyPlan): object {
  const { outlierDetection: _, ...rest } = cluster
  const name = spareCluster(cluster.name)
  const marked = (address: object, mark: string) => ({
    endpoint: { address },
    metadata: { filter_metadata: { [HOST_METADATA]: { [SPARE_MARK]: mark } } },
  })
  const provider = { socket_address: { address: cluster.host, port_value: cluster.port } }
  return {
    ...providerCluster({ ...rest, name, statName: `${cluster.statName}_spare` }, plan),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [marked(provider, AGAIN_MARK), marked(NOBODY, 'nobody')] }],
    },
    lb_subset_config: {
      fallback_policy: 'DEFAULT_SUBSET',
      default_subset: { [SPARE_MARK]: 'nobody' },
      subset_selectors: [{ keys: [SPARE_MARK] }],
    },
  }
}

const [[, AGAIN_MARK]] = AGAIN.texts

/** Nothing can listen at port 0. */
const NOBODY = { socket_address: { address: '127.0.0.1', port_value: 0 } }

/** TLS with SNI; the certificate must chain to `caFile` and name the server. */
function tlsSocket(tls: NonNullable<ProviderCluster['tls']>): object {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni: tls.serverName,
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        validation_context: {
          trusted_ca: { filename: tls.caFile },
          match_typed_subject_alt_names: [subjectAltName(tls.serverName)],
        },
      },
    },
  }
}

function subjectAltName(name: string): object {
  return { san_type: isIP(name) === 0 ? 'DNS' : 'IP_ADDRESS', matcher: { exact: name } }
}

function endpoint(clusterName: string, address: object): object {
  return { cluster_name: clusterName, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] }
}

function resolution(address: string): object {
  if (address.startsWith('unix:')) return { type: 'STATIC' }
  return isIP(hostOf(address)) === 0 ? { type: 'STRICT_DNS' } : { type: 'STATIC' }
}

function addressOf(address: string): object {
  if (address.startsWith('unix:')) return { pipe: { path: address.slice('unix:'.length) } }
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  return { socket_address: { address: hostOf(address), port_value: port } }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '')
}

/** Protobuf JSON durations are seconds. */
export function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}s`
}

/**
 * Envoy answers 413 above its buffer; the slack leaves the refusal to Tollgate, in the client's dialect. Answers wait in the same
 * buffer: Envoy (1.40) dies when a stream runs ahead of its client by more than the listener's limit, so that is never small.
 */
export function bufferLimit(maxBody: number): number {
  return Math.max(maxBody + 64 * 1024, LEAST_BUFFER)
}

const LEAST_BUFFER = 32 * 2 ** 20
