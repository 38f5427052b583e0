import type { Clock } from '../../core/clock.js'
import type { GatewayError } from '../../core/errors.js'
import type { AttemptReport } from '../../core/outcome.js'
import { type RuleClaim, settledAmounts } from './claims.js'
import { exhaustedError, lastToFree } from './exhausted.js'
import type { BucketState, Extension, Ledger } from './ledger.js'
import { usedBy } from './reservation.js'
import type { Rule } from './rules.js'

export interface EarlierOptions {
  readonly id: string
  readonly claims: readonly RuleClaim[]
  /** As the store found them when it reserved. */
  readonly states: readonly BucketState[]
  /** Milliseconds. */
  readonly ttl: number
  readonly ledger: Ledger
  readonly clock: Clock
  exhausted(rule: Rule, what: 'refused' | 'alert'): void
  failed(error: unknown): void
}

/** What the attempts before the present one have used of the limits. */
export interface EarlierAttempts {
  /**
   * Extends the lease by what they were billed and it does not hold for them yet: the next attempt may need all of the
   * reservation. Undefined where there is nothing to add. Rejects with the refusal when it does not fit.
   */
  cover(attempts: readonly AttemptReport[]): Promise<Cover> | undefined
  /** What the lease was extended by, one amount per claim; undefined where it was not. */
  held(): readonly number[] | undefined
}

export type Cover =
  | { readonly kind: 'held'; readonly added: readonly number[] }
  /** The store does not answer, or has lost the lease: so many output tokens come out of the reservation itself. */
  | { readonly kind: 'owed'; readonly outputTokens: number }

/** Keeps committed + reserved within the limits over the attempts of one request, each of which may be billed. */
export function earlierAttempts(options: EarlierOptions): EarlierAttempts {
  const { id, claims, ledger, clock } = options
  let held: readonly number[] | undefined
  let heldOutput = 0
  let isTold = false

  const extend = async (amounts: readonly number[]): Promise<Extension> => {
    try {
      return await ledger.extend(id, amounts, options.ttl)
    } catch (error) {
      options.failed(error)
      return { kind: 'closed' }
    }
  }

  const statesNow = async (): Promise<readonly BucketState[]> => {
    try {
      return await ledger.read(claims.map(({ claim }) => claim.bucket))
    } catch (error) {
      options.failed(error)
      return options.states
    }
  }

  const refusal = async (refusing: readonly number[], added: readonly number[]): Promise<GatewayError> => {
    const exhausted = { claims, states: await statesNow(), refusing, added }
    const now = clock.now()
    const last = lastToFree(exhausted, now)
    const rule = claims[last]?.rule
    if (rule && !isTold) options.exhausted(rule, 'refused')
    isTold = true
    return exhaustedError(exhausted, last, now)
  }

  const add = async (added: readonly number[], all: readonly number[], outputTokens: number): Promise<Cover> => {
    const answer = await extend(added)
    switch (answer.kind) {
      case 'extended':
        held = all
        heldOutput = outputTokens
        return { kind: 'held', added }
      case 'closed':
        return { kind: 'owed', outputTokens: outputTokens - heldOutput }
      case 'exhausted':
        throw await refusal(answer.refusing, added)
    }
  }

  return {
    cover(attempts) {
      const used = usedBy(attempts)
      // It stays one request, however many attempts it takes.
      const all = settledAmounts(claims, { ...used, requests: 0 })
      const added = all.map((amount, index) => Math.max(0, amount - (held?.[index] ?? 0)))
      return added.some((amount) => amount > 0) ? add(added, all, used.outputTokens) : undefined
    },
    held: () => held,
  }
}
