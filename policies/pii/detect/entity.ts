/**
 * What a recognizer of fixed forms is told: an entity as data. One file of `entities/` holds one family of them.
 */

/** Whether a form's value is one; `compact` is upper case and has letters and digits only, `raw` is as it stands in the text. */
export type Check = (compact: string, raw: string) => boolean

/**
 * How a value may be written: `9` a digit, `A` a letter, `X` either, anything else itself (space and - . / : + ( ) , only).
 * `confidence` is that of a checked value without any context, 0 to 1.
 */
export interface Form {
  readonly form: string
  readonly confidence: number
  /** In place of the entity's own. */
  readonly check?: Check
}

/** Values without a form of their own, known by the label before them: the first word with digits after it. */
export interface LabelledValue {
  readonly minDigits: number
  /** Letters and digits, separators not counted. */
  readonly minLength: number
  readonly maxLength: number
  readonly check?: Check
}

export interface Entity {
  /** Lower snake case, as the configuration writes it. */
  readonly name: string
  /** An ISO 3166 country code in lower case, or `global`. */
  readonly pack: string
  /** Words or phrases that name the value: "ssn", "social security". Case, accents and punctuation do not matter. */
  readonly labels?: readonly string[]
  /** The same, saying less. */
  readonly hints?: readonly string[]
  /** What makes it unlikely, besides the words for numbers of machines that count for every entity. */
  readonly against?: readonly string[]
  /** Single words that name the value from right behind it: "555 0100 office". */
  readonly labelsAfter?: readonly string[]
  readonly forms?: readonly Form[]
  readonly check?: Check
  readonly value?: LabelledValue
  /** Not among what is looked for where nothing is said. */
  readonly onlyNamed?: true
}

/** Forms of the same confidence. */
export function forms(confidence: number, ...written: readonly string[]): readonly Form[] {
  return written.map((form) => ({ form, confidence }))
}
