import { formatUsd } from '../../core/money.js'
import type { RuleClaim } from './claims.js'
import type { BucketState } from './ledger.js'
import { limitInForce } from './limit-in-force.js'

const NAMES = { requests: namesFor('requests'), tokens: namesFor('tokens') }

function namesFor(unit: 'requests' | 'tokens') {
  return {
    limit: `x-ratelimit-limit-${unit}`,
    remaining: `x-ratelimit-remaining-${unit}`,
    reset: `x-ratelimit-reset-${unit}`,
  }
}

/**
 * What clients are told of their limits: the smallest remaining budget in dollars, and OpenAI's `x-ratelimit-*` of the limit with
 * the smallest part left. What is reserved counts as gone.
 */
export function stateHeaders(
  claims: readonly RuleClaim[],
  states: readonly BucketState[],
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  let leastUsd = Number.POSITIVE_INFINITY
  const leastPart = { requests: Number.POSITIVE_INFINITY, tokens: Number.POSITIVE_INFINITY }
  claims.forEach(({ rule, claim }, index) => {
    const state = states[index]
    if (!state || rule.onExhausted.kind === 'alert') return
    const limit = limitInForce(claim, state)
    const remaining = Math.max(0, limit - state.committed - state.reserved)
    if (rule.section === 'budgets') {
      if (rule.unit === 'usd') leastUsd = Math.min(leastUsd, remaining)
      return
    }
    if (rule.unit !== 'requests' && rule.unit !== 'tokens') return
    const part = limit > 0 ? remaining / limit : 0
    if (part >= leastPart[rule.unit]) return
    leastPart[rule.unit] = part
    const names = NAMES[rule.unit]
    headers[names.limit] = String(limit)
    headers[names.remaining] = String(remaining)
    headers[names.reset] = `${Math.ceil((state.freesIn ?? 0) / 1000)}s`
  })
  if (leastUsd !== Number.POSITIVE_INFINITY) {
    headers['x-tollgate-budget-remaining-usd'] = formatUsd(BigInt(leastUsd))
  }
  return headers
}
