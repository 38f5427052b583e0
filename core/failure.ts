import { type ErrorCode, GatewayError } from './errors.js'
import type { Target } from './settings.js'

/** An attempt that gave no answer. */
export interface Failure {
  readonly target: Target
  /** The provider's HTTP status; absent when it never answered. */
  readonly status?: number
  readonly error: GatewayError
  /** The name of the key that the provider was asked with, where it has several. */
  readonly credential?: string
  /** Seconds that its headers say to wait, in whatever words. */
  readonly wait?: number
}

/** Statuses with which a provider refuses the request itself; another target would be asked the same thing in vain. */
const REFUSALS = new Set([400, 404, 413, 422])

/** Statuses below 500 after which the next target is tried. Gateways retry these and every 5xx. */
export const RETRIED_STATUSES: readonly number[] = [401, 403, 408, 409, 429]

/** The status that makes the gateway try the next target, or not, after an attempt failed with `error`. */
export function wireStatus(error: GatewayError, providerStatus: number): number {
  if (error.code === 'upstream_refused') return REFUSALS.has(error.status) ? error.status : 400
  if (providerStatus >= 500 || RETRIED_STATUSES.includes(providerStatus)) return providerStatus
  if (error.code === 'rate_limit_exceeded') return 429
  return error.code === 'upstream_timeout' ? 504 : 502
}

/**
 * The one error that a client sees after every attempt failed: the last provider's own refusal of the request, or a policy's to
 * have the last one asked; 429 when all answered 429, 504 when all timed out, 503 when nobody could be called, 500 when all failed
 * within the gateway, else 502 with one line per attempt.
 */
export function finalError(failures: readonly Failure[]): GatewayError {
  const last = failures.at(-1)
  if (!last) return new GatewayError('upstream_unavailable', 'No target could be called: none is healthy.')
  if (last.error.code === 'upstream_refused' || isOurRefusal(last)) return last.error
  const all = (code: ErrorCode) => failures.every(({ error }) => error.code === code)
  if (all('internal_error')) return last.error
  const lines = failures.map((failure) => `${failure.target.name}: ${describe(failure)}`).join('; ')
  if (all('rate_limit_exceeded')) {
    const waits = failures.flatMap(({ error }) => error.retryAfter ?? [])
    const retryAfter = waits.length > 0 ? Math.min(...waits) : undefined
    return new GatewayError('rate_limit_exceeded', `Every target is rate limited. ${lines}`, { retryAfter })
  }
  if (all('upstream_timeout')) return new GatewayError('upstream_timeout', `Every target timed out. ${lines}`)
  return new GatewayError('upstream_error', `Every target failed. ${lines}`)
}

/** Nobody was asked, so no provider has said that its quota or rate is used up. */
function isOurRefusal({ status, error }: Failure): boolean {
  return status === undefined && (error.code === 'budget_exceeded' || error.code === 'rate_limit_exceeded')
}

function describe({ status, error }: Failure): string {
  return status === undefined ? error.message : `${status} ${error.message}`
}

/** Seconds of a `retry-after-ms` or `retry-after` header (RFC 9110: seconds or a date); undefined when there is none. */
export function retryAfterOf(header: (name: string) => string | undefined, now: number): number | undefined {
  const ms = Number(header('retry-after-ms') ?? Number.NaN)
  if (ms >= 0) return ms / 1000
  const value = header('retry-after')
  if (value === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000)
}
