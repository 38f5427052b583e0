import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonValue, parseJson } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { countAt, listOf, member, textAt } from './members.js'
import { STATUSES } from './status-words.js'

/** Longest provider message that is passed on, in characters. */
const MAX_MESSAGE = 2000

/** What Google says of an error: `google.rpc.Status`, inside `error`. */
interface Complaint {
  readonly message?: string
  /** `INVALID_ARGUMENT` and the like. */
  readonly status?: string
  readonly code?: number
  /** `ErrorInfo.reason`: `API_KEY_INVALID` and the like. */
  readonly reason?: string
  /** `RetryInfo.retryDelay`, in seconds. */
  readonly retryAfter?: number
}

/**
 * Reads an error response, whatever its body holds; streams that are not event streams wrap it in an array. The provider's
 * message survives only on a refusal of the request itself, so that nothing about our credentials or its insides leaks.
 */
export function decodeError(status: number, body: string): GatewayError {
  return errorFor(status, complaintOf(parseJson(body)))
}

/** Reads the `error` of an answer that came with a 200; its status is the one that it names. */
export function errorInAnswer(value: JsonValue): GatewayError {
  const complaint = complaintOf(value)
  return errorFor(complaint.code ?? statusOf(complaint.status) ?? 500, complaint)
}

const statusOf = (word: string | undefined) =>
  word !== undefined && Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined

function errorFor(status: number, complaint: Complaint): GatewayError {
  const named = complaint.status === undefined ? '' : ` (${complaint.status})`
  const said = complaint.message === undefined ? '' : `: ${complaint.message}`
  const providerCode = complaint.status
  // A wrong key is a bad request to Google; to the client it is the gateway's own trouble.
  if (complaint.reason?.startsWith('API_KEY_') === true) return credentialsRefused(status)
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422:
      return new GatewayError('upstream_refused', complaint.message ?? `the provider answered ${status}${named}`, {
        status,
        providerCode,
      })
    case 429:
      return new GatewayError('rate_limit_exceeded', 'the provider answered 429: its rate limit or quota is reached', {
        retryAfter: complaint.retryAfter,
      })
    case 408:
    case 504:
      return new GatewayError('upstream_timeout', `the provider answered ${status}${named}`)
    case 401:
    case 402:
    case 403:
      return credentialsRefused(status)
    default:
      return new GatewayError('upstream_error', `the provider answered ${status}${named}${said}`, {
        providerCode,
        retryAfter: complaint.retryAfter,
      })
  }
}

const credentialsRefused = (status: number) =>
  new GatewayError('upstream_error', `the provider answered ${status}: it refused the gateway's credentials`)

function complaintOf(body: JsonValue | undefined): Complaint {
  const value = isArray(body) ? body[0] : body
  if (!isObject(value)) return {}
  const inner = value['error']
  if (typeof inner === 'string') return defined({ message: textAt(value, 'message') ?? shortened(inner) })
  const error = isObject(inner) ? inner : value
  const details = listOf(member(error, 'details')).filter(isObject)
  const code = countAt(error, 'code')
  return defined({
    message: shortened(textAt(error, 'message')),
    status: wordIn(textAt(error, 'status')),
    code: code !== undefined && code >= 400 && code < 600 ? code : undefined,
    reason: details.map((detail) => textAt(detail, 'reason')).find((reason) => reason !== undefined),
    retryAfter: details.map((detail) => secondsOf(textAt(detail, 'retryDelay'))).find((delay) => delay !== undefined),
  })
}

const shortened = (text: string | undefined) => (text === '' ? undefined : text?.slice(0, MAX_MESSAGE))
const wordIn = (text: string | undefined) => (text !== undefined && /^[A-Z_]{1,64}$/.test(text) ? text : undefined)

/** Seconds of a `google.protobuf.Duration`: `34.4s`. */
function secondsOf(duration: string | undefined): number | undefined {
  const [, seconds] = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(duration ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds)
}
