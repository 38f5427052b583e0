import type { Match } from '../budget/rules.js'

/** The labels that a configuration has unless it names its own, the lowest first. */
export const LABELS = ['public', 'internal', 'confidential', 'restricted'] as const

/** When a rule holds: all that is said must. */
export interface LabelCondition {
  /** Kinds of personal data, or secrets, of which `atLeast` values must have been found; all kinds unless said. */
  readonly entities?: readonly string[]
  readonly atLeast?: number
  /** Guards of which one must have had something against the request. */
  readonly guards?: readonly string[]
  readonly match?: Match
}

export interface LabelRule {
  readonly label: string
  readonly when: LabelCondition
}

/** The configuration's `classification`. */
export interface ClassificationSettings {
  /** The lowest first. */
  readonly labels: readonly string[]
  /** The highest label of those that hold counts. */
  readonly rules: readonly LabelRule[]
  /** The label of a request for which no rule holds. */
  readonly byDefault: string
  /** Names of the providers that may be sent what has a label. Labels without an entry may go to all. */
  readonly targets: ReadonlyMap<string, readonly string[]>
}
