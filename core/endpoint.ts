import type { Framing } from './framing.js'
import type { Dialect, RequestPlace } from './provider.js'

/** Where clients send requests of one dialect. */
export interface Endpoint {
  readonly dialect: Dialect
  /** What the path says of the request. */
  readonly place?: RequestPlace
  /** How the answer stands in the body, where that is neither an event stream nor a plain body. */
  readonly framing?: Framing
}

/** Everything that clients may ask for, by path. */
export interface Endpoints {
  /** The endpoint at a path (without its query, which is '' or what follows the question mark). */
  at(path: string, query: string): Endpoint | undefined
  /** The dialect of errors on any path. */
  errorsAt(path: string): Dialect
}
