import type { Audit } from '../../core/audit.js'
import { ServiceFailure } from '../services/transport.js'
import type { Hit, Judgement } from './guard.js'
import { actionOn, type GuardRule } from './guard-rule.js'
import { NoLonger } from './judge.js'

/** What one guard has done with one request, as it goes. */
export interface GuardTally {
  texts: number
  characters: number
  unscannable: number
  ms: number
  /** It has judged the request, or failed. */
  answered: boolean
  outcome: Audit['outcome']
  score: number | undefined
  reason: string | undefined
  failure: string | undefined
  readonly surfaces: Set<string>
}

export function guardTally(): GuardTally {
  return {
    texts: 0,
    characters: 0,
    unscannable: 0,
    ms: 0,
    answered: false,
    outcome: 'passed',
    score: undefined,
    reason: undefined,
    failure: undefined,
    surfaces: new Set(),
  }
}

/** From what says little to what says most: a request has the worst that became of it. */
const BY_WEIGHT: readonly Audit['outcome'][] = ['passed', 'failed', 'cancelled', 'flagged', 'changed', 'blocked']

export function note(tally: GuardTally, outcome: Audit['outcome'], reason?: string): void {
  if (BY_WEIGHT.indexOf(outcome) <= BY_WEIGHT.indexOf(tally.outcome)) return
  tally.outcome = outcome
  tally.reason = reason ?? tally.reason
}

/** A guard that fails may name what it read in its message: only what is known to be harmless is told. */
export function noteFailure(tally: GuardTally, cause: unknown): void {
  if (tally.outcome === 'cancelled') return
  note(tally, 'failed')
  tally.failure ??= cause instanceof ServiceFailure || cause instanceof NoLonger ? cause.message : nameOf(cause)
}

const KNOWN: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'ScanTimeout'])

const nameOf = (cause: unknown) => (cause instanceof Error && KNOWN.has(cause.name) ? cause.name : 'Error')

/** What a hit leads to, or would lead to. */
export function noteHit(tally: GuardTally, rule: GuardRule, hit: Hit): void {
  note(tally, OUTCOMES[actionOn(rule, hit)], reasonWord(hit.reason))
}

const OUTCOMES = { block: 'blocked', flag: 'flagged', strip: 'changed', mask: 'changed' } as const

export function noteScore(tally: GuardTally, { score }: Judgement): void {
  if (score !== undefined && Number.isFinite(score)) tally.score = Math.max(tally.score ?? 0, score)
}

export function guardAudit({ name, shadow }: GuardRule, tally: GuardTally): Audit {
  const { texts, characters, unscannable, ms, outcome, score, reason, failure, surfaces } = tally
  return {
    guard: name,
    outcome,
    ...(shadow && { shadow }),
    ...(score !== undefined && { score: Math.round(score * 1000) / 1000 }),
    ...(reason !== undefined && { reason }),
    ...(failure !== undefined && { failure }),
    scanned: { texts, characters, unscannable },
    surfaces: [...surfaces],
    request: {},
    answer: {},
    ms,
  }
}

/** A guard of somebody else's may put anything there, and nothing of a text must get into a log. */
function reasonWord(reason: string): string {
  return /^[a-z0-9_./-]{1,64}$/.test(reason) ? reason : 'other'
}
