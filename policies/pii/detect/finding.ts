/** Something personal found in a text. */
export interface Finding {
  /** Lower snake case: `us_ssn`, or the name of a custom pattern. */
  readonly entity: string
  /** UTF-16 offsets into the text as it was given; `end` is exclusive. */
  readonly start: number
  readonly end: number
  /** 0 to 1. */
  readonly confidence: number
  /** What found it: `form`, `label`, `card`, `phone`, `email`, `url`, `domain`, `ip`, `wallet`, `deny`, `pattern`, `secret`, `name` or `worded`. */
  readonly recognizer: string
}
