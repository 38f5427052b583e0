import { GatewayError } from '../../core/errors.js'
import { formatUsd } from '../../core/money.js'
import type { RuleClaim } from './claims.js'
import type { BucketState } from './ledger.js'
import { limitInForce } from './limit-in-force.js'
import { stateHeaders } from './response-headers.js'

/** A reservation that did not fit, or an extension of one. */
export interface Exhausted {
  readonly claims: readonly RuleClaim[]
  /** As the store found them, one per claim. */
  readonly states: readonly BucketState[]
  /** The claims that did not fit, as indices. */
  readonly refusing: readonly number[]
  /** Of an extension: what it was to add, one amount per claim. */
  readonly added?: readonly number[]
}

/** Of the claims that refuse, the one that will do so longest: before that no retry makes sense. */
export function lastToFree({ claims, refusing, states }: Exhausted, now: number): number {
  let last = refusing[0] ?? 0
  let longest = -1
  for (const index of refusing) {
    const state = states[index]
    if (!state) continue
    // What is only reserved is freed soon, unless the limit is for life.
    const isForLife = state.bucket.window.kind === 'life' && claims[index]?.rule.unit !== 'concurrent'
    const seconds = isForLife ? Number.POSITIVE_INFINITY : (retryAfterOf(state, now) ?? 0)
    if (seconds <= longest) continue
    longest = seconds
    last = index
  }
  return last
}

/** The refusal for the claim at `index`: which rule, what it has left, and when a retry makes sense. */
export function exhaustedError(held: Exhausted, index: number, now: number): GatewayError {
  const { rule, claim } = held.claims[index] ?? {}
  const state = held.states[index]
  if (!rule || !claim || !state) return new GatewayError('internal_error', 'A limit refused without saying which.')
  const remaining = Math.max(0, limitInForce(claim, state) - state.committed - state.reserved)
  const retryAfter = retryAfterOf(state, now)
  const left = rule.unit === 'usd' ? `$${formatUsd(BigInt(remaining))}` : String(remaining)
  const amount = held.added?.[index] ?? claim.amount
  const needs = rule.unit === 'usd' ? `$${formatUsd(BigInt(amount))}` : String(amount)
  const headers = stateHeaders(held.claims, held.states)
  const unit = rule.unit === 'usd' ? '' : ` ${WORDS[rule.unit]}`
  const rest = `has ${left}${unit} left, and this request may need ${needs}${held.added ? ' more' : ''}.`
  if (rule.section === 'limits') {
    return new GatewayError('rate_limit_exceeded', `The limit '${rule.name}' ${rest}`, { retryAfter, headers })
  }
  return new GatewayError('budget_exceeded', `The budget '${rule.name}' ${rest}`, {
    retryAfter,
    headers: { ...headers, 'x-should-retry': 'false' },
  })
}

const WORDS = {
  tokens: 'tokens',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  requests: 'requests',
  concurrent: 'concurrent requests',
} as const

/** Seconds until something is freed for sure: the window's end, or the next part of a rolling one; none where nothing is. */
function retryAfterOf({ bucket, freesIn }: BucketState, now: number): number | undefined {
  // The store's own clock goes first.
  const ms = freesIn ?? (bucket.window.kind === 'calendar' ? bucket.window.end - now : undefined)
  return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1000))
}
