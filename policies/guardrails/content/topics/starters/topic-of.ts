import type { Topic } from '../../settings.js'

/**
 * Terms by how much they say, with commas between them. `telling`: alone they are enough. `strong`: two of them are. `fair`: three.
 * `weak`: they mean other things as well, and only add to others.
 */
export interface TopicWords {
  readonly telling: string
  readonly strong: string
  readonly fair: string
  readonly weak: string
}

const WEIGHTS = { telling: 2, strong: 1, fair: 0.7, weak: 0.35 } as const

export function topicOf(name: string, words: TopicWords): Topic {
  const terms = (['telling', 'strong', 'fair', 'weak'] as const).flatMap((kind) =>
    words[kind].split(',').map((term) => ({ term: term.trim(), weight: WEIGHTS[kind] })),
  )
  return { name, terms }
}
