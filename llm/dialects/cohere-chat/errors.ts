import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { textAt } from './members.js'

/** Longest provider message that is passed on, in characters. */
const MAX_MESSAGE = 2000

/** What Cohere says of an error. */
interface Complaint {
  readonly message?: string | undefined
  /** `error_type`: `INVALID_TOOL_GENERATION` and the like. */
  readonly type?: string | undefined
}

/**
 * Reads an error response, whatever its body holds: `{id?, message, error_type?}` (https://docs.cohere.com/reference/errors),
 * HTML or nothing. The message survives where it is about the request, not about our credentials.
 */
export function decodeError(status: number, body: string): GatewayError {
  const complaint = complaintOf(parseJson(body))
  const { message, type } = complaint
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return new GatewayError('upstream_refused', message ?? `the provider refused the request with status ${status}`, {
        status,
        ...codeOf(isTooLong(message) ? 'context_length_exceeded' : type),
      })
    case 429:
      return new GatewayError('rate_limit_exceeded', 'the provider answered 429: its rate limit or quota is reached')
    case 408:
    case 504:
      return new GatewayError('upstream_timeout', `the provider timed out (status ${status})`)
    case 401:
    case 402:
    case 403:
      return new GatewayError('upstream_error', `the provider refused the gateway's credentials (status ${status})`)
    default:
      return failure(`the provider failed with status ${status}`, complaint)
  }
}

/** Whether an answer says that it is one no more: its finish is an error's, or an `error` stands beside it. */
export function saysError({ finish_reason: finish, error }: JsonObject): boolean {
  return finish === 'ERROR' || finish === 'TIMEOUT' || (typeof error === 'string' && error !== '')
}

/** Reads the error that ended an answer: what came with its `finish_reason`, or an error body in the place of an event. */
export function errorInAnswer(value: JsonObject): GatewayError {
  if (value.finish_reason === 'TIMEOUT') return new GatewayError('upstream_timeout', 'the provider timed out')
  return failure('the provider broke its answer off', complaintOf(value))
}

function failure(what: string, { message, type }: Complaint): GatewayError {
  const said = message === undefined ? '' : `: ${message}`
  return new GatewayError('upstream_error', `${what}${said}`.slice(0, MAX_MESSAGE), codeOf(type))
}

const codeOf = (providerCode: string | undefined) => (providerCode === undefined ? {} : { providerCode })

const isTooLong = (message: string | undefined) => message !== undefined && /^\s*too many tokens\b/i.test(message)

function complaintOf(body: JsonValue | undefined): Complaint {
  if (!isObject(body)) return {}
  const type = textAt(body, 'error_type')
  return {
    message: (textAt(body, 'message') ?? textAt(body, 'error'))?.slice(0, MAX_MESSAGE),
    type: type !== undefined && /^[A-Z_]{1,64}$/.test(type) ? type : undefined,
  }
}

/** Writes an error body. */
export function encodeError(error: GatewayError, requestId: string): JsonObject {
  return { ...(requestId === '' ? {} : { id: requestId }), message: error.message }
}

/** Writes the event that ends a broken stream, as Cohere does: the last of the answer, with an error. */
export function encodeStreamError(error: GatewayError, _requestId: string): Frame {
  const delta = { finish_reason: 'ERROR', usage: {}, error: error.message }
  return { type: 'event', event: 'message-end', data: JSON.stringify({ type: 'message-end', delta }) }
}
