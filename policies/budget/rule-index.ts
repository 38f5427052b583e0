import { type Facts, valuesOf } from './match.js'
import type { Dimension, Match } from './rules.js'

/** The positions of the rules that may match a request, in their order; every rule that does match is among them. */
export type Candidates = (facts: Facts) => readonly number[]

/** So few are asked one by one as fast as they are looked up. */
const FEW = 8

/**
 * Finds rules by what they ask for, so that a request costs the same whether ten rules concern others or a thousand. Each rule is
 * filed under one of its conditions, the one that the fewest rules share; those that only exclude are always asked.
 */
export function ruleIndex(rules: readonly Match[]): Candidates {
  const all = rules.map((_, position) => position)
  if (rules.length <= FEW) return () => all
  const shared = countShared(rules)
  const always: number[] = []
  const filed = new Map<Dimension, Map<string, number[]>>()
  for (const [position, match] of rules.entries()) {
    const chosen = mostSelective(match, shared)
    if (!chosen) always.push(position)
    else for (const value of new Set(chosen.values)) fileUnder(filed, chosen.dimension, value, position)
  }
  if (filed.size === 0) return () => always
  return (facts) => {
    const found: number[] = []
    for (const [dimension, byValue] of filed) {
      for (const value of valuesOf(dimension, facts)) {
        const positions = byValue.get(value)
        if (positions) for (const position of positions) found.push(position)
      }
    }
    if (found.length === 0) return always
    for (const position of always) found.push(position)
    // A rule that asks for several providers is found with each.
    return found.length === 1 ? found : [...new Set(found)].sort((a, b) => a - b)
  }
}

type Shared = ReadonlyMap<Dimension, ReadonlyMap<string, number>>

/** How many rules ask for each value. */
function countShared(rules: readonly Match[]): Shared {
  const shared = new Map<Dimension, Map<string, number>>()
  for (const match of rules) {
    for (const [dimension, { kind, values }] of match) {
      if (kind === 'not') continue
      const counts = shared.get(dimension) ?? new Map<string, number>()
      shared.set(dimension, counts)
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return shared
}

function mostSelective(match: Match, shared: Shared) {
  let chosen: { readonly dimension: Dimension; readonly values: readonly string[] } | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [dimension, { kind, values }] of match) {
    if (kind === 'not') continue
    const counts = shared.get(dimension)
    const most = Math.max(0, ...values.map((value) => counts?.get(value) ?? 0))
    if (most >= least) continue
    least = most
    chosen = { dimension, values }
  }
  return chosen
}

function fileUnder(
  filed: Map<Dimension, Map<string, number[]>>,
  dimension: Dimension,
  value: string,
  position: number,
): void {
  const byValue = filed.get(dimension) ?? new Map<string, number[]>()
  filed.set(dimension, byValue)
  const positions = byValue.get(value)
  if (positions) positions.push(position)
  else byValue.set(value, [position])
}
