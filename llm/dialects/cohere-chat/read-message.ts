import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { logprobsOf } from './logprobs.js'
import { countAt, objectAt, objectsOf, textAt } from './members.js'
import type { MessageReader } from './message-reader.js'

/** Reads the `message` of a whole answer, whose `logprobs` stand beside it. */
export function readMessage(body: JsonObject, reader: MessageReader, out: ChatEvent[]): void {
  const message = objectAt(body, 'message')
  const citations = objectsOf(message.citations)
  const contents = contentsOf(message.content)
  const firstText = contents.findIndex(({ type }) => type === 'text')
  // Older models cite without saying which content; those have one.
  const place = (citation: JsonObject) => countAt(citation, 'content_index') ?? firstText
  for (const [index, content] of contents.entries()) {
    readContent(content, index, index === firstText ? body.logprobs : undefined, reader, out)
    for (const citation of citations) if (!ofPlan(citation) && place(citation) === index) reader.cite(citation, out)
  }
  reader.plan(textAt(message, 'tool_plan') ?? '', out)
  for (const citation of citations) if (ofPlan(citation)) reader.cite(citation, out)
  for (const [index, call] of objectsOf(message.tool_calls).entries()) {
    beginCall(index, call, reader, out)
    reader.endCall(index, out)
  }
}

const ofPlan = (citation: JsonObject) => citation.type === 'PLAN'

function contentsOf(content: JsonValue | undefined): readonly JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content)
}

/** Reads a content, or a piece of one; pieces do not say their type. */
export function readContent(
  content: JsonObject,
  index: number,
  logprobs: JsonValue | undefined,
  reader: MessageReader,
  out: ChatEvent[],
): void {
  const { text, thinking } = content
  if (typeof thinking === 'string') reader.say('reasoning', index, thinking, undefined, out)
  const tokens = logprobsOf(logprobs)
  if (typeof text === 'string' || tokens !== undefined) {
    reader.say('text', index, typeof text === 'string' ? text : '', tokens, out)
  }
}

/** Begins a call with the arguments that came with its name. Throws `upstream_error` where it has none. */
export function beginCall(index: number, call: JsonObject, reader: MessageReader, out: ChatEvent[]): void {
  const called = objectAt(call, 'function')
  const name = textAt(called, 'name')
  if (name === undefined) throw new GatewayError('upstream_error', 'the provider called a tool without a name')
  reader.call(index, textAt(call, 'id'), name, out)
  reader.argue(index, argumentText(called.arguments), out)
}

/** Arguments are JSON text; an object is taken for what it stands for. */
export function argumentText(value: JsonValue | undefined): string {
  if (isObject(value)) return JSON.stringify(value)
  return typeof value === 'string' ? value : ''
}
