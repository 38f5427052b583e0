import type { ChatRequest } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { EncodedRequest, ModelLimits } from '../../../core/provider.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { DroppedPaths } from '../shared/dropped-paths.js'
import { NAME } from './name.js'
import { transcriptOf } from './transcript.js'

/** OpenAI's own limit. */
const MOST_STOPS = 4

/**
 * Writes a request as the body of `POST /v1/completions`. A conversation becomes a transcript that ends where the assistant
 * speaks next, and stops where the user would. `dropped` names what the API has no field for.
 */
export const encodeRequest = (request: ChatRequest, limits: ModelLimits): EncodedRequest =>
  atOnce(encodeInSteps(request, limits))

/** The same in steps. */
export function* encodeInSteps(request: ChatRequest, limits: ModelLimits): Steps<EncodedRequest> {
  const dropped = new DroppedPaths()
  const own = request.extras.dialect === NAME
  const extras: JsonObject = own ? Object.fromEntries(request.extras.fields) : {}
  if (!own) for (const name of request.extras.fields.keys()) dropped.add(name)
  for (const [name, value] of unsaid(request)) if (value !== undefined) dropped.add(name)
  const body = {
    ...extras,
    model: request.model,
    prompt: yield* transcriptOf(request.messages, dropped),
    max_tokens: atMost(request.maxOutputTokens, limits.maxOutput),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: own ? request.topK : undefined,
    seed: request.seed,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    logit_bias: request.logitBias,
    stop: stopSequences(request, dropped),
    n: request.n === 1 ? undefined : request.n,
    user: request.user,
    ...streamMembers(request, extras.stream_options),
  }
  if (!own && request.topK !== undefined) dropped.add('top_k')
  return { body: defined(body), dropped: [...dropped] }
}

/** What other dialects can ask for and this one cannot, under OpenAI's names. */
function unsaid(request: ChatRequest): readonly (readonly [name: string, value: unknown])[] {
  const { tools, toolChoice, responseFormat, reasoning, logprobs, metadata, serviceTier } = request
  const said = <T>(value: T, nothing: boolean) => (nothing ? undefined : value)
  return [
    ['tools', said(tools, tools.length === 0)],
    ['tool_choice', said(toolChoice, toolChoice?.mode === 'auto' || toolChoice?.mode === 'none')],
    ['response_format', said(responseFormat, responseFormat?.type === 'text')],
    ['reasoning_effort', said(reasoning, reasoning?.mode === 'off' || reasoning?.effort === 'none')],
    ['logprobs', logprobs],
    ['metadata', metadata],
    ['service_tier', said(serviceTier, serviceTier === 'auto' || serviceTier === 'default')],
  ]
}

/** In a transcript the model would go on to write the user's part as well. */
function stopSequences({ stop, messages }: ChatRequest, dropped: Set<string>): readonly string[] | undefined {
  const isPrompt = messages.length === 1 && messages[0]?.role === 'user'
  const all = isPrompt ? stop : [...stop, '\n\nUser:']
  if (stop.length > MOST_STOPS) dropped.add('stop')
  return all.length === 0 ? undefined : all.slice(0, MOST_STOPS)
}

function atMost(wanted: number | undefined, limit: number | undefined): number | undefined {
  return wanted === undefined || limit === undefined ? wanted : Math.min(wanted, limit)
}

function streamMembers({ stream }: ChatRequest, options: JsonValue | undefined): JsonObject {
  if (!stream) return { stream_options: undefined }
  return { stream: true, stream_options: { ...(isObject(options) ? options : {}), include_usage: true } }
}
