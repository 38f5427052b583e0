import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Answer, AnswerUsage, Call } from '../answer-shape.js'
import { argumentText, listAt, numberAt, objectAt, stringAt } from './members.js'

type Said = Pick<Answer, 'text' | 'reasoning' | 'refusal' | 'calls'>

/**
 * Adds messages or deltas of OpenAI's Chat Completions up. Providers disagree on where reasoning stands: the first that is
 * there of `reasoning_content`, `reasoning`, `reasoning_details`, thinking parts.
 */
export function chatMessageReader(): { add(message: JsonObject): void; read(): Said } {
  let text = ''
  let refusal: string | null = null
  const reasoning = { content: '', plain: '', details: '', parts: '' }
  const calls = new Map<string, { kind: Call['kind']; name: string; arguments: string }>()

  const addContent = (content: JsonValue | undefined) => {
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
      // Some hosts send the arguments parsed.
      arguments: sofar.arguments + argumentText(body['arguments'] ?? body['input']),
    })
  }

  return {
    add: (message) => {
      addContent(message['content'])
      const said = stringAt(message, 'refusal')
      if (said !== null) refusal = (refusal ?? '') + said
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

/** The usage of a chat completion or chunk, wherever the provider puts it. */
export function chatUsage(body: JsonObject): AnswerUsage | null {
  const usage = body['usage'] ?? objectAt(body, 'x_groq')['usage']
  if (!isObject(usage)) return null
  const prompt = objectAt(usage, 'prompt_tokens_details')
  const completion = objectAt(usage, 'completion_tokens_details')
  return {
    input: numberAt(usage, 'prompt_tokens'),
    cachedInput:
      numberAt(prompt, 'cached_tokens') ??
      numberAt(usage, 'prompt_cache_hit_tokens') ??
      numberAt(usage, 'num_cached_tokens') ??
      numberAt(usage, 'cached_tokens'),
    cacheWrite: numberAt(prompt, 'cache_write_tokens'),
    output: numberAt(usage, 'completion_tokens'),
    reasoning: numberAt(completion, 'reasoning_tokens') ?? numberAt(usage, 'reasoning_tokens'),
  }
}
