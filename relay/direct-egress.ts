import type { Upstream } from '../core/settings.js'
import type { Egress } from './egress.js'
import { type HttpPool, httpPool } from './http-pool.js'

export interface DirectEgressOptions {
  /** Milliseconds that a connection to a provider may take; asked for each request, as the settings may change. */
  connectTimeout(): number
  /** Certificate authorities for an endpoint, as PEM, in place of Node's own. */
  ca?(upstream: Upstream): string | undefined
}

/** Asks providers without another hop in between, over connections that are kept per endpoint. */
export function directEgress(options: DirectEgressOptions): Egress {
  const pools = new Map<string, HttpPool>()
  const latest = new WeakMap<Upstream, { readonly connectTimeout: number; readonly pool: HttpPool }>()

  const poolFor = (upstream: Upstream): HttpPool => {
    const connectTimeout = options.connectTimeout()
    const last = latest.get(upstream)
    if (last?.connectTimeout === connectTimeout) return last.pool
    const pool = pooled(upstream, connectTimeout)
    latest.set(upstream, { connectTimeout, pool })
    return pool
  }
  /** After a reload the endpoints that have not changed keep their connections. */
  const pooled = (upstream: Upstream, connectTimeout: number): HttpPool => {
    const origin = `${upstream.scheme}://${upstream.authority}`
    // The cluster's name changes with everything else that tells endpoints apart.
    const key = `${upstream.cluster} ${origin} ${connectTimeout}`
    const known = pools.get(key)
    if (known) return known
    const made = httpPool({ origin, connectTimeout, ca: options.ca?.(upstream) })
    pools.set(key, made)
    return made
  }

  return {
    send({ method, path, headers, body }, upstream, receiver) {
      const sent = { ...headers, 'accept-encoding': 'identity' }
      return poolFor(upstream).send({ method, path, headers: sent, body }, receiver)
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}
