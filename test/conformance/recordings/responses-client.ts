import OpenAI from 'openai'
import { isObject, type JsonObject } from '../../../core/json.js'
import { openaiResponses } from '../../../llm/dialects/openai-responses.js'
import { type Answer, type AnswerError, type AnswerUsage, type Call, noAnswer, type Reading } from '../answer-shape.js'
import { CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { listAt, numberAt, objectAt, stringAt } from './members.js'
import { openaiError } from './openai-error.js'
import { responsesProjection } from './projection.js'

/** The `openai` package's responses. */
export function responsesClient({ url }: ClientPlace): ConformanceClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'client', maxRetries: 0, timeout: CLIENT_TIMEOUT })
  return {
    dialect: openaiResponses,
    projection: responsesProjection,
    async ask(request, { model, stream, made }) {
      const body = { ...request, model, ...(stream && { stream }) }
      try {
        if (!stream) return [{ by: 'the body', answer: responseAnswer(await whole(client, body)) }]
        return made === 'own' ? await eventByEvent(client, body) : await withHelper(client, body)
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: openaiError(error, 'at once') } }]
      }
    },
  }
}

/** The client's types describe what OpenAI accepts; recordings hold what anybody ever sent. */
type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming
type StreamParams = OpenAI.Responses.ResponseCreateParamsStreaming

async function whole(client: OpenAI, body: JsonObject): Promise<JsonObject> {
  return (await client.responses.create(body as unknown as Params)) as unknown as JsonObject
}

async function eventByEvent(client: OpenAI, body: JsonObject): Promise<readonly Reading[]> {
  const stream = await client.responses.create(body as unknown as StreamParams)
  const { last, deltas } = await addedUp(stream as unknown as AsyncIterable<JsonObject>)
  return [last ? { by: 'the last event', answer: last } : { by: 'the events', answer: deltas }]
}

async function withHelper(client: OpenAI, body: JsonObject): Promise<readonly Reading[]> {
  const stream = client.responses.stream(body as unknown as StreamParams)
  const { last, deltas } = await addedUp(stream as unknown as AsyncIterable<JsonObject>)
  const events = { by: 'the events', answer: deltas }
  if (deltas.error !== null || last === undefined) return [events]
  const final = (await stream.finalResponse()) as unknown as JsonObject
  return [
    { by: 'the last event', answer: last },
    // Only the last event says what was used, and how it ended.
    { ...events, answer: { ...deltas, finish: last.finish, usage: last.usage } },
    { by: 'finalResponse()', answer: responseAnswer(final) },
  ]
}

function responseAnswer(response: JsonObject): Answer {
  const items = listAt(response, 'output')
  const parts = items.filter((item) => item['type'] === 'message').flatMap((item) => listAt(item, 'content'))
  const reasoning = items.filter((item) => item['type'] === 'reasoning')
  const thoughts = reasoning.flatMap((item) => [...listAt(item, 'summary'), ...listAt(item, 'content')])
  const refusals = parts.filter((part) => part['type'] === 'refusal')
  return {
    ...noAnswer,
    text: joined(parts.filter((part) => part['type'] === 'output_text')),
    refusal: refusals.length === 0 ? null : refusals.map((part) => stringAt(part, 'refusal') ?? '').join(''),
    reasoning: reasoning.length === 0 ? null : joined(thoughts),
    calls: items.flatMap(callOf),
    finish: stringAt(objectAt(response, 'incomplete_details'), 'reason') ?? stringAt(response, 'status'),
    usage: usageOf(response),
    error: failureOf(response),
  }
}

const joined = (parts: readonly JsonObject[]) => parts.map((part) => stringAt(part, 'text') ?? '').join('')

function callOf(item: JsonObject): readonly Call[] {
  const name = stringAt(item, 'name') ?? ''
  if (item['type'] === 'function_call')
    return [{ kind: 'function', name, arguments: stringAt(item, 'arguments') ?? '' }]
  if (item['type'] === 'custom_tool_call') return [{ kind: 'custom', name, arguments: stringAt(item, 'input') ?? '' }]
  return []
}

/** A response that failed says why inside a 200. */
function failureOf(response: JsonObject): AnswerError | null {
  if (response['status'] !== 'failed') return null
  return { status: null, message: stringAt(objectAt(response, 'error'), 'message') ?? '', inStream: true }
}

function usageOf(response: JsonObject): AnswerUsage | null {
  const { usage } = response
  if (!isObject(usage)) return null
  const input = objectAt(usage, 'input_tokens_details')
  return {
    input: numberAt(usage, 'input_tokens'),
    cachedInput: numberAt(input, 'cached_tokens'),
    cacheWrite: numberAt(input, 'cache_write_tokens'),
    output: numberAt(usage, 'output_tokens'),
    reasoning: numberAt(objectAt(usage, 'output_tokens_details'), 'reasoning_tokens'),
  }
}

const LAST = ['response.completed', 'response.incomplete', 'response.failed']

/** Reads the events: what the deltas say, and the whole response of the last one. */
async function addedUp(
  events: AsyncIterable<JsonObject>,
): Promise<{ readonly last: Answer | undefined; readonly deltas: Answer }> {
  let text = ''
  let refusal: string | null = null
  let reasoning: string | null = null
  let last: Answer | undefined
  let error: AnswerError | null = null
  let began = false
  const calls = new Map<number, { kind: Call['kind']; name: string; arguments: string }>()

  const take = (event: JsonObject) => {
    const delta = stringAt(event, 'delta') ?? ''
    const type = stringAt(event, 'type') ?? ''
    const index = numberAt(event, 'output_index') ?? -1
    if (type === 'response.output_text.delta') text += delta
    if (type === 'response.refusal.delta') refusal = (refusal ?? '') + delta
    if (type === 'response.reasoning_summary_text.delta' || type === 'response.reasoning_text.delta') {
      reasoning = (reasoning ?? '') + delta
    }
    if (type === 'response.output_item.added') {
      for (const call of callOf(objectAt(event, 'item'))) calls.set(index, call)
    }
    if (type === 'response.function_call_arguments.delta' || type === 'response.custom_tool_call_input.delta') {
      const call = calls.get(index)
      if (call) call.arguments += delta
    }
    if (LAST.includes(type)) last = responseAnswer(objectAt(event, 'response'))
  }
  try {
    for await (const event of events) {
      began = true
      // The helper's own objects change under our hands.
      take(structuredClone(event))
    }
    if (last?.error) error = last.error
  } catch (thrown) {
    const told = openaiError(thrown, 'in a stream')
    error = { ...told, inStream: told.inStream && (began || told.status === null) }
  }
  return { last, deltas: { ...noAnswer, text, refusal, reasoning, calls: [...calls.values()], error } }
}
