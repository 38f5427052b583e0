import type { ChatRequest, Reasoning } from '../../../core/chat.js'
import { isList, isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { ModelLimits } from '../../../core/provider.js'
import type { Drop } from '../anthropic-messages/encode-blocks.js'
import type { ModelTraits } from './models.js'

/** Tokens to ask for where nobody says how many; also the room for the answer above a thinking budget. */
const DEFAULT_MAX_TOKENS = 4096

/** The API's own lower bound of `budget_tokens`. */
const MIN_BUDGET = 1024

/** The thinking budget in tokens that each effort means on models that take budgets, rising. */
const BUDGETS: readonly (readonly [effort: string, budget: number])[] = [
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16384],
  ['xhigh', 32768],
  ['max', 65536],
]

/** The budget when thinking is asked for without an amount. */
const DEFAULT_BUDGET = 8192

interface EncodedThinking {
  readonly maxTokens: number
  readonly thinking?: JsonObject
  /** `output_config.effort`. */
  readonly effort?: string
  /** Whether this request turns thinking on. */
  readonly state: 'on' | 'off'
}

/** What else in the request bears on thinking. */
interface ThinkingContext {
  readonly traits: ModelTraits
  readonly limits: ModelLimits
  /** Whether `tool_choice` forces a call. */
  readonly forced: 'forced' | 'free'
  /** The messages as they are sent. */
  readonly messages: readonly JsonObject[]
  /** `own` for a client of this dialect: an effort alone does not ask for thinking there, and 0 tokens mean something. */
  readonly client: 'own' | 'other'
}

/** Writes `max_tokens` and thinking, which share one budget; reports `reasoning_effort` where thinking must go. */
export function encodeThinking(request: ChatRequest, context: ThinkingContext, drop: Drop): EncodedThinking {
  const { limits, traits } = context
  const reasoning = request.reasoning ?? {}
  const asked = request.maxOutputTokens ?? limits.maxOutput ?? DEFAULT_MAX_TOKENS
  const capped = Math.min(asked, limits.maxOutput ?? asked)
  const maxTokens = Math.max(context.client === 'own' ? 0 : 1, capped)
  const without = (off: { readonly thinking?: JsonObject; readonly effort?: string }): EncodedThinking => ({
    maxTokens,
    ...off,
    state: 'off',
  })
  const refuse = () => {
    drop('reasoning_effort')
    return without({})
  }

  const wish = wishOf(reasoning, context.client)
  if (wish === 'off') return without(turnOff(traits, drop))
  // Documented as excluding each other; seen to be accepted where a client of this API asked for both.
  const together = context.client === 'own' && reasoning.mode === 'adaptive' && traits.thinking !== 'budget'
  if (context.forced === 'forced' && !together) {
    // Some models think unless told otherwise.
    if (wish === 'on') drop('reasoning_effort')
    return without(traits.thinking === 'adaptive' && traits.off !== 'impossible' ? turnOff(traits, drop) : {})
  }
  const effort = effortOf(reasoning.effort, traits)
  if (wish === 'unsaid') {
    if (reasoning.effort !== undefined && effort === undefined) drop('reasoning_effort')
    return without(effort === undefined ? {} : { effort })
  }
  if (traits.thinking === 'none' || (reasoning.effort !== undefined && budgetOf(reasoning.effort) === undefined))
    return refuse()

  const budgeted = reasoning.budgetTokens !== undefined && traits.thinking !== 'adaptive'
  if (traits.thinking !== 'budget' && !budgeted) {
    const word = effort ?? effortOf(nearestEffort(reasoning.budgetTokens), traits)
    return { maxTokens, thinking: { type: 'adaptive' }, ...(word === undefined ? {} : { effort: word }), state: 'on' }
  }
  const sized = sizeBudget(reasoning, maxTokens, request.maxOutputTokens ?? limits.maxOutput)
  if (sized === undefined || !historyAllowsBudget(context.messages)) return refuse()
  return {
    maxTokens: sized.maxTokens,
    thinking: { type: 'enabled', budget_tokens: sized.budget },
    // An effort became the budget already, unless the client gave both.
    ...(budgeted && effort !== undefined ? { effort } : {}),
    state: 'on',
  }
}

function wishOf(reasoning: Reasoning, client: 'own' | 'other'): 'unsaid' | 'on' | 'off' {
  if (reasoning.mode !== undefined) return reasoning.mode === 'off' ? 'off' : 'on'
  if (reasoning.budgetTokens !== undefined) return 'on'
  if (reasoning.effort === undefined || client === 'own') return 'unsaid'
  return reasoning.effort === 'none' ? 'off' : 'on'
}

/** Thinking off, or as little of it as the model can. */
function turnOff(traits: ModelTraits, drop: Drop): { readonly thinking?: JsonObject; readonly effort?: string } {
  switch (traits.off) {
    case 'unneeded':
      return {}
    case 'disabled':
    case 'between_tools':
      return { thinking: { type: traits.off } }
    case 'impossible':
      drop('reasoning_effort')
      return { effort: 'low' }
  }
}

/** The model's word for an effort; the highest that it has for one above; undefined where it takes none. */
function effortOf(effort: string | undefined, traits: ModelTraits): string | undefined {
  if (effort === undefined || budgetOf(effort) === undefined) return undefined
  if (effort === 'minimal') return traits.efforts[0]
  return traits.efforts.includes(effort) ? effort : traits.efforts.findLast((word) => word === 'high')
}

const budgetOf = (effort: string): number | undefined => BUDGETS.find(([word]) => word === effort)?.[1]

const nearestEffort = (budget: number | undefined): string | undefined =>
  budget === undefined ? undefined : (BUDGETS.find(([, tokens]) => tokens >= budget)?.[0] ?? 'max')

/**
 * A budget of at least 1024 that is below `max_tokens`. A limit of the client's or the model's holds: the budget shrinks,
 * to a half of it when it came from an effort word, so that an answer fits. Undefined when even the least does not fit.
 */
function sizeBudget(
  reasoning: Reasoning,
  maxTokens: number,
  limit: number | undefined,
): { readonly maxTokens: number; readonly budget: number } | undefined {
  const wanted = reasoning.budgetTokens ?? (reasoning.effort === undefined ? undefined : budgetOf(reasoning.effort))
  const budget = Math.max(MIN_BUDGET, wanted ?? DEFAULT_BUDGET)
  if (limit === undefined) return { maxTokens: budget + DEFAULT_MAX_TOKENS, budget }
  if (maxTokens <= MIN_BUDGET) return undefined
  const most = reasoning.budgetTokens === undefined ? Math.max(MIN_BUDGET, Math.floor(maxTokens / 2)) : maxTokens - 1
  return { maxTokens, budget: Math.min(budget, most) }
}

/**
 * With a budget the API wants an assistant turn that is to be continued, or whose calls are being answered, to start with
 * its thinking, which clients of other dialects do not send back. (`adaptive` does not check.)
 */
function historyAllowsBudget(messages: readonly JsonObject[]): boolean {
  const last = messages.at(-1)
  const open =
    last?.['role'] === 'assistant' || blocks(last).some((block) => isObject(block) && block['type'] === 'tool_result')
  if (!open) return true
  const first = blocks(messages.findLast((message) => message['role'] === 'assistant')).find(isObject)?.['type']
  return first === 'thinking' || first === 'redacted_thinking'
}

function blocks(message: JsonObject | undefined): readonly JsonValue[] {
  const content = message?.['content']
  return isList(content) ? content : []
}
