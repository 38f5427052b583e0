import { eachInSteps, eachStepwise, inTurns, type Steps, type Turns } from '../../../core/turns.js'
import { type Asked, askAll } from '../../services/ask-all.js'
import type { Piece } from '../../services/pieces.js'
import type { Hit, Judgement, Place } from '../guard.js'
import { mergePlaces } from './places.js'

/** Units that a piece takes, or a place. */
const PIECE = 2

/** Units that it takes to make one. */
export const CALL = 2

/** One call of a service that judges pieces each by itself. */
export interface PieceCall {
  readonly pieces: readonly Piece[]
  ask(): Promise<readonly PieceVerdict[]>
}

/** What a service says of one piece. */
export interface PieceVerdict {
  readonly piece: Piece
  /** 0 to 1. */
  readonly score: number
  /** Present where it is a hit. */
  readonly reason?: string
}

/** What became of one text: its judgement, with places at index 0, or why there is none. */
export type TextOutcome =
  | { readonly kind: 'judged'; readonly judgement: Judgement }
  | { readonly kind: 'failed'; readonly cause: unknown }

/**
 * Makes the calls, so many at a time, and tells of each of `count` texts what became of it. A text of which one piece is a hit is
 * one, whatever became of its others.
 */
export async function judgeTexts(
  count: number,
  calls: readonly PieceCall[],
  most: number,
  turns: Turns,
): Promise<readonly TextOutcome[]> {
  return inTurns(outcomesOf(count, calls, await askAll(calls, most, (call) => call.ask())), turns)
}

function* outcomesOf(
  count: number,
  calls: readonly PieceCall[],
  { answers, failure }: Asked<readonly PieceVerdict[]>,
): Steps<readonly TextOutcome[]> {
  const verdicts: PieceVerdict[][] = []
  const pieces: number[] = []
  function judged(verdict: PieceVerdict): void {
    const { text } = verdict.piece
    const own = verdicts[text]
    if (own) own.push(verdict)
    else verdicts[text] = [verdict]
  }
  function counted({ pieces: those }: PieceCall): void {
    for (const { text } of those) pieces[text] = (pieces[text] ?? 0) + 1
  }
  yield* eachInSteps(answers, piecesIn, (some) => some.forEach(judged))
  yield* eachInSteps(calls, (call) => piecesIn(call.pieces), counted)
  const outcomes: TextOutcome[] = []
  function* conclude(text: number): Steps<void> {
    const own = verdicts[text] ?? []
    const judgement = yield* judgementOf(own)
    const isWhole = own.length >= (pieces[text] ?? 0)
    if (judgement.kind === 'clean' && failure && !isWhole) outcomes.push({ kind: 'failed', cause: failure.cause })
    else outcomes.push({ kind: 'judged', judgement })
  }
  const texts = Array.from({ length: count }, (_, text) => text)
  yield* eachStepwise(texts, (text) => PIECE * (1 + (verdicts[text]?.length ?? 0)), conclude)
  return outcomes
}

const piecesIn = ({ length }: readonly unknown[]) => PIECE * (1 + length)

/** The worst of a text's pieces, with the places of all that are hits. */
function* judgementOf(verdicts: readonly PieceVerdict[]): Steps<Judgement> {
  const hits = verdicts.filter(({ reason }) => reason !== undefined)
  const worst = worstOf(hits.length > 0 ? hits : verdicts)
  if (worst === undefined) return { kind: 'clean' }
  if (worst.reason === undefined) return { kind: 'clean', score: worst.score }
  const places = yield* mergePlaces(hits.map(({ piece: { start, end } }) => ({ text: 0, start, end })))
  return { kind: 'hit', score: worst.score, reason: worst.reason, places }
}

/**
 * What the texts are together: the worst of them, with the places of all. A hit counts also where another text was not judged: it is
 * known, whatever the rest would have been. Throws why a text was not judged where there is none.
 */
export function* together(outcomes: readonly TextOutcome[]): Steps<Judgement> {
  const places: Place[] = []
  let worst: Hit | undefined
  let clean: Judgement | undefined
  let failed: { readonly cause: unknown } | undefined
  function add(outcome: TextOutcome, text: number): void {
    if (outcome.kind === 'failed') failed ??= outcome
    else if (outcome.judgement.kind === 'clean') clean = worse(clean, outcome.judgement)
    else {
      worst = worse(worst, outcome.judgement)
      for (const place of outcome.judgement.places ?? []) places.push({ ...place, text })
    }
  }
  yield* eachInSteps(outcomes, placesIn, add)
  if (worst) return { ...worst, places }
  if (failed) throw failed.cause
  return clean ?? { kind: 'clean' }
}

const placesIn = (outcome: TextOutcome) =>
  PIECE *
  (1 + (outcome.kind === 'judged' && outcome.judgement.kind === 'hit' ? (outcome.judgement.places?.length ?? 0) : 0))

function worstOf<Scored extends { readonly score?: number }>(all: readonly Scored[]): Scored | undefined {
  return all.reduce<Scored | undefined>(worse, undefined)
}

/** The one with the higher score, of two alike the first; of those without one any other goes before them. */
function worse<Scored extends { readonly score?: number }>(worst: Scored | undefined, one: Scored): Scored {
  return worst === undefined || (one.score ?? -1) > (worst.score ?? -1) ? one : worst
}
