import type { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { encodeError, errorInAnswer } from '../openai-chat/errors.js'

/** The HTTP statuses that the codes of a failed response stand for, where OpenAI's error types do not say; others are 500. */
const STATUS_OF: Readonly<Record<string, number>> = {
  too_many_requests: 429,
  vector_store_timeout: 504,
  invalid_prompt: 400,
  data_residency_mismatch: 400,
  bio_policy: 400,
}

/**
 * Reads an `error` event, whose members stand in an `error` object (as OpenAI sends them) or beside the type (as it
 * documents them), the `error` of a failed response, or an error body that came with a 200.
 */
export function decodeErrorEvent(value: JsonObject): GatewayError {
  const { type, ...flat } = value
  const inner = isObject(value.error) || typeof value.error === 'string' ? value.error : undefined
  const error = inner ?? (type === 'error' ? flat : value)
  if (!isObject(error)) return errorInAnswer(error)
  const status = statusOf(error.code) ?? statusOf(error.type)
  return errorInAnswer({ error: status === undefined ? error : { ...error, status_code: status } })
}

function statusOf(word: JsonValue | undefined): number | undefined {
  if (typeof word !== 'string') return undefined
  if (Object.hasOwn(STATUS_OF, word)) return STATUS_OF[word]
  // Everything that is said about an image or a file is about the request.
  return /(^|_)(image|file)(_|$)/.test(word) ? 400 : undefined
}

/**
 * Writes the `error` event that ends a broken stream, in both forms: OpenAI's own clients throw on the `error` object, and
 * readers of the documentation look for the members beside it. It is outside the answer's numbering.
 */
export function encodeStreamError(error: GatewayError, requestId: string): Frame {
  const inner = encodeError(error, requestId).error
  const { code, message, param } = isObject(inner) ? inner : {}
  const data = { type: 'error', code, message, param, sequence_number: 0, error: inner }
  return { type: 'event', event: 'error', data: JSON.stringify(data) }
}
