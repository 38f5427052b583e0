import type { Reasoning } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './encode-parts.js'
import type { Level, ModelTraits } from './models.js'

/** The budget in tokens that each effort means, rising; Google's own figures for its OpenAI-compatible endpoint. */
const BUDGETS: readonly (readonly [effort: string, budget: number])[] = [
  ['minimal', 1024],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
  ['xhigh', 32_768],
  ['max', 32_768],
]

/** The level that each effort asks for, rising. */
const LEVELS: readonly (readonly [effort: string, level: Level])[] = [
  ['minimal', 'MINIMAL'],
  ['low', 'LOW'],
  ['medium', 'MEDIUM'],
  ['high', 'HIGH'],
  ['xhigh', 'HIGH'],
  ['max', 'HIGH'],
]

const RISING: readonly Level[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH']

/**
 * Writes `thinkingConfig` in the model's own terms, levels or budgets. Clients of other dialects that ask for thinking are
 * shown its summary, as their own providers do. Reports `reasoning_effort` where less or more is possible than was asked.
 */
export function encodeThinking(
  reasoning: Reasoning | undefined,
  traits: ModelTraits,
  client: Client,
  drop: Drop,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined
  if (client === 'own') return ownThinking(reasoning, traits)
  const known =
    reasoning.effort === undefined || reasoning.effort === 'none' || budgetOf(reasoning.effort) !== undefined
  const off = reasoning.mode === 'off' || (reasoning.mode === undefined && reasoning.effort === 'none')
  if (!known || (traits.thinking === 'none' && !off)) {
    drop('reasoning_effort')
    return undefined
  }
  if (traits.thinking === 'none') return undefined
  if (off) return turnedOff(traits, drop)
  return defined({ ...amountOf(reasoning, traits), includeThoughts: true })
}

function amountOf({ effort, budgetTokens }: Reasoning, traits: ModelTraits): JsonObject {
  if (traits.thinking === 'level') {
    const level = budgetTokens === undefined ? levelOf(effort) : levelOfBudget(budgetTokens)
    return { thinkingLevel: level === undefined ? undefined : nearest(level, traits) }
  }
  const { least, most } = traits.budgets
  const budget = budgetTokens ?? (effort === undefined ? undefined : budgetOf(effort))
  return { thinkingBudget: budget === undefined ? -1 : Math.min(most, Math.max(least, budget)) }
}

/** Off, or as little as the model can. */
function turnedOff(traits: ModelTraits, drop: Drop): JsonObject {
  if (traits.off === 'possible') return { thinkingBudget: 0 }
  drop('reasoning_effort')
  return traits.thinking === 'level'
    ? { thinkingLevel: traits.levels[0] ?? 'LOW' }
    : { thinkingBudget: traits.budgets.least }
}

/** Budgets are taken everywhere, levels only since Gemini 3. */
function ownThinking({ effort, budgetTokens, mode }: Reasoning, traits: ModelTraits): JsonObject | undefined {
  if (effort !== undefined) {
    const budget = traits.thinking === 'budget' ? budgetOf(effort) : undefined
    return budget === undefined ? { thinkingLevel: effort.toUpperCase() } : { thinkingBudget: budget }
  }
  return { thinkingBudget: budgetTokens ?? (mode === 'off' ? 0 : -1) }
}

/** The lowest level from this one up that the model has; its highest where there is none. */
function nearest(level: Level, { levels }: ModelTraits): Level | undefined {
  return levels.find((each) => RISING.indexOf(each) >= RISING.indexOf(level)) ?? levels.at(-1)
}

const budgetOf = (effort: string) => BUDGETS.find(([word]) => word === effort)?.[1]
const levelOf = (effort: string | undefined) => LEVELS.find(([word]) => word === effort)?.[1]

function levelOfBudget(budget: number): Level {
  if (budget <= 1024) return 'LOW'
  return budget <= 8192 ? 'MEDIUM' : 'HIGH'
}
