import type { Steps } from '../../../core/turns.js'
import { explore } from './explore.js'
import type { Family } from './families.js'
import type { Scorer, WindowScorer } from './model/scorer.js'
import { type Window, windowsOf } from './model/windows.js'
import { mapped, originalRange } from './read/mapped.js'
import type { Token } from './read/tokens.js'
import type { View } from './read/view.js'

/** What is thought of one text. */
export interface Verdict {
  /** 0 to 1, of the worst part. */
  readonly score: number
  /** What the worst part is. */
  readonly family: Family
  /** What reaches the threshold: UTF-16 offsets, in order, none overlapping another. */
  readonly places: readonly Range[]
}

interface Range {
  readonly start: number
  readonly end: number
}

/** UTF-16 units that are read in one step, and how many of them are read again in the next. */
const PIECE = 2560
const SHARED = 640
/** What reading one unit takes, as steps are counted. */
const COST = 6

/** Judges every part of a text, and of what is hidden in it. */
export function* judgeText(text: string, scorer: Scorer, threshold: number): Steps<Verdict> {
  const least = Math.log(threshold / (1 - threshold))
  let worst = Number.NEGATIVE_INFINITY
  let familyOfWorst: () => Family = () => 'learned'
  const places: Range[] = []
  for (let from = 0; ; from += PIECE - SHARED) {
    const to = Math.min(text.length, from + PIECE)
    yield COST * (to - from) + 1
    for (const { view, setting } of explore(mapped(text, from, to))) {
      const scores = scorer.open(view, setting)
      for (const window of windowsOf(view.tokens)) {
        const logOdds = scores.logOdds(window)
        if (logOdds > worst) {
          worst = logOdds
          familyOfWorst = () => scores.family(window)
        }
        if (logOdds >= least) places.push(placeOf(view, scores, window, least))
      }
    }
    if (to >= text.length) break
  }
  return { score: 1 / (1 + Math.exp(-worst)), family: familyOfWorst(), places: merged(places) }
}

/** The fewest sentences in a row that reach the threshold by themselves; else all of the window. */
function placeOf(view: View, scores: WindowScorer, window: Window, least: number): Range {
  const sentences = sentencesOf(view.tokens, window)
  for (let count = 1; count <= Math.min(MOST_SENTENCES, sentences.length - 1); count++) {
    let best: Window | undefined
    let most = least
    for (let index = 0; index + count <= sentences.length; index++) {
      const run = { from: sentences[index]?.from ?? 0, to: sentences[index + count - 1]?.to ?? 0 }
      const logOdds = scores.logOdds(run)
      if (logOdds < most) continue
      best = run
      most = logOdds
    }
    if (best !== undefined) return rangeOf(view, best)
  }
  return rangeOf(view, window)
}

const MOST_SENTENCES = 3

function sentencesOf(tokens: readonly Token[], { from, to }: Window): readonly Window[] {
  const sentences: Window[] = []
  let start = from
  for (let index = from; index < to; index++) {
    const token = tokens[index]
    const ends =
      token?.kind === 'line' ||
      (token?.kind === 'sign' && /[.!?]/.test(token.text) && tokens[index + 1]?.start !== token.end)
    if (!ends && index + 1 < to) continue
    sentences.push({ from: start, to: index + 1 })
    start = index + 1
  }
  return sentences
}

function rangeOf({ tokens, normal }: View, { from, to }: Window): Range {
  const [start, end] = originalRange(normal, tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0)
  return { start, end }
}

function merged(places: readonly Range[]): readonly Range[] {
  const all: Range[] = []
  for (const place of [...places].sort((left, right) => left.start - right.start)) {
    const last = all.at(-1)
    if (last !== undefined && place.start <= last.end)
      all[all.length - 1] = { start: last.start, end: Math.max(last.end, place.end) }
    else all.push(place)
  }
  return all
}
