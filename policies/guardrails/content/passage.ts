import { eachInSteps, eachStepwise, mapInSteps, type Steps } from '../../../core/turns.js'
import type { Guard, Judgement, Place } from '../guard.js'
import { handedOver } from '../handed-over.js'

/** A text, or a part of one that goes on: see `AnswerText`. */
export interface Passage {
  readonly text: string
  /** UTF-16 offset from which on nothing has been judged. */
  readonly from: number
  /** The text has come to its end. */
  readonly ended: boolean
}

/** UTF-16 offsets, `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Units that a passage takes besides its text, and a place. */
const PASSAGE = 2
const PLACE = 1

export function wholePassage(text: string): Passage {
  return { text, from: 0, ended: true }
}

/** What one passage is judged to be. */
export interface Finding {
  readonly reason: string
  readonly score?: number
  readonly places: readonly Omit<Place, 'text'>[]
}

/** A guard that judges every passage of requests and answers by itself, and in the same way. */
export function passageGuard(window: number, find: (passage: Passage) => Steps<Finding | undefined>): Guard {
  return {
    window,
    open({ segments }) {
      const asked = handedOver(segments)
      return {
        request: () => judgeWhole(asked(), find),
        answer: (texts) => judgeAll(texts, find),
      }
    },
  }
}

/** The same of texts that are there as a whole. */
function* judgeWhole(
  texts: readonly { readonly text: string }[],
  find: (passage: Passage) => Steps<Finding | undefined>,
): Steps<Judgement> {
  return yield* judgeAll(yield* mapInSteps(texts, PASSAGE, ({ text }) => wholePassage(text)), find)
}

/** All findings as one: the first one's reason, or that of the highest score, and the places of all. */
export function* judgeAll(
  passages: readonly Passage[],
  find: (passage: Passage) => Steps<Finding | undefined>,
): Steps<Judgement> {
  const places: Place[] = []
  let worst: Finding | undefined
  function* judge(passage: Passage, text: number): Steps<void> {
    const found = yield* find(passage)
    if (found === undefined) return
    if (worst === undefined || (found.score ?? 0) > (worst.score ?? 0)) worst = found
    yield* eachInSteps(
      found.places,
      () => PLACE,
      (place) => places.push({ text, ...place }),
    )
  }
  yield* eachStepwise(passages, () => PASSAGE, judge)
  if (worst === undefined) return { kind: 'clean' }
  const { reason, score } = worst
  return { kind: 'hit', reason, ...(score !== undefined && { score }), places }
}
