import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { egressHost } from '../core/egress-host.js'
import { GatewayError } from '../core/errors.js'
import { CONTEXT_HEADERS, type Sign, writeContext } from '../core/signed-context.js'
import type { Egress, HeaderLookup, Receiver, Sending } from './egress.js'
import { httpPool } from './http-pool.js'

export interface KongEgressOptions {
  /** Where Kong listens: `http://kong:8000`. */
  readonly baseUrl: string
  /** With the secret that the plugin shares. */
  readonly sign: Sign
  readonly clock: Clock
  /** Milliseconds that a connection to Kong may take. */
  readonly connectTimeout: number
  /** Certificate authorities for an `https` base URL, as PEM, in place of Node's own. */
  readonly ca?: string
}

/**
 * Asks providers through Kong's egress routes: the route is found by the request's host, and the plugin on it lets pass what
 * is signed for that endpoint. What Kong answers in a provider's place is a failed connection.
 */
export function kongEgress({ baseUrl, sign, clock, connectTimeout, ca }: KongEgressOptions): Egress {
  const pool = httpPool({ origin: new URL(baseUrl).origin, connectTimeout, ca })
  return {
    send({ method, path, headers, body }, { cluster }, receiver) {
      const context = {
        purpose: 'egress',
        issuedAt: clock.now(),
        nonce: randomUUID(),
        content: { upstream: cluster },
      } as const
      const sent = {
        ...headers,
        host: egressHost(cluster),
        'accept-encoding': 'identity',
        [CONTEXT_HEADERS.egress]: writeContext(context, sign),
      }
      const sending: Sending = pool.send(
        { method, path, headers: sent, body },
        telling(receiver, () => sending),
      )
      return sending
    },
    close: () => pool.close(),
  }
}

/** Passes on what a provider says, and no more than a failure of what Kong itself says. */
function telling(receiver: Receiver, sending: () => Sending): Receiver {
  return {
    head(status, header) {
      if (!isKongsOwn(header)) {
        receiver.head(status, header)
        return
      }
      sending().destroy()
      const code = status === 504 ? 'upstream_timeout' : 'upstream_error'
      receiver.failed(new GatewayError(code, 'the gateway could not reach the provider'))
    },
    chunk: receiver.chunk,
    end: receiver.end,
    failed: receiver.failed,
  }
}

/** Kong names itself as the server of a response that it made, and tells the provider's latency in every other. */
function isKongsOwn(header: HeaderLookup): boolean {
  return header('server')?.startsWith('kong/') === true && header('x-kong-upstream-latency') === undefined
}
