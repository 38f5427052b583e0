import { askAll } from '../../services/ask-all.js'
import type { Piece } from '../../services/pieces.js'
import type { Hit, Judgement } from '../guard.js'
import { mergePlaces } from './places.js'

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
): Promise<readonly TextOutcome[]> {
  const { answers, failure } = await askAll(calls, most, (call) => call.ask())
  const verdicts = byText(answers.flat(), ({ piece }) => piece.text)
  const pieces = byText(
    calls.flatMap((call) => call.pieces),
    ({ text }) => text,
  )
  return Array.from({ length: count }, (_, text): TextOutcome => {
    const own = verdicts.get(text) ?? []
    const judgement = judgementOf(own)
    const isWhole = own.length >= (pieces.get(text) ?? []).length
    if (judgement.kind === 'clean' && failure && !isWhole) return { kind: 'failed', cause: failure.cause }
    return { kind: 'judged', judgement }
  })
}

function byText<Of>(all: readonly Of[], textOf: (one: Of) => number): ReadonlyMap<number, readonly Of[]> {
  const sorted = new Map<number, Of[]>()
  for (const one of all) {
    const own = sorted.get(textOf(one))
    if (own) own.push(one)
    else sorted.set(textOf(one), [one])
  }
  return sorted
}

/** The worst of a text's pieces, with the places of all that are hits. */
function judgementOf(verdicts: readonly PieceVerdict[]): Judgement {
  const hits = verdicts.filter(({ reason }) => reason !== undefined)
  const worst = worstOf(hits.length > 0 ? hits : verdicts)
  if (worst === undefined) return { kind: 'clean' }
  if (worst.reason === undefined) return { kind: 'clean', score: worst.score }
  const places = mergePlaces(hits.map(({ piece: { start, end } }) => ({ text: 0, start, end })))
  return { kind: 'hit', score: worst.score, reason: worst.reason, places }
}

/**
 * What the texts are together: the worst of them, with the places of all. A hit counts also where another text was not judged: it is
 * known, whatever the rest would have been. Throws why a text was not judged where there is none.
 */
export function together(outcomes: readonly TextOutcome[]): Judgement {
  const hits: Hit[] = []
  const clean: Judgement[] = []
  let failed: { readonly cause: unknown } | undefined
  for (const [text, outcome] of outcomes.entries()) {
    if (outcome.kind === 'failed') failed ??= outcome
    else if (outcome.judgement.kind === 'clean') clean.push(outcome.judgement)
    else
      hits.push({ ...outcome.judgement, places: (outcome.judgement.places ?? []).map((place) => ({ ...place, text })) })
  }
  const worst = worstOf(hits)
  if (worst) return { ...worst, places: hits.flatMap(({ places = [] }) => places) }
  if (failed) throw failed.cause
  return worstOf(clean) ?? { kind: 'clean' }
}

/** The first of those with the highest score; of those without one any other goes before them. */
function worstOf<Scored extends { readonly score?: number }>(all: readonly Scored[]): Scored | undefined {
  let worst: Scored | undefined
  for (const one of all) if (worst === undefined || (one.score ?? -1) > (worst.score ?? -1)) worst = one
  return worst
}
