import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { objectsOf } from './members.js'

/**
 * Reads `logprobs` (one item on a stream's event, a list on a body) in OpenAI's form, which is the vocabulary's; undefined
 * where there are none. An item is a piece of text of one or more tokens: its probability is theirs multiplied.
 */
export function logprobsOf(value: JsonValue | undefined): JsonObject | undefined {
  const content = objectsOf(value).flatMap((item) => {
    const { text, logprobs } = item
    if (typeof text !== 'string' || !isArray(logprobs)) return []
    const logprob = logprobs.reduce<number>((sum, each) => (typeof each === 'number' ? sum + each : sum), 0)
    return [{ token: text, logprob, bytes: [...new TextEncoder().encode(text)], top_logprobs: [] }]
  })
  return content.length === 0 ? undefined : { content, refusal: null }
}

/** The tokens of a delta as Cohere's items; nobody else's token ids are known. */
export function logprobItems(logprobs: JsonValue | undefined): readonly JsonObject[] {
  const tokens = isObject(logprobs) && isArray(logprobs.content) ? logprobs.content.filter(isObject) : []
  return tokens.map(({ token, logprob }) => ({ text: token ?? '', token_ids: [], logprobs: [logprob ?? 0] }))
}
