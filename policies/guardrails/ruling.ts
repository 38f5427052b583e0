import type { AtWork } from './active.js'
import type { Hit, Judgement } from './guard.js'
import { actionOn } from './guard-rule.js'
import { noteFailure, noteHit, noteScore } from './guard-tally.js'

/**
 * What comes of asking a guard: nothing, something that is only told (a flag, or a guard that could not say and lets pass), something
 * to change, or the end.
 */
export type Ruling =
  | { readonly kind: 'clean' }
  | { readonly kind: 'told' }
  | { readonly kind: 'change'; readonly hit: Hit }
  | { readonly kind: 'block'; readonly why: 'hit' | 'failure' }

export const CLEAN: Ruling = { kind: 'clean' }
const TOLD: Ruling = { kind: 'told' }

type Asked = Pick<AtWork, 'rule' | 'tally'>

/** Notes a judgement, and says what its rule makes of it. */
export function ruleOn({ rule, tally }: Asked, judgement: Judgement): Ruling {
  noteScore(tally, judgement)
  if (judgement.kind === 'clean') return CLEAN
  noteHit(tally, rule, judgement)
  if (rule.shadow) return CLEAN
  switch (actionOn(rule, judgement)) {
    case 'block':
      return { kind: 'block', why: 'hit' }
    case 'flag':
      return TOLD
    case 'strip':
    case 'mask':
      return { kind: 'change', hit: judgement }
  }
}

/** The same for a guard that has failed. */
export function ruleOnFailure({ rule, tally }: Asked, cause: unknown): Ruling {
  noteFailure(tally, cause)
  if (rule.shadow) return CLEAN
  return rule.onFailure === 'block' ? { kind: 'block', why: 'failure' } : TOLD
}
