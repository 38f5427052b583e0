import type { ChatRequest, Message } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { malformed } from '../fields.js'
import { NAME } from '../openai-embeddings/name.js'
import { isArray } from '../shared/arrays.js'

/** An input of text. */
export function textInput(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] }
}

/** An input that the client has cut into tokens of its model's vocabulary: `{"tokens": [1, 2]}`, which other APIs cannot say. */
export function tokenInput(tokens: readonly number[]): Message {
  return { role: 'user', content: [{ type: 'opaque', dialect: NAME, value: { tokens } }] }
}

/** One input as it was asked for: its text, or its tokens. */
export function inputOf(message: Message): string | readonly number[] {
  let text = ''
  for (const part of message.content) {
    if (part.type === 'text') text += part.text
    else if (part.type === 'opaque' && part.dialect === NAME && isArray(part.value.tokens)) {
      return part.value.tokens.map(Number)
    }
  }
  return text
}

/** Why a target that reads text, and no more than `most` at once, cannot be sent these inputs: too many, or tokens of another vocabulary. */
export function refusalOf({ messages }: ChatRequest, most: number): GatewayError | undefined {
  if (messages.length > most) {
    const limit = most === 1 ? 'one input' : `at most ${most} inputs`
    return malformed('input', `this model takes ${limit} per request, not ${messages.length}`)
  }
  if (messages.every((message) => typeof inputOf(message) === 'string')) return undefined
  return new GatewayError('untranslatable', "'input': this model takes text, not tokens", { param: 'input' })
}

/** The inputs of a request that is not refused. */
export function textsOf({ messages }: ChatRequest): readonly string[] {
  return messages.map((message) => String(inputOf(message)))
}
