import { FAMILIES, type Family } from '../families.js'
import { COMMON_WORDS } from '../read/common-words.js'
import type { Token } from '../read/tokens.js'
import type { View } from '../read/view.js'
import { RULES } from '../rules/match.js'
import { FEATURES, GROUPS } from './layout.js'
import { chainShare, eachNamed, type Setting } from './named.js'
import { eachPiece, eachWhole, hasPieces, isRepeated, ngramShare } from './ngrams.js'
import type { Window } from './windows.js'

/** Judges parts of a text: log odds that they are an attack. */
export interface Scorer {
  /** Reads a view, whose windows may then be asked for. */
  open(view: View, setting: Setting): WindowScorer
}

export interface WindowScorer {
  logOdds(window: Window): number
  /** What speaks most for an attack. */
  family(window: Window): Family
}

const NAMED = GROUPS.chain.from
const CHAINS_END = NAMED + GROUPS.chain.size

/** The rules of each family. */
const RULES_OF: readonly (readonly number[])[] = FAMILIES.map((name) =>
  RULES.flatMap(({ family }, index) => (family === name ? [index] : [])),
)

/** A scorer with weights for all of `FEATURES`; rules of other families than these count nothing. */
export function createScorer(weights: Float32Array, families: ReadonlySet<Family>): Scorer {
  // What has been counted already in the window of this number.
  const seen = new Int32Array(FEATURES - NAMED)
  let turn = 0
  const sumsOf = ngramsOf(weights)
  const eachOnce = (view: View, window: Window, setting: Setting, visit: (index: number) => void): void => {
    const now = ++turn
    eachNamed(view, window, setting, families, (index) => {
      if (seen[index - NAMED] === now) return
      seen[index - NAMED] = now
      visit(index)
    })
  }
  return {
    open(view, setting) {
      const sums = sumsOf(view)
      return {
        logOdds(window) {
          let sum = ((sums[window.to] ?? 0) - (sums[window.from] ?? 0)) * ngramShare(window.to - window.from)
          let chains = 0
          let chained = 0
          eachOnce(view, window, setting, (index) => {
            const weight = weights[index] ?? 0
            if (index >= CHAINS_END) sum += weight
            else {
              chains++
              chained += weight
            }
          })
          return sum + chained * chainShare(chains)
        },
        family(window) {
          const found = new Set<number>()
          eachOnce(view, window, setting, (index) => found.add(index))
          return strongest(found, weights, setting)
        },
      }
    },
  }
}

/**
 * What the words up to each token count together. What the pieces of the commonest words count is found once: most of a text is made of
 * them, and nothing of anybody's text is kept with them.
 */
function ngramsOf(weights: Float32Array): (view: View) => Float64Array {
  const common = new Map<string, number>()
  let sum = 0
  const add = (feature: number): void => {
    sum += weights[feature] ?? 0
  }
  const addPieces = (text: string): void => {
    const known = common.get(text)
    if (known !== undefined) {
      sum += known
      return
    }
    const before = sum
    sum = 0
    eachPiece(text, add)
    if (COMMON_WORDS.has(text)) common.set(text, sum)
    sum += before
  }
  return ({ tokens }) => {
    const sums = new Float64Array(tokens.length + 1)
    sum = 0
    let before: Token | undefined
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index] as Token
      if (!isRepeated(token, before)) {
        eachWhole(token, before, add)
        if (hasPieces(token)) addPieces(token.text)
      }
      sums[index + 1] = sum
      before = token
    }
    return sums
  }
}

/** The family whose rules count most; without one what hides the text, or nothing that has a name. */
function strongest(found: ReadonlySet<number>, weights: Float32Array, { inside, holds }: Setting): Family {
  const { rule, family } = GROUPS
  let best: Family | undefined
  let most = 0
  for (const [index, name] of FAMILIES.entries()) {
    if (!found.has(family.from + 2 * index)) continue
    let sum = weights[family.from + 2 * index] ?? 0
    for (const applied of RULES_OF[index] ?? [])
      if (found.has(rule.from + applied)) sum += Math.max(0, weights[rule.from + applied] ?? 0)
    if (sum <= most && best !== undefined) continue
    best = name
    most = sum
  }
  if (best !== undefined && most > 0) return best
  const { mark } = GROUPS
  const disguised =
    inside !== undefined ||
    holds.length > 0 ||
    [...found].some((index) => index >= mark.from && index < mark.from + mark.size)
  return disguised ? 'obfuscation' : (best ?? 'learned')
}
