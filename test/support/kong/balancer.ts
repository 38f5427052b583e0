import { startActiveChecks } from './active-checks.js'
import type { Upstream } from './declarative.js'
import { type Finding, type Health, targetHealth } from './target-health.js'

/** Where one try goes. */
export interface Peer {
  readonly host: string
  readonly port: number
  /** What the Host header says unless it was set; without a port. */
  readonly hostName: string
  /** What the try came to, for passive checks; a target outside of upstreams has none. */
  report?(finding: 'tcp_failure' | 'timeout' | { readonly status: number }): void
  /** Begins a request that counts as under way until the returned function is called. */
  begin?(): () => void
}

/** One upstream's targets. */
export interface UpstreamBalancer {
  readonly upstream: Upstream
  /** The next peer, rather one that is not in `tried`; undefined when no healthy target is left. */
  next(tried: readonly Peer[]): Peer | undefined
  health(): readonly TargetState[]
  /** Resolves when the target is found to be so; at once if it is. */
  until(target: string, health: Health): Promise<void>
  stop(): void
}

export interface TargetState {
  readonly target: string
  readonly health: Health
}

/** Balances over the targets that are healthy, by weight and turn or to the one with the fewest requests under way. */
export function upstreamBalancer(upstream: Upstream): UpstreamBalancer {
  const { healthchecks, host_header, algorithm } = upstream
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const look of [...waiting]) look()
  }
  const targets = upstream.targets.map(({ target, weight }) => {
    const { host, port } = authorityOf(target)
    const health = targetHealth(healthchecks, changed)
    const state = { target, weight, host, port, health, turn: 0, underWay: 0 }
    const peer: Peer = {
      host,
      port,
      hostName: host_header ?? host,
      report: (outcome) => {
        const finding = findingOf(outcome, healthchecks.passive)
        if (finding) health.found(finding, 'passive')
      },
      begin: () => {
        state.underWay += 1
        return () => {
          state.underWay -= 1
        }
      },
    }
    return Object.assign(state, { peer })
  })
  let picks = 0
  const stopChecks = startActiveChecks(upstream, targets)

  const usable = () => {
    const healthy = targets.filter(({ health, weight }) => weight > 0 && health.health === 'healthy')
    const sum = (some: typeof targets) => some.reduce((all, { weight }) => all + weight, 0)
    return (100 * sum(healthy)) / Math.max(1, sum(targets)) < healthchecks.threshold ? [] : healthy
  }
  return {
    upstream,
    next: (tried) => {
      const healthy = usable()
      const fresh = healthy.filter(({ peer }) => !tried.includes(peer))
      const candidates = fresh.length > 0 ? fresh : healthy
      if (algorithm === 'least-connections') {
        const load = ({ underWay, weight }: (typeof targets)[number]) => (underWay + 1) / weight
        const least = [...candidates].sort((a, b) => load(a) - load(b) || a.turn - b.turn)[0]
        if (least) least.turn = ++picks
        return least?.peer
      }
      const total = candidates.reduce((all, { weight }) => all + weight, 0)
      for (const one of candidates) one.turn += one.weight
      const best = [...candidates].sort((a, b) => b.turn - a.turn)[0]
      if (best) best.turn -= total
      return best?.peer
    },
    health: () => targets.map(({ target, health }) => ({ target, health: health.health })),
    until: (name, wanted) =>
      new Promise((resolve, reject) => {
        const target = targets.find((one) => one.target === name)
        if (!target) return reject(new Error(`no target '${name}' in ${upstream.name}`))
        const look = () => {
          if (target.health.health !== wanted) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop: stopChecks,
  }
}

function findingOf(
  outcome: Parameters<NonNullable<Peer['report']>>[0],
  passive: Upstream['healthchecks']['passive'],
): Finding | undefined {
  if (typeof outcome === 'string') return outcome
  if (passive.unhealthy.http_statuses.includes(outcome.status)) return 'http_failure'
  return passive.healthy.http_statuses.includes(outcome.status) ? 'ok' : undefined
}

function authorityOf(target: string): { readonly host: string; readonly port: number } {
  const [, v6, name, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(target) ?? []
  return { host: v6 ?? name ?? '', port: Number(port ?? 8000) }
}
