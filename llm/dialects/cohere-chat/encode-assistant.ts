import type { AssistantMessage, AssistantPart, Part } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { eachStepwise, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { PARTS, partUnits } from '../shared/part-units.js'
import { customArguments, functionArguments } from './arguments.js'
import { citationsOf } from './decode-messages.js'
import { contentOf, encodePart } from './encode-parts.js'
import type { ModelTraits } from './models.js'
import { type Client, type Drop, isPlan } from './words.js'

type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>
type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>

/** What a message is written for. */
export interface MessageContext {
  readonly traits: ModelTraits
  readonly client: Client
  readonly drop: Drop
}

/**
 * Writes what the model said, in steps; undefined where nothing of it can be said. Before calls, a model that does not think has only
 * its plan for the thoughts of others.
 */
export function* encodeAssistant(
  message: AssistantMessage,
  path: string,
  context: MessageContext,
): Steps<JsonObject | undefined> {
  const { client, drop } = context
  const calls: JsonObject[] = []
  function* addCall(part: Part | AssistantPart): Steps<void> {
    if (part.type === 'tool-call') calls.push(yield* encodeCall(part, drop))
  }
  yield* eachStepwise(message.content, partUnits, addCall)
  const content: JsonObject[] = []
  const plans: string[] = []
  for (let j = 0; j < message.content.length; j++) {
    if (j % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    const part = message.content[j] as Part | AssistantPart
    if (part.type === 'tool-call') continue
    const at = `${path}.content[${j}]`
    if (part.type !== 'reasoning') {
      // A model says nothing but text.
      if (client === 'own' || part.type === 'text' || part.type === 'refusal') {
        append(content, yield* encodePart(part, at, client, drop))
      } else drop(at)
    } else if (isForeign(part)) drop(at)
    else if (part.text !== '') {
      const place = placeOf(part, calls.length > 0 ? 'calls' : 'nothing', context)
      if (place === 'plan') plans.push(part.text)
      else if (place === 'thinking') content.push({ type: 'thinking', thinking: part.text })
      else drop(at)
    }
  }
  if (content.length + calls.length + plans.length === 0 && client === 'other') return undefined
  const citations = yield* citationsOf(message.content)
  return {
    role: 'assistant',
    ...(content.length === 0 && calls.length > 0 ? {} : { content: contentOf(content) }),
    ...(plans.length === 0 ? {} : { tool_plan: plans.join('\n') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(citations.length === 0 ? {} : { citations }),
  }
}

/** Cohere does not sign its thoughts: what is signed or encrypted is another provider's. */
const isForeign = ({ signature, redacted }: Reasoning) => redacted !== undefined || (signature ?? '') !== ''

function placeOf(
  part: Reasoning,
  before: 'calls' | 'nothing',
  { traits, client }: MessageContext,
): 'plan' | 'thinking' | 'nowhere' {
  if (isPlan(part.extras) && (before === 'calls' || client === 'own')) return 'plan'
  if (traits.thinking === 'possible' || client === 'own') return 'thinking'
  return before === 'calls' ? 'plan' : 'nowhere'
}

function* encodeCall(call: ToolCall, drop: Drop): Steps<JsonObject> {
  if (call.cacheControl !== undefined) drop('cache_control')
  const args = call.kind === 'custom' ? customArguments(call.arguments) : yield* functionArguments(call.arguments)
  return { id: call.id, type: 'function', function: { name: call.name, arguments: args } }
}
