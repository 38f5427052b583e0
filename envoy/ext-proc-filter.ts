import {
  ANSWER_METADATA,
  CLUSTER_ATTRIBUTE,
  CODE_DETAILS_ATTRIBUTE,
  HOST_METADATA,
  LEVEL_METADATA,
  ROUTE_ATTRIBUTE,
  ROUTER_LEVEL,
  SOURCE_ATTRIBUTE,
  UPSTREAM_LEVEL,
  VERIFIED_TOKENS,
} from '../extproc/names.js'
import { EXTPROC_CLUSTER, type ProviderCluster } from './plan.js'

const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor'

/** How long Envoy waits for one answer of Tollgate's; work on a huge prompt takes part of it. */
const MESSAGE_TIMEOUT = '30s'

/** The filter that opens and settles exchanges; it goes before the router filter. */
export function routerLevelFilter(): object {
  return {
    name: 'tollgate.router_level',
    typed_config: {
      '@type': TYPE,
      grpc_service: {
        envoy_grpc: { cluster_name: EXTPROC_CLUSTER },
        timeout: '0s',
        initial_metadata: [{ key: LEVEL_METADATA, value: ROUTER_LEVEL }],
      },
      failure_mode_allow: false,
      // A Tollgate that cannot be reached, or dies, is no fault of the request: clients try again after a 503.
      status_on_error: { code: 'ServiceUnavailable' },
      message_timeout: MESSAGE_TIMEOUT,
      mutation_rules: { allow_all_routing: true, allow_envoy: true },
      request_attributes: [SOURCE_ATTRIBUTE, ROUTE_ATTRIBUTE],
      response_attributes: [CODE_DETAILS_ATTRIBUTE],
      metadata_options: {
        forwarding_namespaces: { untyped: [VERIFIED_TOKENS, ANSWER_METADATA] },
        receiving_namespaces: { untyped: [ANSWER_METADATA] },
      },
      // Answers of requests that are answered directly are held.
      allow_mode_override: true,
      processing_mode: {
        request_header_mode: 'SEND',
        request_body_mode: 'BUFFERED',
        request_trailer_mode: 'SKIP',
        response_header_mode: 'SEND',
        response_body_mode: 'NONE',
        response_trailer_mode: 'SKIP',
      },
    },
  }
}

/** The filter that runs once per attempt, inside each provider's cluster. Where there are several keys it may mark the next one's host. */
export function upstreamLevelFilter(keys?: ProviderCluster['keys']) {
  return {
    name: 'tollgate.upstream_level',
    typed_config: {
      '@type': TYPE,
      grpc_service: {
        envoy_grpc: { cluster_name: EXTPROC_CLUSTER },
        timeout: '0s',
        initial_metadata: [{ key: LEVEL_METADATA, value: UPSTREAM_LEVEL }],
      },
      failure_mode_allow: false,
      message_timeout: MESSAGE_TIMEOUT,
      mutation_rules: { allow_all_routing: true, allow_envoy: true },
      request_attributes: [CLUSTER_ATTRIBUTE],
      ...(keys === 'several' && { metadata_options: { receiving_namespaces: { untyped: [HOST_METADATA] } } }),
      processing_mode: {
        request_header_mode: 'SEND',
        request_body_mode: 'NONE',
        request_trailer_mode: 'SKIP',
        response_header_mode: 'SEND',
        response_body_mode: 'FULL_DUPLEX_STREAMED',
        response_trailer_mode: 'SEND',
      },
    },
  }
}
