import type { Reasoning } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './encode-content.js'

const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/**
 * Writes `reasoning`. A budget counts as low effort up to 4,096 tokens, medium up to 16,384, high above. Clients that asked
 * for thinking itself, not only for an effort, get its summary. Models that do not reason refuse the member, so 'off' is
 * reported rather than written as `none`.
 */
export function encodeReasoning(reasoning: Reasoning | undefined, client: Client, drop: Drop): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens, mode } = reasoning
  if (client === 'own') return effort === undefined ? undefined : { effort }
  if (mode === 'off') {
    drop('thinking')
    return undefined
  }
  const known = effort === undefined || EFFORTS.includes(effort)
  if (!known) drop('reasoning_effort')
  const word = known && effort !== undefined ? effort : effortOf(budgetTokens, mode)
  const summary = mode === undefined && budgetTokens === undefined ? undefined : 'auto'
  return word === undefined && summary === undefined ? undefined : defined({ effort: word, summary })
}

function effortOf(budgetTokens: number | undefined, mode: Reasoning['mode']): string | undefined {
  if (budgetTokens === undefined) return mode === 'on' ? 'medium' : undefined
  if (budgetTokens <= 4096) return 'low'
  return budgetTokens <= 16384 ? 'medium' : 'high'
}
