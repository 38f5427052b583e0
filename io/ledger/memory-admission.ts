import type { Claim } from '../../policies/budget/ledger.js'
import type { Counter } from './memory-counter.js'

/** By how much each claim exceeds its limit, negative where it fits; `refusing` are those that must not, as indices. */
export interface Judgement {
  readonly excess: readonly number[]
  readonly refusing: readonly number[]
}

/** Judges amounts together: those for the same counter are added up. The counters must be rolled to now. */
export function judge(
  counters: readonly Counter[],
  amounts: readonly number[],
  terms: readonly Pick<Claim, 'limit' | 'mode'>[],
): Judgement {
  for (const [i, counter] of counters.entries()) counter.asked += amounts[i] ?? 0
  const excess = counters.map((counter, i) => total(counter) - (terms[i]?.limit ?? 0) - counter.raised)
  for (const counter of counters) counter.asked = 0
  return { excess, refusing: indices(excess, (by, i) => by > 0 && terms[i]?.mode === 'hard') }
}

function total({ committed, reserved, asked }: Counter): number {
  return committed + reserved + asked
}

function indices<T>(values: readonly T[], wanted: (value: T, index: number) => boolean): readonly number[] {
  return values.flatMap((value, i) => (wanted(value, i) ? [i] : []))
}
