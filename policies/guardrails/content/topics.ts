import type { Steps } from '../../../core/turns.js'
import type { AnswerText, Guard, Judgement, Segment } from '../guard.js'
import { handedOver } from '../handed-over.js'
import { passageGuard, wholePassage } from './passage.js'
import { countWords } from './read/count-words.js'
import type { TopicsSettings } from './settings.js'
import { scoreTopics, TOPIC_REACH, type TopicIndex, topicIndex } from './topics/scores.js'

/** A short question is understood from what its author has asked before. */
const TEXTS_IN_VIEW = 3

/**
 * Tells what texts are about by the words in them: none of some topics (the reason is the topic that is spoken of), or one of them
 * (`off-topic`). What is said in other words is not seen.
 */
export function topicsGuard(settings: TopicsSettings): Guard {
  const index = topicIndex(settings.topics)
  return settings.mode === 'deny' ? denying(index, settings) : allowing(index, settings)
}

function denying(index: TopicIndex, { topics, threshold }: TopicsSettings): Guard {
  return passageGuard(index.terms.window + TOPIC_REACH, function* (passage) {
    const scores = (yield* scoreTopics(index, passage)).filter(({ score }) => score >= threshold)
    const [worst] = scores.toSorted((a, b) => b.score - a.score)
    const reason = worst && topics[worst.topic]?.name
    if (worst === undefined || reason === undefined) return undefined
    return { reason, score: worst.score, places: scores.map(({ start, end }) => ({ start, end })) }
  })
}

function allowing(index: TopicIndex, settings: TopicsSettings): Guard {
  return {
    window: 'whole',
    open({ segments }) {
      const asked = handedOver(segments)
      return {
        request: () => judgeUser(index, settings, asked()),
        answer: (texts) => judgeAnswer(index, settings, texts),
      }
    },
  }
}

/** Texts by their index. */
type Numbered = readonly (readonly [index: number, text: string])[]

/** The last text that is long enough says what a request is about, with those before it. */
function* judgeUser(index: TopicIndex, settings: TopicsSettings, segments: readonly Segment[]): Steps<Judgement> {
  const own = segments.flatMap(({ source, text }, index) => (source === 'user' ? [[index, text] as const] : []))
  for (let last = own.length; last > 0; last--) {
    const asked = own.slice(last - 1, last)
    if ((yield* countAll(asked)) < settings.leastWords) continue
    return yield* judgeAllowed(index, settings, own.slice(Math.max(0, last - TEXTS_IN_VIEW), last), asked)
  }
  return { kind: 'clean' }
}

function* judgeAnswer(index: TopicIndex, settings: TopicsSettings, texts: readonly AnswerText[]): Steps<Judgement> {
  const own = texts.flatMap(({ kind, text }, index) => (kind === 'text' ? [[index, text] as const] : []))
  if ((yield* countAll(own)) < settings.leastWords) return { kind: 'clean' }
  return yield* judgeAllowed(index, settings, own, own)
}

function* countAll(texts: Numbered): Steps<number> {
  let words = 0
  for (const [, text] of texts) words += yield* countWords(text)
  return words
}

/** Whether one of the texts in view is about a topic; if not, those that were asked about are off it. */
function* judgeAllowed(
  index: TopicIndex,
  { threshold }: TopicsSettings,
  inView: Numbered,
  asked: Numbered,
): Steps<Judgement> {
  let best = 0
  for (const [, text] of inView) {
    for (const { score } of yield* scoreTopics(index, wholePassage(text))) best = Math.max(best, score)
  }
  if (best >= threshold) return { kind: 'clean', score: 1 - best }
  const places = asked.map(([text, { length }]) => ({ text, start: 0, end: length }))
  return { kind: 'hit', reason: 'off-topic', score: 1 - best, places }
}
