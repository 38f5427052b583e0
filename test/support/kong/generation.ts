import { type UpstreamBalancer, upstreamBalancer } from './balancer.js'
import { parseDeclarative, type Service } from './declarative.js'
import type { Gateway } from './pdk-call.js'
import { type ChainContext, type ChainLink, pluginChains } from './plugin-chain.js'
import { type Match, type Routed, router } from './router.js'
import type { UpstreamTls } from './upstream-request.js'

/** Everything that follows from one declarative configuration. */
export interface Generation {
  match(request: Routed): Match | undefined
  chainFor(match: Match): readonly ChainLink[]
  tlsFor(service: Service): UpstreamTls
  readonly balancers: ReadonlyMap<string, UpstreamBalancer>
  readonly gateway: Gateway
}

/** Reads a configuration; throws where Kong refuses it. Upstreams that have not changed keep their health. */
export function nextGeneration(
  declarative: string,
  before: Generation | undefined,
  common: Omit<Gateway, 'upstreams' | 'consumers'> & Pick<ChainContext, 'external' | 'sequence' | 'now'>,
): Generation {
  const { external, sequence, now, ...gateway } = common
  const config = parseDeclarative(declarative)
  const resolve = (reference: string) => {
    const value = common.resolve(reference)
    if (value === undefined) common.faults.add('unresolved_reference', reference)
    return value ?? ''
  }
  const chainFor = pluginChains(config, { consumers: config.consumers, external, sequence, now, resolve })
  const match = router(config)

  const kept = (name: string) => before?.balancers.get(name)
  const balancers = new Map<string, UpstreamBalancer>()
  for (const [name, upstream] of config.upstreams) {
    const known = kept(name)
    const same = known && JSON.stringify(known.upstream) === JSON.stringify(upstream)
    balancers.set(name, same ? known : upstreamBalancer(upstream))
  }
  for (const [name, old] of before?.balancers ?? []) if (balancers.get(name) !== old) old.stop()
  return {
    match,
    chainFor,
    balancers,
    tlsFor: ({ tls_verify = false, ca_certificates = [] }) => ({
      verify: tls_verify,
      authorities: ca_certificates.flatMap((id) => config.authorities.get(id) ?? []),
    }),
    gateway: { ...gateway, upstreams: config.upstreams, consumers: config.consumers },
  }
}
