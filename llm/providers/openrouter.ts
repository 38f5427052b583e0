import { isObject, type JsonValue } from '../../core/json.js'
import { type Adjust, AS_IT_IS } from './adjustments.js'
import { openaiCompatible } from './openai-compatible.js'

/**
 * Anthropic's `thinking`, which some clients send through this dialect, as OpenRouter's own `reasoning`
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens).
 */
const openReasoning: Adjust = ({ thinking, reasoning, reasoning_effort: effort }) => {
  if (!isObject(thinking)) return AS_IT_IS
  const own: JsonValue | undefined = reasoning ?? (effort === undefined ? reasoningOf(thinking) : undefined)
  return { members: { thinking: undefined, ...(own === undefined ? {} : { reasoning: own }) }, dropped: [] }
}

function reasoningOf({ type, budget_tokens: budget }: { readonly [member: string]: JsonValue | undefined }) {
  if (type === 'disabled') return { enabled: false }
  return typeof budget === 'number' ? { max_tokens: budget } : { enabled: true }
}

/** OpenRouter. It ignores what a model does not know, and reports usage on every answer. */
export const openrouter = openaiCompatible({
  kind: 'openrouter',
  defaultBaseUrl: 'https://openrouter.ai/api/v1',
  adjust: openReasoning,
})
