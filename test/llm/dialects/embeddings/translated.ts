import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { GatewayError } from '../../../../core/errors.js'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import type { Dialect, EncodedRequest } from '../../../../core/provider.js'
import { openaiEmbeddings } from '../../../../llm/dialects/openai-embeddings.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'

/** The request of a client for these inputs. */
export function asked(input: JsonValue, more: JsonObject = {}): ChatRequest {
  return openaiEmbeddings.decodeRequest({ model: 'mine', input, ...more })
}

/** What a target of this dialect and model is sent for a client's request. */
export function sent(dialect: Dialect, model: string, input: JsonValue, more: JsonObject = {}): EncodedRequest {
  const { body, dropped } = dialect.encodeRequest({ ...asked(input, more), model }, {})
  return { body: JSON.parse(JSON.stringify(body)), dropped }
}

/** Why a target of this dialect and model cannot be sent a client's request. */
export function refused(dialect: Dialect, model: string, input: JsonValue): GatewayError | undefined {
  return dialect.refuses?.(asked(input), model)
}

/** An answer's events; its bytes come in two pieces, cut at `cut`. */
export function eventsOf(dialect: Dialect, answer: unknown, cut = 0): readonly ChatEvent[] {
  const bytes = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer))
  const framing = wholeBody.decode()
  const decoder = dialect.decodeEvents()
  const frames = [
    ...framing.push(bytes.subarray(0, cut)),
    ...framing.push(bytes.subarray(cut)),
    ...framing.end('complete'),
  ]
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end('complete')]
}

/** The body that the client of `request` gets for a target's answer. */
export function answered(dialect: Dialect, answer: unknown, request: ChatRequest): JsonObject {
  const encoder = openaiEmbeddings.encodeEvents(request)
  const [frame, ...more] = eventsOf(dialect, answer).flatMap((event) => encoder.push(event))
  if (frame?.type !== 'body' || more.length > 0) throw new Error('not one body')
  return JSON.parse(frame.data)
}
