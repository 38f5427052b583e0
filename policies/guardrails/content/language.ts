import type { Steps } from '../../../core/turns.js'
import type { Guard, Judgement, Judging } from '../guard.js'
import { handedOver } from '../handed-over.js'
import { type LanguageDetector, loadLanguageDetector } from './language/detector.js'
import { PROSE_AT_ONCE, type Prose, proseIn } from './language/prose.js'
import { type Finding, judgeAll, type Passage, wholePassage } from './passage.js'
import type { LanguageSettings } from './settings.js'

/** Enough of an answer to see some sentences at once. */
const WINDOW = 400
/** What it costs to look at some sentences. */
const LOOK = 400

const NOTHING_TO_SAY = wholePassage('')

/**
 * Tells which language requests and answers are written in: a few sentences in one that is not allowed are a hit, and its code is the
 * reason. The detector is loaded when the guard is made.
 */
export function languageGuard(settings: LanguageSettings, load = loadLanguageDetector): Guard {
  let detector: LanguageDetector | undefined
  const loading = load().then((loaded) => {
    detector = loaded
    return loaded
  })
  // Whoever asks is told.
  loading.catch(() => {})

  const judge = (passages: readonly Passage[]): Judging => {
    if (detector !== undefined) return judgeWith(settings, detector, passages)
    return loading.then((loaded) => atOnce(judgeWith(settings, loaded, passages)))
  }
  return {
    window: WINDOW,
    open({ segments }) {
      const asked = handedOver(segments)
      return {
        request: () => judge(asked().map(({ text }) => wholePassage(text))),
        answer: (texts) => judge(texts.map((text) => (text.kind === 'tool-call' ? NOTHING_TO_SAY : text))),
      }
    },
  }
}

function judgeWith(
  { allowed, leastLetters, confidence }: LanguageSettings,
  detect: LanguageDetector,
  passages: readonly Passage[],
): Steps<Judgement> {
  return judgeAll(passages, function* ({ text, from }): Steps<Finding | undefined> {
    if (text.length < leastLetters) return undefined
    yield Math.min(text.length, PROSE_AT_ONCE)
    const foreign: { readonly language: string; readonly score: number; readonly prose: Prose }[] = []
    for (const prose of proseIn(text, leastLetters)) {
      if (prose === undefined) yield PROSE_AT_ONCE
      if (prose === undefined || prose.end <= from) continue
      yield LOOK
      const found = foreignIn(detect(prose.words), allowed)
      if (found && found.score >= confidence) foreign.push({ ...found, prose })
    }
    const [worst] = foreign.toSorted((a, b) => b.score - a.score)
    if (worst === undefined) return undefined
    const places = foreign.map(({ prose: { start, end } }) => ({ start, end }))
    return { reason: worst.language, score: worst.score, places }
  })
}

/** The language that a text is in unless it is an allowed one, and how much less it looks like any of these: 0 to 1. */
function foreignIn(scores: ReturnType<LanguageDetector>, allowed: readonly string[]) {
  if (scores === undefined) return undefined
  const [first] = [...scores].toSorted(([, a], [, b]) => b - a)
  if (first === undefined || allowed.includes(first[0])) return undefined
  const nearest = allowed.reduce((most, language) => Math.max(most, scores.get(language) ?? 0), 0)
  return { language: first[0], score: 1 - nearest / first[1] }
}

function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
