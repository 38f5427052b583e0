import type { ChatRequest, Message } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { textInput, tokenInput } from '../embeddings/inputs.js'
import { fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { NAME } from './name.js'

/** More than any provider takes at once by far: reading this many takes some milliseconds. */
const MOST_INPUTS = 10_000
const MOST_TOKENS = 500_000

const FORMATS = ['float', 'base64'] as const

/**
 * Reads the body of `POST /v1/embeddings`. `input_type` is not OpenAI's: targets that tell documents from queries need it.
 * Members without a word in the vocabulary go to `extras`. Throws `malformed_request` with `param` naming the member at fault.
 */
export function decodeRequest(body: JsonObject): ChatRequest {
  const fields = fieldsOf(body, '')
  return {
    model: fields.required('model', fields.string('model')),
    messages: inputs(fields.required('input', fields.raw('input'))),
    tools: [],
    // Vectors are no tokens: nothing is set aside for an answer.
    maxOutputTokens: 0,
    stop: [],
    n: 1,
    user: fields.string('user'),
    embedding: defined({
      dimensions: fields.integer('dimensions', 1),
      encodingFormat: fields.oneOf('encoding_format', FORMATS),
      inputType: fields.string('input_type'),
    }),
    stream: false,
    includeUsage: true,
    extras: { dialect: NAME, fields: present(fields.rest()) },
  }
}

/** A text, an array of tokens, or an array of either; each is one input. */
function inputs(input: JsonValue): readonly Message[] {
  if (typeof input === 'string') return [textInput(input)]
  if (!isArray(input)) throw malformed('input', 'must be a string, an array of strings, or tokens')
  const [first] = input
  if (first === undefined) throw malformed('input', 'must not be empty')
  if (typeof first === 'number') {
    if (input.length > MOST_TOKENS) throw tooManyTokens()
    return [tokenInput(tokens(input, 'input'))]
  }
  if (input.length > MOST_INPUTS) throw malformed('input', `must have at most ${MOST_INPUTS} inputs`)
  if (typeof first === 'string') return input.map((text, index) => textInput(string(text, `input[${index}]`)))
  if (input.reduce((sum: number, list) => sum + (isArray(list) ? list.length : 0), 0) > MOST_TOKENS)
    throw tooManyTokens()
  return input.map((list, index) => tokenInput(tokens(list, `input[${index}]`)))
}

const tooManyTokens = () => malformed('input', `must have at most ${MOST_TOKENS} tokens`)

function string(value: JsonValue, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'must be a string')
  return value
}

function tokens(value: JsonValue, path: string): readonly number[] {
  if (!isArray(value)) throw malformed(path, 'must be a string or an array of tokens')
  if (value.length === 0) throw malformed(path, 'must not be empty')
  return value.map((token, index) => {
    if (typeof token === 'number' && Number.isSafeInteger(token) && token >= 0) return token
    throw malformed(`${path}[${index}]`, 'must be a token: an integer that is not negative')
  })
}

function present(members: JsonObject): ReadonlyMap<string, JsonValue> {
  const present = new Map<string, JsonValue>()
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && value !== null) present.set(name, value)
  }
  return present
}
