import { type ErrorCode, GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { EXCEPTION } from '../../framing/aws-eventstream.js'

/** Longest provider message that is passed on, in characters. */
const MAX_MESSAGE = 2000

/**
 * The HTTP status of each exception (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html).
 * A quota is answered with 400, though the request is not at fault: another time, or another account, it passes.
 */
const STATUS_OF: Readonly<Record<string, number>> = {
  ValidationException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ThrottlingException: 429,
  ServiceQuotaExceededException: 429,
  ModelNotReadyException: 503,
  InternalServerException: 500,
  ServiceUnavailableException: 503,
  ModelErrorException: 424,
  ModelStreamErrorException: 424,
  // Signatures that are refused; some come with 400.
  IncompleteSignatureException: 403,
  ExpiredTokenException: 403,
  UnrecognizedClientException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
}

/** The exception that says each of our codes. */
const EXCEPTIONS: Readonly<Record<ErrorCode, string>> = {
  malformed_request: 'ValidationException',
  context_length_exceeded: 'ValidationException',
  guardrail_blocked: 'ValidationException',
  invalid_api_key: 'AccessDeniedException',
  model_not_allowed: 'AccessDeniedException',
  model_not_found: 'ResourceNotFoundException',
  not_found: 'ResourceNotFoundException',
  method_not_allowed: 'ValidationException',
  request_too_large: 'ValidationException',
  untranslatable: 'ValidationException',
  budget_exceeded: 'ThrottlingException',
  rate_limit_exceeded: 'ThrottlingException',
  upstream_refused: 'ValidationException',
  upstream_error: 'InternalServerException',
  upstream_unavailable: 'ServiceUnavailableException',
  upstream_timeout: 'ModelTimeoutException',
  internal_error: 'InternalServerException',
}

/**
 * Reads an error response by its status (`>= 400`) and the exception that its body may name; AWS names it in a header too,
 * which is not seen here. The message survives only on a refusal of the request itself.
 */
export function decodeError(status: number, body: string): GatewayError {
  const value = parseJson(body)
  return errorFor(status, typeIn(value), messageIn(value))
}

/** Reads an exception in mid-stream by its name, which is written `throttlingException` there. */
export function decodeException(name: string, payload: JsonObject): GatewayError {
  const type = name === '' ? undefined : name.charAt(0).toUpperCase() + name.slice(1)
  return errorFor(statusOf(type) ?? 500, type, messageIn(payload))
}

/** Writes an error body. `__type` names the exception to clients that find it in no header. */
export function encodeError(error: GatewayError, _requestId: string): JsonObject {
  return { __type: exceptionOf(error), message: error.message }
}

/** Writes the exception that ends a broken stream. */
export function encodeStreamError(error: GatewayError, _requestId: string): Frame {
  const name = exceptionOf(error)
  const event = `${EXCEPTION}${name.charAt(0).toLowerCase()}${name.slice(1)}`
  return { type: 'event', event, data: JSON.stringify({ message: error.message }) }
}

function exceptionOf(error: GatewayError): string {
  if (error.providerCode !== undefined && Object.hasOwn(STATUS_OF, error.providerCode)) return error.providerCode
  if (error.code === 'upstream_refused' && error.status === 404) return 'ResourceNotFoundException'
  return EXCEPTIONS[error.code]
}

const statusOf = (type: string | undefined): number | undefined =>
  type !== undefined && Object.hasOwn(STATUS_OF, type) ? STATUS_OF[type] : undefined

// Bedrock has one exception for every fault of a request; this one clients must be able to tell.
const CONTEXT_LENGTH = /(input|prompt) is too long|too many input tokens|exceeds? the (model's )?(maximum )?context/i

function errorFor(answered: number, type: string | undefined, message: string | undefined): GatewayError {
  const status = statusOf(type) ?? answered
  const named = type === undefined ? '' : ` (${type})`
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422: {
      const tooLong = message !== undefined && CONTEXT_LENGTH.test(message)
      const providerCode = tooLong ? 'context_length_exceeded' : type
      return new GatewayError('upstream_refused', message ?? `the provider answered ${status}${named}`, {
        status,
        ...(providerCode === undefined ? {} : { providerCode }),
      })
    }
    case 429:
      return new GatewayError('rate_limit_exceeded', `the provider answered ${answered}${named}: its limit is reached`)
    case 408:
    case 504:
      return new GatewayError('upstream_timeout', `the provider answered ${answered}${named}`)
    case 401:
    case 403:
      return new GatewayError(
        'upstream_error',
        `the provider answered ${answered}: it refused the gateway's credentials`,
      )
    default:
      return new GatewayError('upstream_error', `the provider answered ${answered}${named}`, {
        ...(type === undefined ? {} : { providerCode: type }),
      })
  }
}

/** The exception's name without what AWS puts around it: `com.amazon.coral.service#X`, `X:http://internal...`. */
function typeIn(value: JsonValue | undefined): string | undefined {
  if (!isObject(value)) return undefined
  const word = value['__type'] ?? value['code']
  if (typeof word !== 'string') return undefined
  const name = word.split(':', 1)[0]?.split('#').at(-1) ?? ''
  return /^[A-Za-z0-9]{1,64}$/.test(name) ? name : undefined
}

function messageIn(value: JsonValue | undefined): string | undefined {
  if (!isObject(value)) return undefined
  // Services before this one's write it `Message`.
  const texts = [value['message'], value['Message'], value['originalMessage']]
  return texts.find((text): text is string => typeof text === 'string' && text !== '')?.slice(0, MAX_MESSAGE)
}
