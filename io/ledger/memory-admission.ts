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
  counters.forEach((counter, i) => {
    counter.asked += amounts[i] ?? 0
  })
  const excess = counters.map((counter, i) => total(counter) - (terms[i]?.limit ?? 0) - counter.raised)
  for (const counter of counters) counter.asked = 0
  return { excess, refusing: refusing(excess, terms) }
}

function total({ committed, reserved, asked }: Counter): number {
  return committed + reserved + asked
}

function refusing(excess: readonly number[], terms: readonly Pick<Claim, 'mode'>[]): readonly number[] {
  let found: number[] | undefined
  for (let i = 0; i < excess.length; i++) {
    if ((excess[i] ?? 0) <= 0 || terms[i]?.mode !== 'hard') continue
    found ??= []
    found.push(i)
  }
  return found ?? NONE
}

const NONE: readonly number[] = []
