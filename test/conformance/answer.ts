import type OpenAI from 'openai'
import { APIError } from 'openai'
import { isObject, type JsonObject } from '../../core/json.js'
import { type Answer, type AnswerError, type Call, noAnswer } from './answer-shape.js'

/**
 * Sends one chat request with the official client and reads the first choice as an application would. Streams are
 * read chunk by chunk, and what had come before an error is kept.
 */
export async function readAnswer(client: OpenAI, body: JsonObject): Promise<Answer> {
  // The client's types describe what OpenAI accepts; recordings hold what anybody ever sent.
  const request = body as unknown as OpenAI.ChatCompletionCreateParams
  try {
    const answer = await client.chat.completions.create(request)
    if (!(Symbol.asyncIterator in answer)) return wholeAnswer(answer as unknown as JsonObject)
    return await streamedAnswer(answer)
  } catch (error) {
    return { ...noAnswer, error: errorOf(error) }
  }
}

function wholeAnswer(body: JsonObject): Answer {
  const choice = firstObject(body['choices'])
  const reader = messageReader()
  reader.add(objectAt(choice, 'message'))
  return { ...noAnswer, ...reader.read(), finish: stringAt(choice, 'finish_reason'), usage: usageIn(body) }
}

async function streamedAnswer(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<Answer> {
  const reader = messageReader()
  let finish: string | null = null
  let usage: JsonObject | null = null
  const read = () => ({ ...noAnswer, ...reader.read(), finish, usage })
  try {
    for await (const chunk of stream as unknown as AsyncIterable<JsonObject>) {
      usage = usageIn(chunk) ?? usage
      const choice = firstObject(chunk['choices'])
      if ((numberAt(choice, 'index') ?? 0) !== 0) continue
      reader.add(objectAt(choice, 'delta'))
      finish = stringAt(choice, 'finish_reason') ?? finish
    }
    return read()
  } catch (error) {
    return { ...read(), error: errorOf(error) }
  }
}

/** Adds messages or deltas up. Providers disagree on where reasoning stands; README order, the first that is there. */
function messageReader(): {
  add(message: JsonObject): void
  read(): Pick<Answer, 'text' | 'reasoning' | 'refusal' | 'calls'>
} {
  let text = ''
  let refusal: string | null = null
  const reasoning = { content: '', plain: '', details: '', parts: '' }
  const calls = new Map<string, { kind: Call['kind']; name: string; arguments: string }>()

  const addContent = (content: JsonObject[string]) => {
    if (typeof content === 'string') text += content
    if (!Array.isArray(content)) return
    for (const part of content) {
      if (!isObject(part)) continue
      if (part['type'] === 'text') text += part['text'] ?? ''
      if (part['type'] === 'thinking') {
        for (const thought of listAt(part, 'thinking')) reasoning.parts += stringAt(thought, 'text') ?? ''
      }
    }
  }
  const addCall = (call: JsonObject, position: number) => {
    const key = String(numberAt(call, 'index') ?? `at ${stringAt(call, 'id') ?? position}`)
    // Deltas after the first have no type; Snowflake sends an empty `custom` beside the function.
    const kind = isObject(call['function']) || !isObject(call['custom']) ? 'function' : 'custom'
    const body = objectAt(call, kind)
    const sofar = calls.get(key) ?? { kind, name: '', arguments: '' }
    calls.set(key, {
      kind: sofar.kind,
      name: sofar.name + (stringAt(body, 'name') ?? ''),
      arguments: sofar.arguments + argumentsIn(body),
    })
  }

  return {
    add: (message) => {
      addContent(message['content'])
      refusal = joined(refusal, stringAt(message, 'refusal'))
      reasoning.content += stringAt(message, 'reasoning_content') ?? ''
      reasoning.plain += stringAt(message, 'reasoning') ?? ''
      for (const detail of listAt(message, 'reasoning_details')) {
        reasoning.details += stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? ''
      }
      listAt(message, 'tool_calls').forEach(addCall)
      if (isObject(message['function_call'])) addCall({ index: 0, function: message['function_call'] }, 0)
    },
    read: () => ({
      text,
      refusal,
      reasoning: reasoning.content || reasoning.plain || reasoning.details || reasoning.parts || null,
      // Snowflake fills the list with calls that have no name; there is nothing to call.
      calls: [...calls.values()].filter((call) => call.name !== ''),
    }),
  }
}

function argumentsIn(call: JsonObject): string {
  const written = call['arguments'] ?? call['input']
  if (typeof written === 'string') return written
  // Some hosts send the arguments parsed.
  return isObject(written) ? JSON.stringify(written) : ''
}

function errorOf(error: unknown): AnswerError {
  if (!(error instanceof APIError)) return { status: null, message: String(error), inStream: false }
  const body: unknown = error.error
  const message = isObject(body) ? stringAt(body, 'message') : null
  // The client raises a stream's error event without a status.
  return { status: error.status ?? null, message: message ?? error.message, inStream: error.status === undefined }
}

const joined = (before: string | null, more: string | null) => (more === null ? before : (before ?? '') + more)
const usageIn = (body: JsonObject): JsonObject | null => {
  const usage = body['usage'] ?? objectAt(body, 'x_groq')['usage']
  return isObject(usage) ? usage : null
}
const firstObject = (list: JsonObject[string]): JsonObject => {
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  return isObject(first) ? first : {}
}
const objectAt = (object: JsonObject, name: string): JsonObject => {
  const member = object[name]
  return isObject(member) ? member : {}
}
const listAt = (object: JsonObject, name: string): readonly JsonObject[] => {
  const member = object[name]
  return Array.isArray(member) ? member.filter(isObject) : []
}
const stringAt = (object: JsonObject, name: string): string | null => {
  const member = object[name]
  return typeof member === 'string' ? member : null
}
const numberAt = (object: JsonObject, name: string): number | null => {
  const member = object[name]
  return typeof member === 'number' ? member : null
}
