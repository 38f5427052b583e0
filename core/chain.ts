import type { Dialect } from './provider.js'
import type { Target } from './settings.js'

/**
 * The chain for a request in `dialect`: of each target the API that speaks it, else its first API for the same task; targets
 * that have neither are left out. The same targets for the same dialect every time.
 */
export function chainFor(dialect: Dialect, targets: readonly Target[]): readonly Target[] {
  if (targets.every((target) => speaks(target, dialect))) return targets
  return targets.flatMap((target) => serving(dialect, target) ?? [])
}

function serving(dialect: Dialect, target: Target): Target | undefined {
  const apis = target.others === undefined ? [target] : [target, ...target.others]
  const same = apis.find((api) => speaks(api, dialect))
  if (same || dialect.task === 'alone') return same
  return apis.find((api) => api.upstream.provider.dialect.task === dialect.task)
}

const speaks = ({ upstream }: Target, dialect: Dialect) => upstream.provider.dialect === dialect
