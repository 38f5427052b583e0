import type { Upstream } from './declarative.js'

/** What one check, active or passive, has found. */
export type Finding = 'ok' | 'http_failure' | 'tcp_failure' | 'timeout'

export type Health = 'healthy' | 'unhealthy'

type Checks = Upstream['healthchecks']

/** The health of one target, by Kong's counters: a success forgets the failures, one failure forgets the successes. */
export interface TargetHealth {
  readonly health: Health
  found(finding: Finding, by: 'active' | 'passive'): void
}

/** A target is healthy until it is found not to be. `changed` is told of every change. */
export function targetHealth({ active, passive }: Checks, changed: () => void): TargetHealth {
  let health: Health = 'healthy'
  const none = { successes: 0, http_failure: 0, tcp_failure: 0, timeout: 0 }
  let counts = none
  const become = (next: Health) => {
    if (health === next) return
    health = next
    counts = none
    changed()
  }
  return {
    get health() {
      return health
    },
    found: (finding, by) => {
      const rules = by === 'active' ? active : passive
      if (finding === 'ok') {
        const wanted = rules.healthy.successes
        if (wanted === 0) return
        counts = { ...none, successes: counts.successes + 1 }
        if (counts.successes >= wanted) become('healthy')
        return
      }
      const { http_failures, tcp_failures, timeouts } = rules.unhealthy
      const limit = { http_failure: http_failures, tcp_failure: tcp_failures, timeout: timeouts }[finding]
      if (limit === 0) return
      counts = { ...counts, successes: 0, [finding]: counts[finding] + 1 }
      if (counts[finding] >= limit) become('unhealthy')
    },
  }
}
