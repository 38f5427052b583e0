import { stringify } from 'yaml'
import { ANSWER_METADATA, LENGTH_MEMBER } from '../extproc/names.js'
import { BODY_SCRIPT } from './body-script.js'
import { bufferLimit, clusters, seconds } from './clusters.js'
import { routerLevelFilter } from './ext-proc-filter.js'
import { type EnvoyPlan, ROUTE_CONFIG } from './plan.js'
import { routeConfig, virtualHost } from './routes.js'
import { scriptFilter } from './script-filter.js'

/** Node's HTTP/2 server takes Envoy's stream resets for an attack; with this flag Envoy ends streams instead. */
const RUNTIME = {
  layers: [
    {
      name: 'tollgate',
      static_layer: { 'envoy.reloadable_features.ext_proc_graceful_grpc_close': true },
    },
  ],
}

/** A complete configuration in one file, for `envoy -c`. */
export function renderBootstrap(plan: EnvoyPlan): string {
  return yaml({
    layered_runtime: RUNTIME,
    static_resources: {
      listeners: [listener(plan, { route_config: withoutType(routeConfig(plan)) })].map(withoutType),
      clusters: clusters(plan).map(withoutType),
    },
  })
}

/** The pieces to paste into an Envoy that is already there, each under the place that it belongs in. */
export function renderParts(plan: EnvoyPlan): string {
  const header = [
    '# Parts of an Envoy configuration. Paste each where its comment says; see "Attach it to an existing Envoy" in the README.',
    '# Raise per_connection_buffer_limit_bytes on the listener to what `listener` says here: Envoy answers 413 above it.',
  ].join('\n')
  return `${header}\n${yaml({
    layered_runtime: RUNTIME,
    listener: { per_connection_buffer_limit_bytes: bufferLimit(plan.maxBody), ...balance(plan) },
    http_filters: httpFilters(),
    virtual_hosts: [virtualHost(plan)],
    clusters: clusters(plan).map(withoutType),
  })}`
}

/** The files of an Envoy that follows configuration changes; `directory` is where they will stand. */
export function renderFiles(plan: EnvoyPlan, directory: string): Readonly<Record<string, string>> {
  const source = (file: string) => ({
    resource_api_version: 'V3',
    path_config_source: { path: `${directory}/${file}`, watched_directory: { path: directory } },
  })
  // JSON is YAML that takes a fraction of the time to write; these are read by Envoy alone, and written with every reload.
  const resources = (list: readonly object[]) => `${JSON.stringify({ resources: list }, undefined, 1)}\n`
  const rds = { route_config_name: ROUTE_CONFIG, config_source: source('routes.yaml') }
  return {
    'clusters.yaml': resources(clusters(plan)),
    'routes.yaml': resources([routeConfig(plan)]),
    'listeners.yaml': resources([listener(plan, { rds })]),
    'bootstrap.yaml': yaml({
      node: { id: 'tollgate', cluster: 'tollgate' },
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
      layered_runtime: RUNTIME,
      dynamic_resources: { lds_config: source('listeners.yaml'), cds_config: source('clusters.yaml') },
    }),
  }
}

function listener(plan: EnvoyPlan, routes: object): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name: 'tollgate',
    address: { socket_address: { address: plan.listener.address, port_value: plan.listener.port } },
    per_connection_buffer_limit_bytes: bufferLimit(plan.maxBody),
    ...balance(plan),
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type':
                'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              stat_prefix: 'tollgate',
              use_remote_address: true,
              normalize_path: true,
              stream_idle_timeout: seconds(plan.idleTimeout),
              request_headers_timeout: '10s',
              http_filters: httpFilters(),
              ...routes,
            },
          },
        ],
      },
    ],
  }
}

/** Envoy's threads are what several Tollgate workers share, and connections stay with the thread that has accepted them. */
function balance({ listener }: EnvoyPlan): object {
  return listener.balance === 'even' ? { connection_balance_config: { exact_balance: {} } } : {}
}

function httpFilters(): readonly object[] {
  return [lengthFilter(), scriptFilter('tollgate.body', BODY_SCRIPT), routerLevelFilter(), routerFilter()]
}

/** Gives an answer its length back. */
function lengthFilter(): object {
  return {
    name: 'tollgate.length',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
      mutations: {
        response_mutations: [
          {
            append: {
              header: { key: 'content-length', value: `%DYNAMIC_METADATA(${ANSWER_METADATA}:${LENGTH_MEMBER})%` },
              append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
          },
        ],
      },
    },
  }
}

function routerFilter(): object {
  return {
    name: 'envoy.filters.http.router',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
  }
}

/** Where the field's type says what a resource is, Envoy refuses to be told again. */
function withoutType(resource: object): object {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => name !== '@type'))
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}
