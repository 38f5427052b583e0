import type { JsonObject, JsonValue } from '../../core/json.js'

/** Addresses of one benchmark Envoy; all on 127.0.0.1. Without `processorPort` it is a bare proxy. */
export interface NoopEnvoy {
  readonly listenPort: number
  readonly adminPort: number
  readonly providerPort: number
  readonly processorPort?: number
  /** At which levels the processor is asked; both unless said. */
  readonly levels?: 'router' | 'router and upstream'
}

/** The Envoy bootstrap of the baselines: bare, or with a no-op processor at the router level, or at it and the upstream level. */
export function noopBootstrap(envoy: NoopEnvoy): JsonObject {
  const { processorPort, levels = 'router and upstream' } = envoy
  const extProc = processorPort !== undefined
  const twoLevels = extProc && levels === 'router and upstream'
  return {
    admin: { address: address(envoy.adminPort) },
    layered_runtime: {
      layers: [
        {
          name: 'static',
          static_layer: { 'envoy.reloadable_features.ext_proc_graceful_grpc_close': true },
        },
      ],
    },
    static_resources: {
      listeners: [listener(envoy.listenPort, extProc ? [twoLevels ? routerLevel : onlyLevel] : [])],
      clusters: [
        cluster('provider', envoy.providerPort, { http_protocol_options: {} }, twoLevels ? [upstreamLevel, codec] : []),
        ...(extProc
          ? [cluster('processor', processorPort, { http2_protocol_options: { max_concurrent_streams: 100_000 } }, [])]
          : []),
      ],
    },
  }
}

const BUFFER_LIMIT = 33_554_432

const codec = {
  name: 'envoy.filters.http.upstream_codec',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec',
  },
}

const routerLevel = extProcFilter('router', {
  request_header_mode: 'SEND',
  request_body_mode: 'BUFFERED',
  response_header_mode: 'SEND',
  response_body_mode: 'NONE',
  request_trailer_mode: 'SKIP',
  response_trailer_mode: 'SKIP',
})

/** The one level that does it all: the answer's body passes it as well. */
const onlyLevel = extProcFilter('only', {
  request_header_mode: 'SEND',
  request_body_mode: 'BUFFERED',
  response_header_mode: 'SEND',
  response_body_mode: 'STREAMED',
  request_trailer_mode: 'SKIP',
  response_trailer_mode: 'SKIP',
})

const upstreamLevel = extProcFilter('upstream', {
  request_header_mode: 'SEND',
  request_body_mode: 'NONE',
  response_header_mode: 'SEND',
  response_body_mode: 'FULL_DUPLEX_STREAMED',
  request_trailer_mode: 'SKIP',
  response_trailer_mode: 'SEND',
})

function extProcFilter(level: string, mode: JsonObject): JsonObject {
  return {
    name: `noop-${level}`,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor',
      grpc_service: {
        envoy_grpc: { cluster_name: 'processor' },
        initial_metadata: [{ key: 'x-noop-level', value: level }],
      },
      message_timeout: '10s',
      processing_mode: mode,
    },
  }
}

function listener(port: number, filters: readonly JsonObject[]): JsonObject {
  const router = {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
  }
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'bench',
    http_filters: [...filters, router],
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: 'provider', timeout: '0s' } }],
        },
      ],
    },
  }
  return {
    name: 'clients',
    address: address(port),
    per_connection_buffer_limit_bytes: BUFFER_LIMIT,
    filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }],
  }
}

function cluster(name: string, port: number, protocol: JsonObject, httpFilters: readonly JsonObject[]): JsonObject {
  const unlimited = { max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000, max_retries: 100 }
  const options: Record<string, JsonValue> = {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: protocol,
  }
  if (httpFilters.length > 0) options['http_filters'] = httpFilters
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    per_connection_buffer_limit_bytes: BUFFER_LIMIT,
    circuit_breakers: { thresholds: [unlimited] },
    typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
  }
}

function address(port: number): JsonObject {
  return { socket_address: { address: '127.0.0.1', port_value: port } }
}
