import type { Identity } from './identity.js'
import type { Meter } from './meter.js'
import type { Policy } from './policy.js'
import type { Credentials, ModelLimits, Provider, ProviderOptions } from './provider.js'
import type { Turns } from './turns.js'

/** One configured provider, ready to be called. */
export interface Upstream {
  /** Its name in the configuration. */
  readonly name: string
  readonly provider: Provider
  readonly credentials: Credentials
  readonly options?: ProviderOptions
  /** Host and port as the `:authority` that the provider expects. */
  readonly authority: string
  readonly scheme: 'http' | 'https'
  /** The path of the base URL, without a trailing slash. */
  readonly basePath: string
  /** Where it is, as the configuration says. */
  readonly region?: string
  /** The gateway's name for this endpoint (an Envoy cluster); it changes when the endpoint does. */
  readonly cluster: string
}

/** One provider and model that a request may be sent to. */
export interface Target {
  /** `provider/model`, as in headers, logs and errors. */
  readonly name: string
  readonly upstream: Upstream
  readonly model: string
  readonly limits: ModelLimits
  /** The same model of the same provider through its other APIs. */
  readonly others?: readonly Target[]
}

/** A model name that clients may use, with its fallback chain, best first; `chainFor` says which of it serves a request. */
export interface ModelRoute {
  readonly name: string
  readonly targets: readonly Target[]
}

/** Where an identity is read from. */
export interface Claims {
  /** A request header, by lower-case name. */
  header(name: string): string | undefined
  /** A claim of a token that the gateway has verified, by dotted path. */
  claim?(path: string): string | undefined
  /** A parameter of the URL's query, decoded. */
  query?(name: string): string | undefined
  /** The client's IP address as the gateway saw it, where the host can tell. */
  address?(): string | undefined
}

/** Milliseconds; where each one is enforced is told in the README's table. */
export interface Timeouts {
  readonly connect: number
  readonly firstToken: number
  readonly response: number
  readonly idle: number
  readonly drain: number
}

/** One validated configuration. An exchange keeps the settings that admitted it until it ends. */
export interface Settings {
  readonly models: ReadonlyMap<string, ModelRoute>
  /** The names of the guard sets that routes may ask for. */
  readonly guardSets: ReadonlySet<string>
  /** Refuse with 422 what a target cannot express, instead of dropping and reporting it. */
  readonly strict: boolean
  /** The largest request body, in bytes. */
  readonly maxBody: number
  readonly timeouts: Timeouts
  /** Tells this configuration from others, in records of what it decided. */
  readonly version: string
  /**
   * Reads who is calling from what the gateway in front has established, and from keys of Tollgate's own. Throws `GatewayError`
   * where nobody may call like this.
   */
  identify(request: Claims): Identity
  /** Whether a caller may use and see a model, as far as that can be said without a request; any may unless said. */
  mayUse?(identity: Identity, model: ModelRoute): boolean
  /** In the order in which they are asked. */
  readonly policies: readonly Policy[]
  readonly meter: Meter
  /** How work that takes long gives way. */
  readonly turns: Turns
  /** Seconds since the epoch; reported as `created` of every model. */
  readonly loadedAt: number
}
