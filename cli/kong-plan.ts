import { readFileSync } from 'node:fs'
import type { ProviderCluster } from '../envoy/plan.js'
import { readAuthorities } from '../kong/authorities.js'
import { isEntityName, type KongPlan, type ProviderEndpoint, parseAddresses } from '../kong/plan.js'
import { CLIENT_PATHS } from './client-endpoints.js'
import type { Addresses, Config } from './configuration.js'
import { Failure } from './failure.js'
import { longestChain } from './provider-keys.js'

/** On top of what anything may take by itself, so that the relay is the one that says what went wrong. */
const SLACK = 5000

/** What Kong must know of a configuration. Throws `Failure` for addresses and certificates that Kong would refuse; `now` in milliseconds. */
export function kongPlan(
  config: Config,
  clusters: readonly ProviderCluster[],
  { relay, egress }: Pick<Addresses, 'relay' | 'egress'>,
  now: number,
): KongPlan {
  const relays = parseAddresses(relay)
  if (relays === undefined) {
    throw new Failure(`TOLLGATE_RELAY_ADDRESS is '${relay}': it must be HOST:PORT, or several with commas between`)
  }
  const { connect, firstToken, response, idle } = config.timeouts
  const attempt = Math.max(firstToken, response)
  const waits = config.rules.map(({ onExhausted }) => (onExhausted.kind === 'wait' ? onExhausted.atMost : 0))
  return {
    relays,
    endpoints: egress === 'direct' ? [] : endpoints(config, clusters, now),
    paths: CLIENT_PATHS,
    maxBody: config.maxBody,
    address: config.identity.address?.from === 'gateway' ? 'client' : 'none',
    timeouts: {
      connect,
      provider: Math.max(attempt, idle) + SLACK,
      relay: Math.max(longestChain(config) * (connect + attempt) + Math.max(0, ...waits), idle) + SLACK,
    },
  }
}

/** Authorities of the configuration's own travel in Kong's configuration; the system's are those of the Kong node. */
function endpoints(config: Config, clusters: readonly ProviderCluster[], now: number): readonly ProviderEndpoint[] {
  const own = new Set([...config.providers.values()].flatMap(({ tls }) => tls.caFile ?? []))
  return clusters.map(({ name, host, port, tls }) => {
    if (!isEntityName(name)) {
      throw new Failure(`${name} is no name for Kong: name the provider without a dot beside a dot or after a dash`)
    }
    if (tls === undefined || !own.has(tls.caFile)) return { name, host, port, tls }
    const read = readAuthorities(readFileSync(tls.caFile, 'utf8'), now)
    if (read.kind === 'refused') throw new Failure(`${tls.caFile}: ${read.reason}`)
    return { name, host, port, tls, authorities: read.authorities }
  })
}
