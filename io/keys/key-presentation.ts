import type { GrantedBudget } from '../../core/identity.js'
import { formatUsd } from '../../core/money.js'
import { liveSecrets, stateOf, type VirtualKey } from '../../policies/keys/virtual-key.js'
import type { KeyViewShape } from './key-shapes.js'

/** A key as the admin API shows it at a time. */
export function viewOf(key: VirtualKey, now: number): KeyViewShape {
  const { secrets: _, budgets, expiresAt, createdAt, revokedAt, ...rest } = key
  const live = stateOf(key, now) === 'active' ? liveSecrets(key, now) : key.secrets.slice(-1)
  return {
    ...rest,
    tags: key.tags && { ...key.tags },
    models: key.models && [...key.models],
    networks: key.networks && [...key.networks],
    state: stateOf(key, now),
    prefixes: live.map(({ prefix, createdAt, until }) => ({
      prefix,
      createdAt: timeOf(createdAt),
      ...(until !== undefined && { until: timeOf(until) }),
    })),
    ...(budgets && { budgets: budgets.map(budgetView) }),
    createdAt: timeOf(createdAt),
    ...(expiresAt !== undefined && { expiresAt: timeOf(expiresAt) }),
    ...(revokedAt !== undefined && { revokedAt: timeOf(revokedAt) }),
  }
}

function budgetView({ unit, limit, per, timeZone }: GrantedBudget): NonNullable<KeyViewShape['budgets']>[number] {
  const amount = unit === 'usd' ? { usd: formatUsd(BigInt(limit)) } : { [unit]: limit }
  return { ...amount, per, ...(per !== 'life' && { timeZone }) }
}

const timeOf = (time: number) => new Date(time).toISOString()
