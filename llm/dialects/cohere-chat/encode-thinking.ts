import type { Reasoning } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import type { ModelTraits } from './models.js'
import type { Client, Drop } from './words.js'

/**
 * The budget in tokens that each effort means. Cohere advises against one where there is no need to save, so from `high` on
 * there is none: https://docs.cohere.com/docs/reasoning
 */
const BUDGETS: Readonly<Record<string, number | undefined>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: undefined,
  xhigh: undefined,
  max: undefined,
}

/** Writes `thinking`. Reports `reasoning_effort` where the model does not think, or does not know the effort. */
export function encodeThinking(
  reasoning: Reasoning | undefined,
  traits: ModelTraits,
  client: Client,
  drop: Drop,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens, mode } = reasoning
  const off = mode === 'off' || (mode === undefined && (effort === 'none' || budgetTokens === 0))
  if (client === 'own') return written(off, budgetTokens)
  if (traits.thinking === 'impossible') {
    if (!off) drop('reasoning_effort')
    return undefined
  }
  if (off || effort === undefined) return written(off, budgetTokens)
  if (!Object.hasOwn(BUDGETS, effort)) {
    drop('reasoning_effort')
    return undefined
  }
  return written(off, budgetTokens ?? BUDGETS[effort])
}

function written(off: boolean, budget: number | undefined): JsonObject {
  if (off) return { type: 'disabled' }
  // A budget of nothing is no budget to this API.
  return defined({ type: 'enabled', token_budget: budget === undefined ? undefined : Math.max(1, budget) })
}
