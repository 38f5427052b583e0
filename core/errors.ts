/** One row per error that clients can meet: HTTP status and OpenAI error type. The table in `README.md` is this one. */
const ERRORS = {
  malformed_request: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  guardrail_blocked: { status: 400, type: 'invalid_request_error' },
  invalid_api_key: { status: 401, type: 'authentication_error' },
  model_not_allowed: { status: 403, type: 'permission_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  untranslatable: { status: 422, type: 'invalid_request_error' },
  budget_exceeded: { status: 429, type: 'insufficient_quota' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  /** The provider's own refusal of the request: status, message and code are the provider's. */
  upstream_refused: { status: 400, type: 'invalid_request_error' },
  upstream_error: { status: 502, type: 'api_error' },
  upstream_unavailable: { status: 503, type: 'api_error' },
  upstream_timeout: { status: 504, type: 'api_error' },
  internal_error: { status: 500, type: 'api_error' },
} as const

const NO_HEADERS = {}

export type ErrorCode = keyof typeof ERRORS

export interface ErrorDetails {
  /** The request field at fault, as a path: `messages[2].content[0].type`. */
  readonly param?: string
  /** Replaces the table's status; for `upstream_refused` the provider's 400, 404, 413 or 422. */
  readonly status?: number
  /** The provider's own error code or type, where it had one; reported in place of ours. */
  readonly providerCode?: string
  /** Seconds after which a retry makes sense. */
  readonly retryAfter?: number
  /** More headers for the response, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  /** The name of the configuration's rule that refuses, for logs and metrics; one of a bounded set. */
  readonly rule?: string
  readonly cause?: unknown
}

/**
 * The only error that reaches a client. Its message is safe to show: it never holds prompts, answers or keys.
 * It becomes HTTP in exactly one place, the client's dialect.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly status: number
  readonly type: string
  readonly param: string | undefined
  readonly providerCode: string | undefined
  readonly retryAfter: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly rule: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.status = details.status ?? ERRORS[code].status
    this.type = ERRORS[code].type
    this.param = details.param
    this.providerCode = details.providerCode
    this.retryAfter = details.retryAfter
    this.headers = details.headers ?? NO_HEADERS
    this.rule = details.rule
  }
}
