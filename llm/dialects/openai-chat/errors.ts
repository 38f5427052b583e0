import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import { isArray } from '../shared/arrays.js'

const LONGEST_MESSAGE = 2000

/** What a provider says about its error, wherever in the body it says it. */
interface Complaint {
  readonly message?: string
  readonly code?: string
  readonly type?: string
  readonly param?: string
  /** The HTTP status named inside the body. */
  readonly status?: number
}

/**
 * Reads an error response, whatever its body holds: OpenAI's `{error: {...}}`, `{error: "..."}`, `{message}`, `{detail}`,
 * HTML or nothing. Bodies that are not JSON are never quoted.
 */
export function decodeError(status: number, body: string): GatewayError {
  return providerError(status, complaintOf(parseJson(body)))
}

/**
 * Reads an error that came inside a 200 (`error` member of an answer or of a stream's event). The status is the one that
 * it names itself, else what its type or code stands for, else 500.
 */
export function errorInAnswer(value: JsonValue): GatewayError {
  const complaint = complaintOf(value)
  const word = [complaint.code, complaint.type].find((name) => name !== undefined && Object.hasOwn(STATUS_OF, name))
  return providerError(complaint.status ?? (word === undefined ? 500 : (STATUS_OF[word] ?? 500)), complaint)
}

const STATUS_OF: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  context_length_exceeded: 400,
  authentication_error: 401,
  invalid_api_key: 401,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  timeout: 504,
}

function providerError(status: number, complaint: Complaint): GatewayError {
  const message = complaint.message?.slice(0, LONGEST_MESSAGE)
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return new GatewayError('upstream_refused', message ?? `the provider refused the request with status ${status}`, {
        status,
        param: complaint.param,
        providerCode: isContextLength(complaint) ? 'context_length_exceeded' : (complaint.code ?? complaint.type),
      })
    case 429:
      return new GatewayError('rate_limit_exceeded', message ?? 'the provider limits the rate of requests')
    case 408:
    case 504:
      return new GatewayError('upstream_timeout', `the provider timed out (status ${status})`)
    // What a provider says about credentials may quote them.
    case 401:
    case 403:
    case 407:
      return new GatewayError('upstream_error', `the provider refused the gateway's credentials (status ${status})`)
    default: {
      const said = message === undefined ? '' : `: ${message}`
      return new GatewayError(
        'upstream_error',
        `the provider failed with status ${status}${said}`.slice(0, LONGEST_MESSAGE),
      )
    }
  }
}

// Compatible servers have no code for it; vLLM, llama.cpp and Anthropic's compatible endpoint say it in words only.
const CONTEXT_LENGTH =
  /maximum context length|context[_ ](length|window|size)[^.]{0,40}exceed|exceed[^.]{0,60}context (length|window|size)|prompt is too long/i

function isContextLength(complaint: Complaint): boolean {
  if (complaint.code === 'context_length_exceeded' || complaint.type === 'exceed_context_size_error') return true
  return complaint.message !== undefined && CONTEXT_LENGTH.test(complaint.message.slice(0, LONGEST_MESSAGE))
}

function complaintOf(body: JsonValue | undefined): Complaint {
  // Google's compatible endpoint wraps the object in an array.
  const value = isArray(body) ? (body[0] ?? null) : body
  if (typeof value === 'string') return { message: value }
  if (!isObject(value)) return {}
  const inner = value.error
  if (isObject(inner)) return complaintIn(inner)
  if (typeof inner === 'string' && inner !== '') {
    const { message, ...rest } = complaintIn(value)
    return { ...rest, message: message ?? inner }
  }
  return complaintIn(value)
}

function complaintIn(value: JsonObject): Complaint {
  return {
    message: text(value.message) ?? detail(value.detail) ?? text(value.error_description),
    code: text(value.code),
    type: text(value.type),
    param: text(value.param),
    status: status(value.status_code) ?? status(value.status) ?? status(value.code),
  }
}

/** FastAPI's `detail`: a string, or a list of problems with their places. */
function detail(value: JsonValue | undefined): string | undefined {
  if (!isArray(value)) return isObject(value) ? text(value.message) : text(value)
  const problems = value.flatMap((problem) => {
    if (!isObject(problem) || typeof problem.msg !== 'string') return []
    return [isArray(problem.loc) ? `${problem.loc.join('.')}: ${problem.msg}` : problem.msg]
  })
  return problems.length === 0 ? undefined : problems.join('; ')
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function status(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number < 600 ? number : undefined
}

/** Writes OpenAI's error body. A provider's own refusal shows the provider's code, or none. */
export function encodeError(error: GatewayError, _requestId: string): JsonObject {
  const code = error.providerCode ?? (error.code === 'upstream_refused' ? null : error.code)
  return { error: { message: error.message, type: error.type, param: error.param ?? null, code } }
}

/** Writes the error as a stream's last event; OpenAI's clients throw on an event that has an `error` member. */
export function encodeStreamError(error: GatewayError, requestId: string): Frame {
  return { type: 'event', event: '', data: JSON.stringify(encodeError(error, requestId)) }
}
