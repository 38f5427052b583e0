import type { JsonObject } from '../../core/json.js'
import { formatUsd } from '../../core/money.js'
import type { RuleClaim } from './claims.js'
import type { BucketState, Ledger } from './ledger.js'
import { limitInForce } from './limit-in-force.js'
import type { OnExhausted, Rule, Unit } from './rules.js'

/** What a reservation was asked for, and what was found. */
export interface Tried {
  readonly claims: readonly RuleClaim[]
  /** One per claim. */
  readonly states: readonly BucketState[]
  /** The claims that do not fit, as indices. */
  readonly refusing: readonly number[]
}

/** What a reservation would find, asked of a ledger in which nothing changes by it. */
export function wouldReserve(ledger: Pick<Ledger, 'read'>): Ledger['reserve'] {
  return async ({ claims }) => {
    const states = await ledger.read(claims.map(({ bucket }) => bucket))
    const asked = new Map<string, number>()
    for (const { bucket, amount } of claims) asked.set(bucket.key, (asked.get(bucket.key) ?? 0) + amount)
    const refusing = claims.flatMap((claim, index) => {
      const state = states[index]
      if (claim.mode === 'soft' || state === undefined) return []
      const total = state.committed + state.reserved + (asked.get(claim.bucket.key) ?? 0)
      return total > limitInForce(claim, state) ? [index] : []
    })
    return refusing.length > 0 ? { kind: 'exhausted', refusing, states } : { kind: 'reserved', states }
  }
}

/** One reservation as it would go: each limit with what it has, and what the request would take. Dollars are decimal text. */
export function forecastOf({ claims, states, refusing }: Tried): JsonObject {
  return {
    fits: refusing.length === 0,
    limits: claims.map(({ rule, claim }, index) => {
      const state = states[index]
      const committed = state?.committed ?? 0
      const reserved = state?.reserved ?? 0
      const limit = state === undefined ? claim.limit : limitInForce(claim, state)
      const shown = (amount: number) => amountIn(rule.unit, amount)
      return {
        ...{ name: rule.name, section: rule.section, bucket: claim.bucket.key, unit: rule.unit, limit: shown(limit) },
        ...{ committed: shown(committed), reserved: shown(reserved) },
        ...{ remaining: shown(Math.max(0, limit - committed - reserved)), needs: shown(claim.amount) },
        ...{ fits: committed + reserved + claim.amount <= limit, onExhausted: whenExhausted(rule, claim.mode) },
      }
    }),
  }
}

function amountIn(unit: Unit, amount: number): string | number {
  return unit === 'usd' ? formatUsd(BigInt(amount)) : amount
}

function whenExhausted({ onExhausted, clampOutput }: Rule, mode: 'hard' | 'soft'): string {
  const otherwise = mode === 'soft' ? 'alert' : inWords(onExhausted)
  return clampOutput ? `a shorter answer, else ${otherwise}` : otherwise
}

function inWords(onExhausted: OnExhausted): string {
  switch (onExhausted.kind) {
    case 'refuse':
    case 'alert':
      return onExhausted.kind
    case 'use':
      return `use ${onExhausted.model}`
    case 'wait':
      return `wait up to ${onExhausted.atMost} ms`
  }
}
