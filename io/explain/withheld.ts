import type { ExplainedOutcome, Explanation } from '../../core/explain.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { KEY_BUDGET, type Rule } from '../../policies/budget/rules.js'
import { seesBucket } from '../admin/budget-scope.js'
import type { Principal } from '../admin/operation.js'

/** The same without the amounts of budgets that the principal does not see. Whose key has a budget has been looked at before. */
export function withheld(explanation: Explanation, principal: Principal, rules: readonly Rule[]): Explanation {
  let hidden = 0
  const limit = (shown: JsonValue): JsonValue => {
    if (!isObject(shown) || shown['name'] === KEY_BUDGET || isSeen(shown, principal, rules)) return shown
    hidden++
    const { committed: _, reserved: __, remaining: ___, bucket: ____, ...rest } = shown
    return { ...rest, amounts: 'withheld' }
  }
  const tried = (shown: JsonValue): JsonValue => {
    if (!isObject(shown)) return shown
    const { limits } = shown
    return isList(limits) ? { ...shown, limits: limits.map(limit) } : shown
  }
  const steps = explanation.steps.map((step) => {
    const reservations = step.details['tried']
    return isList(reservations) ? { ...step, details: { ...step.details, tried: reservations.map(tried) } } : step
  })
  return hidden === 0 ? explanation : { ...explanation, steps, outcome: withoutAmounts(explanation.outcome) }
}

function isSeen(shown: JsonObject, principal: Principal, rules: readonly Rule[]): boolean {
  const { name, bucket } = shown
  if (typeof name !== 'string' || typeof bucket !== 'string') return false
  const state = { bucket: { key: bucket, budget: name, window: { kind: 'life' } as const }, committed: 0, reserved: 0 }
  return seesBucket(principal, { ...state, limit: 0 }, { rules, keys: new Map() })
}

/** The message of an exhausted budget says what it has left. */
function withoutAmounts(outcome: ExplainedOutcome): ExplainedOutcome {
  if (outcome.kind !== 'refused') return outcome
  const { code } = outcome
  if (code !== 'budget_exceeded' && code !== 'rate_limit_exceeded') return outcome
  return { ...outcome, message: 'A budget or limit has too little left for this request.' }
}
