import type { Decided, Piece } from '../../content/piece.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { createGuard } from './guard.js'
import { createRestorer, type Restored } from './restorer.js'
import { addUnscanned, type Scanned } from './scanned.js'
import type { Judge } from './treatment.js'

/** What is done to the texts of an answer: one of the two, or both. */
export interface Work {
  readonly placeholders?: Placeholders
  readonly judge?: Judge
}

/** What comes in: no originals yet. */
export type Stretch = Extract<Scanned, { readonly kind: 'text' | 'fixed' | 'number' }>

/** Restores placeholders, then looks for new values in what is the model's own. A text ends where something else stands. */
export interface Stages {
  push(stretches: readonly Stretch[]): readonly Piece[]
  /** Takes a `text` alone. */
  say(text: string): Decided
  end(): readonly Piece[]
}

export function createStages({ placeholders, judge }: Work): Stages {
  const restorer = placeholders && createRestorer(placeholders)
  const guard = judge && createGuard(judge)

  const restore = (stretch: Stretch): readonly (Restored | Stretch)[] => {
    if (!restorer) return [stretch]
    return stretch.kind === 'text' ? restorer.push(stretch.text) : [...restorer.end(), stretch]
  }
  const inspect = (stretches: readonly Scanned[]): readonly Piece[] => {
    if (guard) return guard.push(stretches)
    const pieces: Piece[] = []
    for (const stretch of stretches) addUnscanned(pieces, stretch)
    return pieces
  }
  return {
    push(stretches) {
      const [only] = stretches
      return inspect(only && stretches.length === 1 ? restore(only) : stretches.flatMap(restore))
    },
    say(text) {
      if (restorer && !restorer.pass(text)) return inspect(restorer.push(text))
      if (!guard) return text.length
      const same = guard.pass(text)
      return same < 0 ? guard.push([{ kind: 'text', text }]) : same
    },
    end() {
      const last = inspect(restorer?.end() ?? [])
      return guard ? [...last, ...guard.end()] : last
    },
  }
}
