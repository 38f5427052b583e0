import type { GatewayError } from './errors.js'
import type { Framing } from './framing.js'
import type { JsonObject } from './json.js'
import type { Dialect, RequestPlace } from './provider.js'

/** Where clients send requests of one dialect. */
export interface Endpoint {
  readonly dialect: Dialect
  /** What the path says of the request. */
  readonly place?: RequestPlace
  /** How the answer stands in the body, where that is neither an event stream nor a plain body. */
  readonly framing?: Framing
  /** Whether bodies may come as `multipart/form-data`; as JSON they always may. */
  readonly form?: 'multipart'
  /**
   * The API counts a prompt and generates nothing, so it costs nothing. Where the first target has no such API the answer is
   * the gateway's own count, and nobody is asked.
   */
  readonly counts?: 'prompt'
  /** What a request refers to that only its provider knows; undefined where it has everything in it. */
  references?(body: JsonObject): References | undefined
}

/** A request that only targets of its own dialect can answer. */
export interface References {
  /** For a chain with other targets in it. */
  readonly refusal: GatewayError
  /** The request as far as it can be read: what policies see of it. */
  readonly rest: JsonObject
}

/** Looks up a request header by lower-case name. */
export type HeaderOf = (name: string) => string | undefined

/** Everything that clients may ask for, by path. */
export interface Endpoints {
  /** The endpoint at a path (without its query, which is '' or what follows the question mark). */
  at(path: string, query: string): Endpoint | undefined
  /** The dialect of errors on any path; some paths are those of several APIs, which their headers tell apart. */
  errorsAt(path: string, header?: HeaderOf): Dialect
}
