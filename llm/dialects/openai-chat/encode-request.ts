import type { ChatRequest, Extras, Reasoning } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, eachInSteps, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { isHarmless } from '../shared/harmless.js'
import { writingFor } from './encode-content.js'
import { encodeMessages } from './encode-messages.js'
import { encodeResponseFormat, encodeToolChoice, encodeTools } from './encode-tools.js'
import { NAME } from './name.js'
import { isInside, restore } from './restore.js'

/**
 * Writes a request as the body of `POST /v1/chat/completions`. Streams ask for usage; an answer longer than the model can
 * give is asked for at the model's own limit. `dropped` names what OpenAI has no field for.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const dropped = new DroppedPaths()
  const own = request.extras.dialect === NAME
  const extras = own ? yield* membersIn(request.extras.fields) : {}
  if (!own) yield* reportExtras(request.extras.fields, dropped)
  const writing = writingFor(request, dropped)
  const tools = yield* encodeTools(request.tools, writing)
  const body = {
    ...extras,
    model: request.model,
    messages: yield* encodeMessages(request.messages, writing),
    ...toolMembers(request, tools, dropped),
    response_format:
      request.responseFormat === undefined ? extras.response_format : encodeResponseFormat(request.responseFormat),
    max_completion_tokens: atMost(request.maxOutputTokens, limits.maxOutput),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: own ? request.topK : withoutWord('top_k', request.topK, dropped),
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    logit_bias: request.logitBias,
    stop: stopSequences(request.stop, dropped),
    n: request.n === 1 ? undefined : request.n,
    logprobs: request.logprobs === undefined ? undefined : true,
    top_logprobs: request.logprobs?.top,
    ...(own ? ownReasoning(request.reasoning) : { reasoning_effort: effortOf(request.reasoning, dropped) }),
    user: request.user,
    metadata: request.metadata,
    service_tier: own ? request.serviceTier : serviceTier(request.serviceTier, dropped),
    ...streamMembers(request, extras.stream_options),
  }
  const written = own ? yield* restore(defined(body), request.extras, dropped) : defined(body)
  return { body: written, dropped: [...dropped] }
}

/** Units that a member takes. */
const EXTRA = 2

function* reportExtras(fields: Extras['fields'], dropped: Set<string>): Steps<void> {
  const report = (name: string) => {
    if (!isHarmless(name, fields.get(name) ?? null)) dropped.add(name)
  }
  yield* eachInSteps([...fields.keys()], () => EXTRA, report)
}

/** Those that are the request's own. */
function* membersIn(fields: Extras['fields']): Steps<JsonObject> {
  const members: [string, JsonValue | undefined][] = []
  const add = (path: string) => {
    if (!isInside(path)) members.push([path, fields.get(path)])
  }
  yield* eachInSteps([...fields.keys()], () => EXTRA, add)
  return Object.fromEntries(members)
}

function toolMembers(request: ChatRequest, tools: readonly JsonObject[], dropped: Set<string>): JsonObject {
  const { toolChoice, parallelToolCalls } = request
  // OpenAI refuses both members when there are no tools.
  if (tools.length === 0) {
    if (request.tools.length > 0 && toolChoice !== undefined && toolChoice.mode !== 'auto') dropped.add('tool_choice')
    return {}
  }
  const choice = toolChoice === undefined ? undefined : encodeToolChoice(toolChoice, request.tools)
  return { tools, tool_choice: choice, parallel_tool_calls: parallelToolCalls }
}

function atMost(wanted: number | undefined, limit: number | undefined): number | undefined {
  return wanted === undefined || limit === undefined ? wanted : Math.min(wanted, limit)
}

function withoutWord(name: string, value: JsonValue | undefined, dropped: Set<string>): undefined {
  if (value !== undefined) dropped.add(name)
  return undefined
}

const MOST_STOPS = 4

function stopSequences(stop: readonly string[], dropped: Set<string>): readonly string[] | undefined {
  if (stop.length > MOST_STOPS) dropped.add('stop')
  return stop.length === 0 ? undefined : stop.slice(0, MOST_STOPS)
}

const TIERS: readonly string[] = ['auto', 'default', 'flex', 'scale', 'priority']

function serviceTier(tier: string | undefined, dropped: Set<string>): string | undefined {
  return tier === undefined || TIERS.includes(tier) ? tier : withoutWord('service_tier', tier, dropped)
}

const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/**
 * The nearest `reasoning_effort`. A budget counts as low up to 4,096 tokens, medium up to 16,384, high above. Models of
 * OpenAI's that do not reason refuse the member, so 'off' is reported rather than written as `none`.
 */
function effortOf(reasoning: Reasoning | undefined, dropped: Set<string>): string | undefined {
  if (reasoning === undefined) return undefined
  const { effort, budgetTokens, mode } = reasoning
  if (effort !== undefined) {
    return EFFORTS.includes(effort) ? effort : withoutWord('reasoning_effort', effort, dropped)
  }
  if (mode === 'off') return withoutWord('thinking', mode, dropped)
  if (budgetTokens === undefined) return mode === 'on' ? 'medium' : undefined
  if (budgetTokens <= 4096) return 'low'
  return budgetTokens <= 16384 ? 'medium' : 'high'
}

const SWITCHES = { on: 'enabled', off: 'disabled', adaptive: 'adaptive' } as const

/** What a client of this dialect said about reasoning, in its own members again. */
function ownReasoning(reasoning: Reasoning | undefined): JsonObject {
  if (reasoning === undefined) return {}
  const { effort, budgetTokens, mode } = reasoning
  const thinking = { type: SWITCHES[mode ?? 'on'], budget_tokens: budgetTokens }
  return {
    reasoning_effort: effort,
    thinking: mode === undefined && budgetTokens === undefined ? undefined : defined(thinking),
  }
}

function streamMembers(request: ChatRequest, options: JsonValue | undefined): JsonObject {
  if (!request.stream) return { stream_options: undefined }
  return { stream: true, stream_options: { ...(isObject(options) ? options : {}), include_usage: true } }
}
