/**
 * What the engine for secrets is told: a rule as data. One file of `rules/` holds one family of vendors. Formats are those that
 * the vendors document or that their tokens show.
 */
export interface SecretRule {
  /** Lower snake case; the entity of its findings. */
  readonly name: string
  /** Tokens that are known by their look, wherever they stand; see `compileShape`. */
  readonly shapes?: readonly string[]
  /** Values that are known by the name that they are assigned to. */
  readonly labelled?: Labelled
  /** Bits per character that what is not the same in all tokens must have at least; 2.5 unless said. */
  readonly entropy?: number
  readonly check?: (value: string) => boolean
}

export interface Labelled {
  /** Beginnings of words in the name, lower case, words apart: "message bird" is messageBird, message_bird and message-bird. */
  readonly names: readonly string[]
  readonly shapes: readonly string[]
}

/** A rule for tokens that are known by their look. */
export function token(name: string, ...shapes: readonly string[]): SecretRule {
  return { name, shapes }
}

/** A rule for values that only their name tells: `names` apart by `|`. */
export function named(name: string, names: string, ...shapes: readonly string[]): SecretRule {
  return { name, labelled: { names: names.split('|'), shapes } }
}

export const UUID = '{Hex:8}-{Hex:4}-{Hex:4}-{Hex:4}-{Hex:12}'
