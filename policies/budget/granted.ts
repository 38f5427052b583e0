import type { Grant, GrantedBudget, Identity } from '../../core/identity.js'
import { type CompiledRules, compileRules, type MatchingRule } from './claims.js'
import type { Facts } from './match.js'
import { KEY_BUDGET, type Period, type Rule } from './rules.js'

/** Output tokens reserved where a client of a key with budgets set no cap. */
const ASSUMED_OUTPUT = 4096

/**
 * The rules of a list and those of the caller's own key, in this order. What a key grants is compiled once, as long as it stays the
 * same object.
 */
export function withGranted({ rules, matching }: CompiledRules): CompiledRules {
  const compiled = new WeakMap<Grant, { readonly key: string; readonly rules: CompiledRules }>()
  const grantedTo = ({ key, grant }: Identity): CompiledRules | undefined => {
    if (key === undefined || grant?.budgets === undefined) return undefined
    const known = compiled.get(grant)
    if (known?.key === key) return known.rules
    const own = compileGranted(key, grant.budgets)
    compiled.set(grant, { key, rules: own })
    return own
  }
  return {
    rules,
    matching(facts: Facts): readonly MatchingRule[] {
      const own = grantedTo(facts.identity)
      return own ? [...matching(facts), ...own.matching(facts)] : matching(facts)
    },
  }
}

/** One bucket for each unit and period of a key: `budgets/virtual-key/usd/KEY/month[/WINDOW]`. */
function compileGranted(key: string, budgets: readonly GrantedBudget[]): CompiledRules {
  const periods = new Map(budgets.map((budget) => [ruleOf(budget), budget.per]))
  return compileRules([...periods.keys()], (rule) => [key, periods.get(rule) ?? ''])
}

function ruleOf({ unit, limit, per, timeZone }: GrantedBudget): Rule {
  const period: Period = per === 'life' ? { kind: 'life' } : { kind: 'calendar', unit: per, timeZone }
  return {
    name: KEY_BUDGET,
    section: unit === 'usd' ? 'budgets' : 'limits',
    match: new Map(),
    each: [],
    unit,
    limit,
    period,
    onExhausted: { kind: 'refuse' },
    onStoreDown: 'refuse',
    onLost: 'charge',
    clampOutput: false,
    assumeOutput: ASSUMED_OUTPUT,
    onStreamLimit: 'stop',
  }
}
