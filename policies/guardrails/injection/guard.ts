import { AT_ONCE, mapInSteps, type Steps } from '../../../core/turns.js'
import type { AnswerText, Guard, Judgement, Place, Segment, Source } from '../guard.js'
import { handedOver } from '../handed-over.js'
import { FAMILIES, type Family } from './families.js'
import { judgeText } from './judge-text.js'
import { createScorer, type Scorer } from './model/scorer.js'
import { WEIGHTS } from './model/weights.js'
import { unpackWeights } from './model/weights-format.js'
import { WINDOW } from './model/windows.js'
import { DEFAULT_THRESHOLDS, type InjectionSettings } from './settings.js'

/** One text to judge: `index` is its own among those that were asked about. */
interface Asked {
  readonly index: number
  readonly text: string
  readonly source: Source
  /** What ends before it has been judged. */
  readonly from: number
}

let unpacked: Float32Array | undefined

/**
 * Finds texts that try to change what the model is to do: overridden instructions, leaked prompts, played roles, false turns, orders
 * in documents and results of tools, whatever they are hidden in. The reason is a word of `FAMILIES`; the places are the sentences
 * that say it. Of answers it reads texts and what tools are called with.
 */
export function injectionGuard({ thresholds, off }: InjectionSettings): Guard {
  const families = new Set(FAMILIES.filter((family) => !off.includes(family)))
  let made: Scorer | undefined
  const scorer = (): Scorer => {
    unpacked ??= unpackWeights(WEIGHTS)
    made ??= createScorer(unpacked, families)
    return made
  }
  const thresholdOf = (source: Source): number => thresholds[source] ?? DEFAULT_THRESHOLDS[source]

  function* judge(texts: readonly Asked[]): Steps<Judgement> {
    // The weights and the lexicon are put together once.
    if (made === undefined) yield AT_ONCE
    const places: Place[] = []
    let score = 0
    let worst: { readonly score: number; readonly family: Family } | undefined
    for (const { index, text, source, from } of texts) {
      const verdict = yield* judgeText(text, scorer(), thresholdOf(source))
      score = Math.max(score, verdict.score)
      const found = families.has(verdict.family) ? verdict.places.filter(({ end }) => end > from) : []
      if (found.length === 0) continue
      yield found.length
      for (const place of found) places.push({ text: index, ...place })
      if (worst === undefined || verdict.score > worst.score) worst = verdict
    }
    return worst === undefined
      ? { kind: 'clean', score }
      : { kind: 'hit', score: worst.score, reason: worst.family, places }
  }

  function* judgeRequest(segments: readonly Segment[]): Steps<Judgement> {
    return yield* judge(yield* mapInSteps(segments, 1, ({ text, source }, index) => ({ index, text, source, from: 0 })))
  }

  return {
    window: WINDOW,
    open({ segments }) {
      const asked = handedOver(segments)
      return {
        request: () => judgeRequest(asked()),
        answer: (texts) => judge(texts.flatMap(askedOf)),
      }
    },
  }
}

/** What a model thinks or refuses with gives nobody orders. */
function askedOf({ kind, text, from }: AnswerText, index: number): readonly Asked[] {
  return kind === 'text' || kind === 'tool-call' ? [{ index, text, source: 'assistant', from }] : []
}
