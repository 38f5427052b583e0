import { eachInSteps, type Steps } from '../../../../core/turns.js'
import type { Passage, Range } from '../passage.js'
import type { Topic } from '../settings.js'
import { scanTerms, type TermMatch } from '../terms/scan-terms.js'
import { type TermIndex, termIndex, termKey } from '../terms/term-index.js'

/** How much a text says of a topic, at most within a few sentences. */
export interface TopicScore extends Range {
  /** The topic's index. */
  readonly topic: number
  /** 0 to 1: a half for evidence of weight 1, three quarters for 2. */
  readonly score: number
}

/** Topics, ready to be looked for. */
export interface TopicIndex {
  readonly terms: TermIndex
  /** For each term that is looked for: which topics it says something of. */
  readonly evidence: readonly (readonly Evidence[])[]
  readonly topics: number
}

interface Evidence {
  readonly topic: number
  readonly weight: number
}

/** Terms that are further apart say nothing together, in UTF-16 units: some hundred words. */
export const TOPIC_REACH = 600

/** What it costs to take one term in and out. */
const MATCH = 4

export function topicIndex(topics: readonly Topic[]): TopicIndex {
  const evidence = new Map<string, { readonly term: string; readonly says: Evidence[] }>()
  for (const [topic, { terms }] of topics.entries()) {
    for (const { term, weight } of terms) {
      const key = termKey(term)
      const known = evidence.get(key) ?? { term, says: [] }
      evidence.set(key, known)
      if (!known.says.some((other) => other.topic === topic)) known.says.push({ topic, weight })
    }
  }
  const all = [...evidence.values()]
  return { terms: termIndex(all.map(({ term }) => term)), evidence: all.map(({ says }) => says), topics: topics.length }
}

/** The best score of each topic that a passage says anything fresh of. */
export function* scoreTopics(index: TopicIndex, passage: Passage): Steps<readonly TopicScore[]> {
  const matches = yield* scanTerms(index.terms, passage)
  const best: (TopicScore | undefined)[] = []
  const near = nearby(index)
  function weigh(match: TermMatch): void {
    near.add(match)
    if (!match.fresh) return
    for (const { topic } of index.evidence[match.term] ?? []) {
      const score = 1 - 2 ** -near.weightOf(topic)
      if (score > (best[topic]?.score ?? 0)) best[topic] = { topic, score, start: near.start(), end: match.end }
    }
  }
  yield* eachInSteps(matches, () => MATCH, weigh)
  return best.filter((score) => score !== undefined)
}

/** The terms that stand within reach of the last one, with what they say. A term that is repeated says half as much each time. */
function nearby({ evidence, topics }: TopicIndex) {
  const window: TermMatch[] = []
  const counts = new Map<number, number>()
  const weights = new Float64Array(topics)
  let first = 0
  const weigh = (term: number, count: number, sign: 1 | -1): void => {
    for (const { topic, weight } of evidence[term] ?? []) {
      weights[topic] = (weights[topic] ?? 0) + sign * weight * 2 ** (1 - count)
    }
  }
  const take = (term: number): void => {
    const count = (counts.get(term) ?? 0) + 1
    counts.set(term, count)
    weigh(term, count, 1)
  }
  const drop = (term: number): void => {
    const count = counts.get(term) ?? 0
    counts.set(term, count - 1)
    weigh(term, count, -1)
  }
  return {
    add(match: TermMatch): void {
      window.push(match)
      take(match.term)
      for (let old = window[first]; old && old.start < match.end - TOPIC_REACH; old = window[++first]) drop(old.term)
    },
    start: (): number => window[first]?.start ?? 0,
    weightOf: (topic: number): number => weights[topic] ?? 0,
  }
}
