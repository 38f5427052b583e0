import type { Codes } from './characters.js'
import type { Folded } from './fold.js'
import type { Rules } from './rules.js'

/** Something that may be reported, in offsets of the folded text. */
export interface Candidate {
  readonly entity: number
  readonly start: number
  readonly end: number
  readonly confidence: number
  readonly recognizer: string
}

/** How many phrases of the lexicon are remembered; a power of two. */
export const REMEMBERED = 32

/**
 * One scan over one folded text. Between two words nothing is remembered but positions: where a scan may begin anew
 * (`resumable`), everything else is read again from the text before.
 */
export interface Scan {
  readonly text: string
  /** The same as numbers, with padding. */
  readonly codes: Codes
  readonly rules: Rules
  /** Where the scan stands. */
  at: number
  /** The last offset that the present step has looked at; the text's length means that it would have looked further. */
  far: number
  /** Characters looked at in all. */
  steps: number
  /** The last place up to which everything was decided, whatever comes later; -1 once the end has been looked at. */
  resumable: number
  /** All such places in order, where they are wanted. */
  readonly places: number[] | undefined
  /** The result for `openFrom`; -1 while the end has not been looked at. */
  open: number
  /** Candidates that overlap each other, the latest ones; `clusterEnd` is where the last of them ends. */
  cluster: Candidate[]
  clusterEnd: number
  /** Where the URL ends that was read last; none begins within it. */
  urlEnd: number
  /** Nothing that begins before may be reported: a cluster that grew too long was closed there. */
  floor: number
  readonly found: Candidate[]
  /** Whether the token read last has a digit. */
  hasDigit: boolean
  /** The lexicon's phrases that went by: a ring of their numbers and ends, as large as needed; `phrases` counts them. */
  readonly phraseIds: number[]
  readonly phraseEnds: number[]
  phrases: number
  /** Hashes of the last word and of the last two where a longer phrase may begin with them, else 0. */
  lastWord: number
  lastTwo: number
  lastWordEnd: number
}

/** A scan of a folded text from `at`; keeps every place where one may begin anew, or only the last. */
export function newScan(
  { text, codes }: Pick<Folded, 'text' | 'codes'>,
  rules: Rules,
  at: number,
  keep: 'places' | 'last' = 'last',
): Scan {
  return {
    text,
    codes,
    rules,
    at,
    far: 0,
    steps: 0,
    resumable: at,
    places: keep === 'places' ? [at] : undefined,
    open: -1,
    cluster: [],
    clusterEnd: 0,
    urlEnd: 0,
    floor: at,
    found: [],
    hasDigit: false,
    phraseIds: [],
    phraseEnds: [],
    phrases: 0,
    lastWord: 0,
    lastTwo: 0,
    lastWordEnd: -9,
  }
}

/** Notes that the present step has looked at `offset`. */
export function look(scan: Scan, offset: number): void {
  if (offset > scan.far) scan.far = offset
}
