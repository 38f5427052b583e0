import type { GatewayError } from '../core/errors.js'
import type { WireRequest } from '../core/provider.js'
import type { Upstream } from '../core/settings.js'

/** How the relay reaches providers. */
export interface Egress {
  /**
   * Sends `request` to the endpoint of `upstream` and to no other: it carries that endpoint's credentials. `receiver` is told what
   * comes of it, and never before this returns.
   */
  send(request: WireRequest, upstream: Upstream, receiver: Receiver): Sending
  /** Ends all connections. */
  close(): Promise<void>
}

/** Looks up a response header by its lower-case name; several of one name are joined by `, `. */
export type HeaderLookup = (name: string) => string | undefined

/** What becomes of one request: `head`, any number of chunks, then `end` or `failed`; nothing after that or after `destroy`. */
export interface Receiver {
  head(status: number, header: HeaderLookup): void
  chunk(bytes: Uint8Array): void
  end(): void
  /** There was no connection, or it broke off before the response's end. */
  failed(error: GatewayError): void
}

/** The request on its way. Has no deadlines of its own but the one for the connection. */
export interface Sending {
  /** No more chunks for now; one that is already here may still come. */
  pause(): void
  resume(): void
  /** Gives it up and cuts the other side off, where it has not come to its end. */
  destroy(): void
}
