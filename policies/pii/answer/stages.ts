import type { Decided, Lane, Piece } from '../../content/piece.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { createGuard, type Guard } from './guard.js'
import { createRestorer, type Restored, type Restorer } from './restorer.js'
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
export interface Stages extends Lane {
  /** Takes more that is not only text. */
  take(stretches: readonly Stretch[]): readonly Piece[]
}

export function createStages(work: Work): Stages {
  return new TwoStages(work)
}

class TwoStages implements Stages {
  private readonly restorer: Restorer | undefined
  private readonly guard: Guard | undefined

  constructor({ placeholders, judge }: Work) {
    this.restorer = placeholders && createRestorer(placeholders)
    this.guard = judge && createGuard(judge)
  }

  take(stretches: readonly Stretch[]): readonly Piece[] {
    const [only] = stretches
    const isOne = only && stretches.length === 1
    return this.inspect(isOne ? this.restore(only) : stretches.flatMap((stretch) => this.restore(stretch)))
  }

  push(text: string): Decided {
    const { restorer, guard } = this
    if (restorer && !restorer.pass(text)) return this.inspect(restorer.push(text))
    if (!guard) return text.length
    const same = guard.pass(text)
    return same < 0 ? guard.push([{ kind: 'text', text }]) : same
  }

  end(): readonly Piece[] {
    const last = this.inspect(this.restorer?.end() ?? [])
    return this.guard ? [...last, ...this.guard.end()] : last
  }

  private restore(stretch: Stretch): readonly (Restored | Stretch)[] {
    const { restorer } = this
    if (!restorer) return [stretch]
    return stretch.kind === 'text' ? restorer.push(stretch.text) : [...restorer.end(), stretch]
  }

  private inspect(stretches: readonly Scanned[]): readonly Piece[] {
    if (this.guard) return this.guard.push(stretches)
    const pieces: Piece[] = []
    for (const stretch of stretches) addUnscanned(pieces, stretch)
    return pieces
  }
}
