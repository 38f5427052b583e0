import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { countingDialect } from './count-tokens.js'
import { malformed } from './fields.js'
import { decodeInSteps } from './gemini/decode-request.js'
import { gemini } from './gemini.js'

/**
 * Gemini's `countTokens` (https://ai.google.dev/api/tokens): contents by themselves, or a whole `generateContentRequest` around them.
 * The model stands in the path, and within such a request once more.
 */
export const geminiCountTokens = countingDialect({
  name: 'gemini-count-tokens',
  member: 'totalTokens',
  of: gemini,
  decodeInSteps(body, place) {
    const [, inner] = innerRequest(body) ?? []
    return decodeInSteps(inner ?? body, place)
  },
  patchRequest(body, model): Readonly<Record<string, JsonValue>> {
    const [name, inner] = innerRequest(body) ?? []
    if (name === undefined || inner === undefined) return gemini.patchRequest(body, model)
    return { [name]: { ...inner, model: model.includes('/') ? model : `models/${model}` } }
  },
})

/** The request within, with the name that the client wrote it under. */
function innerRequest(body: JsonObject): readonly [name: string, request: JsonObject] | undefined {
  const { generateContentRequest: camel, generate_content_request: snake } = body
  // Parsers disagree on which of two spellings counts, so a policy and the provider could see different requests.
  if (camel !== undefined && snake !== undefined) {
    throw malformed('generateContentRequest', 'must not be there in both camelCase and snake_case')
  }
  if (isObject(camel)) return ['generateContentRequest', camel]
  return isObject(snake) ? ['generate_content_request', snake] : undefined
}
