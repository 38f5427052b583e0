import type { ChatRequest, Message } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, eachInSteps, ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { isHarmless } from '../shared/harmless.js'
import { type Client, clientOf, type Drop } from './encode-content.js'
import { encodeInput } from './encode-input.js'
import { encodeReasoning } from './encode-reasoning.js'
import { encodeFormat, encodeToolChoice, encodeTools } from './encode-tools.js'
import { LOGPROBS } from './logprobs.js'
import { NAME } from './name.js'
import { restore } from './restore.js'
import { unseal } from './sealed.js'

/** The API refuses to be asked for fewer output tokens. */
const LEAST_OUTPUT = 16

/**
 * Writes a request as the body of `POST /v1/responses`. Answers to clients of other dialects are not stored, and bring their
 * reasoning with them, so that it can be sent back. `dropped` names what this API has no field for.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const dropped = new DroppedPaths()
  const drop: Drop = (path) => dropped.add(path)
  const client = clientOf(request)
  dropUnsayable(request, drop)
  const { instructions, messages } = splitInstructions(request.messages)
  const tools = yield* encodeTools(request.tools, client, drop)
  const reasoning = encodeReasoning(request.reasoning, client, drop)
  const body = defined({
    model: request.model,
    instructions,
    input: yield* encodeInput(messages, client, drop),
    ...toolMembers(request, tools, client, drop),
    text: request.responseFormat === undefined ? undefined : { format: encodeFormat(request.responseFormat) },
    max_output_tokens: outputCap(request.maxOutputTokens, limits.maxOutput, client, drop),
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.logprobs?.top,
    reasoning,
    user: request.user,
    metadata: request.metadata,
    service_tier: serviceTier(request.serviceTier, client, drop),
    store: client === 'own' ? undefined : false,
    include: yield* include(request, client),
    stream: request.stream ? true : undefined,
  })
  return { body: yield* withExtras(body, request, drop), dropped: [...dropped] }
}

/** Reports what this API has no member for. Values that say nothing are no loss. */
function dropUnsayable(request: ChatRequest, drop: Drop): void {
  const lost = {
    n: request.n > 1,
    stop: request.stop.length > 0,
    seed: request.seed !== undefined,
    top_k: request.topK !== undefined,
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
  }
  for (const [name, isLost] of Object.entries(lost)) if (isLost) drop(name)
}

/** The client's own `instructions`, which were read as a message before all others. */
function splitInstructions(messages: readonly Message[]): {
  readonly instructions?: string
  readonly messages: readonly Message[]
} {
  const own = messages.find(isInstructions)
  if (own === undefined) return { messages }
  const instructions = own.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { instructions, messages: messages.filter((message) => message !== own) }
}

const isInstructions = (message: Message): boolean =>
  message.role === 'system' && message.extras?.dialect === NAME && message.extras.fields.place === 'instructions'

function toolMembers(request: ChatRequest, tools: readonly JsonObject[], client: Client, drop: Drop): JsonObject {
  const { toolChoice, parallelToolCalls } = request
  if (tools.length === 0 && client !== 'own') {
    if (request.tools.length > 0 && toolChoice !== undefined && toolChoice.mode !== 'auto') drop('tool_choice')
    return {}
  }
  const choice = toolChoice === undefined ? undefined : encodeToolChoice(toolChoice, request.tools)
  return { tools: tools.length === 0 ? undefined : tools, tool_choice: choice, parallel_tool_calls: parallelToolCalls }
}

function outputCap(
  wanted: number | undefined,
  limit: number | undefined,
  client: Client,
  drop: Drop,
): number | undefined {
  if (wanted === undefined) return undefined
  const cap = limit === undefined ? wanted : Math.min(wanted, limit)
  if (client === 'own' || cap >= LEAST_OUTPUT) return cap
  drop('max_tokens')
  return LEAST_OUTPUT
}

const TIERS: readonly string[] = ['auto', 'default', 'flex', 'scale', 'priority']

function serviceTier(tier: string | undefined, client: Client, drop: Drop): string | undefined {
  if (tier === undefined || client === 'own' || TIERS.includes(tier)) return tier
  drop('service_tier')
  return undefined
}

function* include(request: ChatRequest, client: Client): Steps<readonly JsonValue[] | undefined> {
  const asked = client === 'own' ? request.extras.quiet?.get('include') : undefined
  const words = [
    ...(Array.isArray(asked) ? asked : []),
    ...(request.logprobs === undefined ? [] : [LOGPROBS]),
    ...(client !== 'own' && (yield* reasons(request)) ? ['reasoning.encrypted_content'] : []),
  ]
  return words.length === 0 ? undefined : words
}

/** Whether reasoning is asked for or went before; models that have none refuse to be asked for it encrypted. */
function* reasons({ reasoning, messages }: ChatRequest): Steps<boolean> {
  if (reasoning !== undefined && reasoning.effort !== 'none' && reasoning.mode !== 'off') return true
  let worked = 0
  for (const { role, content } of messages) {
    worked += EXTRA
    if (role !== 'assistant') continue
    for (const part of content) {
      worked += EXTRA
      if (worked >= ITEMS_TOGETHER) {
        yield worked
        worked = 0
      }
      if (part.type === 'reasoning' && unseal(part.signature ?? part.redacted) !== undefined) return true
    }
  }
  return false
}

/** Units that a member takes, a message or a part that is looked at. */
const EXTRA = 2

/** A client of this dialect gets its own members back where they stood; those of any other are reported. */
function* withExtras(body: JsonObject, { extras }: ChatRequest, drop: Drop): Steps<JsonObject> {
  const { fields } = extras
  if (extras.dialect !== NAME) {
    const report = (name: string) => {
      if (!isHarmless(name, fields.get(name) ?? null)) drop(name)
    }
    yield* eachInSteps([...fields.keys()], () => EXTRA, report)
    return body
  }
  const quiet = new Map(extras.quiet)
  // It has been written.
  quiet.delete('include')
  return yield* restore(yield* restore(body, fields, drop), quiet, drop)
}
