import { type Facts, matches } from '../budget/match.js'
import type { ClassificationSettings, LabelCondition } from './settings.js'

/** What a request is classified by. */
export interface LabelFacts extends Facts {
  /** How many values of each kind of personal data, or secrets, have been found. */
  readonly found: Readonly<Record<string, number>>
  /** Names of the guards that had something against it. */
  readonly hits: readonly string[]
}

/** The highest label of the rules that hold; the default where none does. */
export function labelOf({ labels, rules, byDefault }: ClassificationSettings, facts: LabelFacts): string {
  let highest = -1
  for (const { label, when } of rules) {
    const rank = labels.indexOf(label)
    if (rank > highest && holds(when, facts)) highest = rank
  }
  return labels[highest] ?? byDefault
}

function holds({ entities, atLeast, guards, match }: LabelCondition, facts: LabelFacts): boolean {
  const counts = entities !== undefined || atLeast !== undefined
  if (counts && countOf(facts.found, entities) < (atLeast ?? 1)) return false
  if (guards !== undefined && !guards.some((name) => facts.hits.includes(name))) return false
  return match === undefined || matches(match, facts)
}

/** Names come from the configuration, so that one may be called `constructor`. */
function countOf(found: LabelFacts['found'], entities: readonly string[] = Object.keys(found)): number {
  return entities.reduce((sum, name) => sum + (Object.hasOwn(found, name) ? (found[name] ?? 0) : 0), 0)
}
