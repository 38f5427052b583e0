import type { ErrorCode, GatewayError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { STATUSES } from './status-words.js'

/** Google's status word for each of our codes. */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  malformed_request: 'INVALID_ARGUMENT',
  context_length_exceeded: 'INVALID_ARGUMENT',
  guardrail_blocked: 'INVALID_ARGUMENT',
  invalid_api_key: 'UNAUTHENTICATED',
  model_not_allowed: 'PERMISSION_DENIED',
  model_not_found: 'NOT_FOUND',
  not_found: 'NOT_FOUND',
  method_not_allowed: 'UNIMPLEMENTED',
  request_too_large: 'INVALID_ARGUMENT',
  untranslatable: 'INVALID_ARGUMENT',
  budget_exceeded: 'RESOURCE_EXHAUSTED',
  rate_limit_exceeded: 'RESOURCE_EXHAUSTED',
  upstream_refused: 'INVALID_ARGUMENT',
  upstream_error: 'INTERNAL',
  upstream_unavailable: 'UNAVAILABLE',
  upstream_timeout: 'DEADLINE_EXCEEDED',
  internal_error: 'INTERNAL',
}

/** Writes an error body: `google.rpc.Status`, with what the standard details have a place for. */
export function encodeError(error: GatewayError, requestId: string): JsonObject {
  const own = error.providerCode !== undefined && Object.hasOwn(STATUSES, error.providerCode)
  const word = own ? error.providerCode : error.status === 404 ? 'NOT_FOUND' : WORDS[error.code]
  return { error: { code: error.status, message: error.message, status: word, details: detailsOf(error, requestId) } }
}

function detailsOf({ code, message, param, retryAfter }: GatewayError, requestId: string): readonly JsonObject[] {
  const detail = (name: string, members: JsonObject) => ({
    '@type': `type.googleapis.com/google.rpc.${name}`,
    ...members,
  })
  return [
    detail('ErrorInfo', { reason: code.toUpperCase(), domain: 'tollgate' }),
    ...(param === undefined
      ? []
      : [detail('BadRequest', { fieldViolations: [{ field: param, description: message }] })]),
    ...(retryAfter === undefined ? [] : [detail('RetryInfo', { retryDelay: `${retryAfter}s` })]),
    ...(requestId === '' ? [] : [detail('RequestInfo', { requestId })]),
  ]
}

/** Writes the error as a stream's last event; Google's clients throw on a chunk that has an `error`. */
export function encodeStreamError(error: GatewayError, requestId: string): Frame {
  return { type: 'event', event: '', data: JSON.stringify(encodeError(error, requestId)) }
}
