import type { ChatEvent, ChatRequest } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { encodeRequest } from './encode-request.js'

type StartEvent = Extract<ChatEvent, { type: 'start' }>

/** What differs between the responses that one stream shows. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete'
  readonly output: readonly JsonValue[]
  readonly usage: JsonObject | null
  readonly incomplete?: string | undefined
}

/** Writes the `response` object in every state of one answer with what it repeats; an answer whose provider gave no id gets a constant one. */
export function responseWriter(
  repeated: JsonObject,
  start: StartEvent | undefined,
): (state: ResponseState) => JsonObject {
  const head = {
    id: start?.id || 'resp_unknown',
    object: 'response',
    created_at: Math.floor(start?.created ?? 0),
  }
  const model = start?.model ?? ''
  const tier = start?.serviceTier
  return ({ status, output, usage, incomplete }) => ({
    ...head,
    status,
    background: false,
    error: null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    ...repeated,
    ...(tier === undefined ? {} : { service_tier: tier }),
    model,
    output,
    usage,
  })
}

/** The members of the request that a response repeats, with the API's defaults for what was not said. */
export function repeatedOf(request: ChatRequest): JsonObject {
  // What it cannot say is nothing that a client of this dialect could have asked for.
  const { body } = encodeRequest({ ...request, messages: request.messages.filter(({ role }) => role === 'system') }, {})
  return {
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null, ...objectOr(body.reasoning) },
    service_tier: body.service_tier ?? 'default',
    store: false,
    temperature: body.temperature ?? null,
    text: { format: { type: 'text' }, ...objectOr(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? null,
    truncation: body.truncation ?? 'disabled',
    user: body.user ?? null,
  }
}

const objectOr = (value: JsonValue | undefined): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
