import type { JsonObject } from '../../../core/json.js'
import type { Dialect } from '../../../core/provider.js'
import type { Reading } from '../answer-shape.js'
import type { Projection } from './projection.js'

/** Where a client sends its requests. */
export interface ClientPlace {
  /** The gateway's address, without a path. */
  readonly url: string
}

/** What is asked besides the request itself. */
export interface Asking {
  readonly model: string
  readonly stream: boolean
  /**
   * `own`: the answer was made by a provider of the client's dialect and passes as it is, so that it holds whatever that
   * provider's server writes; the library's helpers, which read only what the vendor itself writes, are left out.
   */
  readonly made: 'own' | 'translated'
}

/** One vendor's official client library. */
export interface ConformanceClient {
  readonly dialect: Dialect
  readonly projection: Projection
  /** Sends one request in the client's dialect and reads the first choice; never rejects. */
  ask(request: JsonObject, asking: Asking): Promise<readonly Reading[]>
}

/** Milliseconds that one request may take. */
export const CLIENT_TIMEOUT = 30_000
