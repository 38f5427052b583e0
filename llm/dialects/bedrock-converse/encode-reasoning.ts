import type { ChatRequest } from '../../../core/chat.js'
import { isList, isObject, type JsonObject } from '../../../core/json.js'
import type { ModelLimits } from '../../../core/provider.js'
import { encodeThinking } from '../claude/thinking.js'
import type { BedrockTraits } from './models.js'
import { DIALECT, type Drop } from './words.js'

interface EncodedReasoning {
  /** `inferenceConfig.maxTokens`; absent leaves it to the model. */
  readonly maxTokens?: number
  /** Members of `additionalModelRequestFields`. */
  readonly fields: JsonObject
  readonly state: 'on' | 'off'
}

/** What else in the request bears on reasoning. */
interface ReasoningContext {
  readonly traits: BedrockTraits
  readonly limits: ModelLimits
  /** Whether the tool choice forces a call. */
  readonly forced: 'forced' | 'free'
  /** The messages as they are sent. */
  readonly messages: readonly JsonObject[]
}

/** Asks for reasoning in the form that the model's family documents; reports `reasoning_effort` where it has none. */
export function encodeReasoning(request: ChatRequest, context: ReasoningContext, drop: Drop): EncodedReasoning {
  const { traits, limits } = context
  const asked = request.maxOutputTokens
  const maxTokens = asked === undefined ? {} : { maxTokens: Math.max(1, Math.min(asked, limits.maxOutput ?? asked)) }
  const plain: EncodedReasoning = { ...maxTokens, fields: {}, state: 'off' }
  switch (traits.reasoning) {
    case 'claude':
      return claudeThinking(request, context, drop)
    case 'nova':
      return { ...plain, ...novaReasoning(request, drop) }
    case 'effort': {
      const effort = nearestEffort(request)
      if (effort === undefined) return plain
      // These models always reason; the least is `low`.
      if (effort === 'none') drop('reasoning_effort')
      return { ...plain, fields: { reasoning_effort: effort === 'none' ? 'low' : effort } }
    }
    case 'none':
      if (nearestEffort(request) !== undefined && nearestEffort(request) !== 'none') drop('reasoning_effort')
      return plain
  }
}

/** Claude reads its own API's `thinking` and `output_config.effort` from the additional fields. */
function claudeThinking(request: ChatRequest, context: ReasoningContext, drop: Drop): EncodedReasoning {
  const { traits, limits, forced, messages } = context
  if (traits.claude === undefined) return { fields: {}, state: 'off' }
  const client = OWN_CLIENTS.has(request.extras.dialect) ? 'own' : 'other'
  const thought = encodeThinking(
    request,
    { traits: traits.claude, limits, forced, messages: ends(messages).map(thinkingIn), client },
    drop,
  )
  return {
    // Here the model's own limit is the default, with thinking and without.
    ...(request.maxOutputTokens === undefined ? {} : { maxTokens: Math.max(1, thought.maxTokens) }),
    fields: {
      ...(thought.thinking === undefined ? {} : { thinking: thought.thinking }),
      ...(thought.effort === undefined ? {} : { output_config: { effort: thought.effort } }),
    },
    state: thought.state,
  }
}

/** Clients that write Claude's own fields, and mean by them what Anthropic says. */
const OWN_CLIENTS = new Set([DIALECT, 'anthropic-messages'])

/** The messages that matter to thinking: the last one, and the assistant's last. */
function ends(messages: readonly JsonObject[]): readonly JsonObject[] {
  const said = messages.findLast(({ role }) => role === 'assistant')
  return [said, messages.at(-1)].filter((message) => message !== undefined)
}

/** How such a message begins, and whether it has results in it, in the words of Anthropic's API. */
function thinkingIn({ role, content }: JsonObject): JsonObject {
  const blocks = isList(content) ? content : []
  const first = blocks.find(isObject)?.['reasoningContent'] === undefined ? 'other' : 'thinking'
  const answers = blocks.some((block) => isObject(block) && block['toolResult'] !== undefined)
  return { role, content: answers ? [{ type: first }, { type: 'tool_result' }] : [{ type: first }] }
}

function novaReasoning(request: ChatRequest, drop: Drop): Pick<EncodedReasoning, 'fields' | 'state'> {
  const effort = nearestEffort(request)
  if (effort === undefined) return { fields: {}, state: 'off' }
  if (effort === 'none') return { fields: { reasoningConfig: { type: 'disabled' } }, state: 'off' }
  // At `high` Nova takes neither sampling parameters nor a limit, and a limit must hold.
  const { temperature, topP, topK, maxOutputTokens } = request
  const bound = [temperature, topP, topK, maxOutputTokens].some((value) => value !== undefined)
  const lowered = effort === 'high' && bound
  if (lowered) drop('reasoning_effort')
  return {
    fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: lowered ? 'medium' : effort } },
    state: 'on',
  }
}

/** The least budget in tokens that is more than the effort before it stands for. */
const MEDIUM_BUDGET = 4096
const HIGH_BUDGET = 12288

/** What was asked for as one of three efforts; undefined where nothing was. */
function nearestEffort({ reasoning }: ChatRequest): 'none' | 'low' | 'medium' | 'high' | undefined {
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens, mode } = reasoning
  if (mode === 'off' || effort === 'none') return 'none'
  if (effort === 'minimal' || effort === 'low') return 'low'
  if (effort === 'high' || effort === 'xhigh' || effort === 'max') return 'high'
  if (budgetTokens !== undefined)
    return budgetTokens < MEDIUM_BUDGET ? 'low' : budgetTokens < HIGH_BUDGET ? 'medium' : 'high'
  return 'medium'
}
