/** What Envoy has to know of one configuration. Durations are milliseconds, sizes bytes. */
export interface EnvoyPlan {
  readonly listener: Listener
  /** Where Tollgate's external processor listens: `host:port` or `unix:/path`. */
  readonly extproc: string
  readonly clusters: readonly ProviderCluster[]
  /** The most attempts that a request of this configuration may have. */
  readonly longestChain: number
  readonly maxBody: number
  readonly connectTimeout: number
  /** The longest that an attempt may take before its first byte. */
  readonly attemptTimeout: number
  readonly idleTimeout: number
}

/** Where clients come to. `even`: each of Envoy's threads gets as many of their connections. */
export interface Listener {
  readonly address: string
  readonly port: number
  readonly balance?: 'even'
}

/** One provider endpoint; its name changes when the endpoint does. */
export interface ProviderCluster {
  readonly name: string
  /** The name in Envoy's statistics, stable over endpoint changes. */
  readonly statName: string
  readonly host: string
  readonly port: number
  readonly tls?: { readonly serverName: string; readonly caFile: string }
  readonly circuitBreaker: {
    readonly maxConnections: number
    readonly maxRequests: number
    readonly maxPendingRequests: number
  }
  readonly outlierDetection?: { readonly consecutiveErrors: number; readonly ejectFor: number }
  /** Absent means one at most. With several the provider may be asked again with another one. */
  readonly keys?: 'several'
}

/** The cluster of the external processor itself. */
export const EXTPROC_CLUSTER = 'tollgate_extproc'
export const ROUTE_CONFIG = 'tollgate'
