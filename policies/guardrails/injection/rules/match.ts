import { FAMILIES, type Family } from '../families.js'
import { CONCEPTS, type Concept } from '../lexicon/concepts.js'
import type { Mention } from '../lexicon/lexicon.js'
import { PATTERNS } from './patterns.js'

/** One place where a rule applies. */
export interface RuleHit {
  /** Index into `RULES`. */
  readonly rule: number
  /** Indexes into the normalised text. */
  readonly start: number
  readonly end: number
}

interface Rule {
  readonly family: Family
  /** What must follow each other, and how many words may stand before each. */
  readonly parts: readonly { readonly concepts: readonly number[]; readonly gap: number }[]
}

const USUAL_GAP = 3

/** All rules, in the order of the families. */
export const RULES: readonly Rule[] = FAMILIES.flatMap((family) =>
  (PATTERNS[family] ?? []).map((pattern) => ({ family, parts: parse(pattern) })),
)

function parse(pattern: string): Rule['parts'] {
  const parts: { concepts: readonly number[]; gap: number }[] = []
  let gap = USUAL_GAP
  for (const word of pattern.split(' ')) {
    if (/^\d+$/.test(word)) {
      gap = Number(word)
      continue
    }
    const concepts = word.split('|').map((concept) => CONCEPTS.indexOf(concept as Concept))
    if (concepts.includes(-1)) throw new Error(`no such concept in ${pattern}`)
    parts.push({ concepts, gap })
    gap = USUAL_GAP
  }
  return parts
}

/** Per concept where it may stand: a rule and the index of its part, later parts first. */
const PLACES: readonly (readonly { readonly rule: number; readonly part: number }[])[] = CONCEPTS.map((_, concept) =>
  RULES.flatMap(({ parts }, rule) =>
    parts.flatMap(({ concepts }, part) => (concepts.includes(concept) ? [{ rule, part }] : [])),
  ).sort((left, right) => right.part - left.part),
)

const MOST_PARTS = Math.max(...RULES.map(({ parts }) => parts.length))

/** Where the rules apply, by their ends. Linear: a mention is compared with the last ones that a rule has seen. */
export function ruleHits(mentions: readonly Mention[]): readonly RuleHit[] {
  const hits: RuleHit[] = []
  /** Per rule and part how many words stand before what follows the last place up to it, and where that begins. */
  const reached = new Float64Array(RULES.length * MOST_PARTS).fill(Number.NEGATIVE_INFINITY)
  const begun = new Int32Array(RULES.length * MOST_PARTS)
  for (const { concept, start, end, at, after } of mentions) {
    for (const { rule, part } of PLACES[concept] ?? []) {
      const slot = rule * MOST_PARTS + part
      const parts = RULES[rule]?.parts ?? []
      if (part > 0 && at - (reached[slot - 1] ?? 0) > (parts[part]?.gap ?? 0)) continue
      reached[slot] = after
      const from = part === 0 ? start : (begun[slot - 1] ?? 0)
      begun[slot] = from
      if (part === parts.length - 1) hits.push({ rule, start: from, end })
    }
  }
  return hits
}
