import type { Turns } from '../../core/turns.js'

/** How services are asked. */
export interface Services {
  readonly send: Send
  /** Texts that take long to cut up, or to write, are given turns with other work. */
  readonly turns: Turns
}

/** One call of a service that judges texts. */
export interface ServiceCall {
  readonly method: 'POST'
  /** Absolute, http or https. */
  readonly url: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The most bytes that its answer's body may have. */
  readonly most: number
  /**
   * Ends the call. A reason of the name `TimeoutError` says that the service took too long, and counts against it; any other that
   * nobody waits any more.
   */
  readonly signal: AbortSignal
}

/** What came back, whatever its status. */
export interface ServiceAnswer {
  readonly status: number
  header(name: string): string | undefined
  /** Decoded as UTF-8. */
  readonly body: string
}

/**
 * Carries calls to services. Rejects with a `ServiceFailure` where there is no answer; nothing is followed or decompressed.
 */
export type Send = (call: ServiceCall) => Promise<ServiceAnswer>

/** A service could not be asked, or its answer is none. The message is safe to log: it has no content and no secrets. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure'
}
