import { eachInSteps, type Steps } from '../../../core/turns.js'
import type { AnswerText, Guard, Judgement, OpenGuard, Segment } from '../guard.js'
import { handedOver } from '../handed-over.js'
import { countWords } from './read/count-words.js'
import type { Bounds, LengthSettings } from './settings.js'

/** Units that a text takes besides its words. */
const TEXT = 0.5

const CLEAN: Judgement = { kind: 'clean' }

/** Holds requests within bounds, and answers below one. What is too much of an answer is its place. */
export function lengthGuard(settings: LengthSettings): Guard {
  const { answerCharacters: most } = settings
  return {
    window: 1,
    open({ segments, messages }) {
      const asked = handedOver(segments)
      return {
        request: () => judgeRequest(settings, asked(), messages),
        ...(most !== undefined && { answer: answerJudge(most) }),
      }
    },
  }
}

function* judgeRequest(settings: LengthSettings, segments: readonly Segment[], sent: number): Steps<Judgement> {
  const { characters, words, messages } = settings
  const reason =
    beyond(messages, 'messages', sent) ??
    beyond(characters, 'characters', yield* charactersIn(segments)) ??
    (words && beyond(words, 'words', yield* wordsIn(segments)))
  return reason === undefined ? CLEAN : { kind: 'hit', reason }
}

function* charactersIn(segments: readonly Segment[]): Steps<number> {
  let count = 0
  yield* eachInSteps(
    segments,
    () => TEXT,
    ({ text }) => {
      count += text.length
    },
  )
  return count
}

function* wordsIn(segments: readonly Segment[]): Steps<number> {
  let count = 0
  for (const { text } of segments) count += yield* countWords(text)
  return count
}

function beyond(bounds: Bounds | undefined, what: string, count: number): string | undefined {
  if (bounds?.most !== undefined && count > bounds.most) return `too-many-${what}`
  return bounds?.least !== undefined && count < bounds.least ? `too-few-${what}` : undefined
}

/** Counts each choice's text over all of its blocks. */
function answerJudge(most: number): NonNullable<OpenGuard['answer']> {
  const counts = new Map<number, number>()
  return (texts) => {
    const places = texts.flatMap((text, index) => {
      const place = surplusIn(text, most, counts)
      return place === undefined ? [] : [{ text: index, ...place, replacement: '' }]
    })
    return places.length === 0 ? CLEAN : { kind: 'hit', reason: 'answer-too-long', places }
  }
}

function surplusIn({ kind, choice, text, from }: AnswerText, most: number, counts: Map<number, number>) {
  if (kind !== 'text' && kind !== 'refusal') return undefined
  const before = counts.get(choice) ?? 0
  const after = before + text.length - from
  counts.set(choice, after)
  if (after <= most || text.length === from) return undefined
  return { start: from + Math.max(0, most - before), end: text.length }
}
