import { type Mention, mentionsOf } from '../lexicon/lexicon.js'
import { type RuleHit, ruleHits } from '../rules/match.js'
import type { Mapped } from './mapped.js'
import { type Mark, type Normal, normalise } from './normalise.js'
import { type Token, tokensOf } from './tokens.js'
import { readWords } from './words.js'

/** Everything that is known of a text before it is judged. */
export interface View {
  readonly normal: Normal
  readonly tokens: readonly Token[]
  readonly mentions: readonly Mention[]
  readonly hits: readonly RuleHit[]
  readonly marks: readonly Mark[]
}

/** Reads a text. Linear. */
export function viewOf(from: Mapped): View {
  const normal = normalise(from)
  const { tokens, marks } = readWords(tokensOf(normal.text))
  const mentions = mentionsOf(tokens)
  return { normal, tokens, mentions, hits: ruleHits(mentions), marks: [...normal.marks, ...marks] }
}
