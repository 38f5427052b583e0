import { type ErrorCode, GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { defined } from '../shared/defined.js'

/** Longest provider message that is passed on, in characters. */
const MAX_MESSAGE = 2000

/** Anthropic's word for each of our codes (https://platform.claude.com/docs/en/api/errors). */
const TYPES: Readonly<Record<ErrorCode, string>> = {
  malformed_request: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  guardrail_blocked: 'invalid_request_error',
  invalid_api_key: 'authentication_error',
  model_not_allowed: 'permission_error',
  model_not_found: 'not_found_error',
  not_found: 'not_found_error',
  method_not_allowed: 'invalid_request_error',
  request_too_large: 'request_too_large',
  untranslatable: 'invalid_request_error',
  budget_exceeded: 'rate_limit_error',
  rate_limit_exceeded: 'rate_limit_error',
  upstream_refused: 'invalid_request_error',
  upstream_error: 'api_error',
  upstream_unavailable: 'overloaded_error',
  upstream_timeout: 'timeout_error',
  internal_error: 'api_error',
}

/** Words of Anthropic's own that a client of this dialect may see unchanged. */
const OWN_WORDS = new Set([...Object.values(TYPES), 'billing_error'])

/**
 * Reads an error response by its status (`>= 400`) and whatever its body is: the provider's message survives only on a
 * refusal of the request itself (400, 404, 413, 422), so that nothing about our credentials or its insides leaks.
 */
export function decodeError(status: number, body: string): GatewayError {
  const { type, message } = readError(parseJson(body))
  return errorFor(status, type, message)
}

/** The status that an error delivered inside a 200 would have had, by Anthropic's `error.type`. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** Reads the `{"type":"error","error":{...}}` of a stream event, or of a body that came with a 200. */
export function decodeErrorEvent(value: JsonValue): GatewayError {
  const { type, message } = readError(value)
  const known = type !== undefined && Object.hasOwn(STATUS_OF_TYPE, type) ? STATUS_OF_TYPE[type] : undefined
  return errorFor(known ?? 500, type, message)
}

/** Writes an error body. A provider's own code stays when it is one of Anthropic's words. */
export function encodeError(error: GatewayError, requestId: string): JsonObject {
  return defined({
    type: 'error',
    error: { type: typeOf(error), message: error.message },
    request_id: requestId === '' ? undefined : requestId,
  })
}

/** Writes the `error` event that ends a broken stream. */
export function encodeStreamError(error: GatewayError, requestId: string): Frame {
  return { type: 'event', event: 'error', data: JSON.stringify(encodeError(error, requestId)) }
}

function typeOf(error: GatewayError): string {
  if (error.providerCode !== undefined && OWN_WORDS.has(error.providerCode)) return error.providerCode
  if (error.code === 'upstream_refused' && error.status === 404) return 'not_found_error'
  if (error.code === 'upstream_refused' && error.status === 413) return 'request_too_large'
  return TYPES[error.code]
}

function errorFor(status: number, type: string | undefined, message: string | undefined): GatewayError {
  const named = type === undefined ? '' : ` (${type})`
  const providerCode = type === undefined ? {} : { providerCode: type }
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return new GatewayError('upstream_refused', message ?? `the provider answered ${status}${named}`, {
        status,
        ...providerCode,
      })
    case 429:
      return new GatewayError('rate_limit_exceeded', 'the provider answered 429: its rate limit is reached')
    case 408:
    case 504:
      return new GatewayError('upstream_timeout', `the provider answered ${status}${named}`)
    case 401:
    case 402:
    case 403:
      return new GatewayError('upstream_error', `the provider answered ${status}: it refused the gateway's credentials`)
    default:
      return new GatewayError('upstream_error', `the provider answered ${status}${named}`, providerCode)
  }
}

/** Finds type and message in the shapes that Anthropic, its hosts and proxies in between use. */
function readError(value: JsonValue | undefined): { readonly type?: string; readonly message?: string } {
  if (!isObject(value)) return {}
  const inner = isObject(value['error']) ? value['error'] : value
  const words = [inner['type'], inner['code'], inner['status']]
  const type = words.find((word) => typeof word === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(word) && word !== 'error')
  const texts = [inner['message'], value['error'], value['message'], value['detail']]
  const message = texts.find((text): text is string => typeof text === 'string' && text !== '')
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE) }),
  }
}
