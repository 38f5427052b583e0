import type { Detector } from '../detect/detector.js'
import type { Finding } from '../detect/finding.js'

/** What becomes of a value: `block` ends the choice before it. */
export type Decision = 'leave' | 'block' | { readonly replace: string }

/** What is looked for in an answer, and what is done about it. What the detector throws comes out of the transform. */
export interface Scanning {
  readonly detector: Detector
  /**
   * Asked once about each new value, or about each part of one that has something in it that is not the model's own. Absent
   * where findings are only counted: then nothing is held back for them.
   */
  readonly treat?: (finding: Finding, value: string) => Decision
  /** Values of the client's own that may come back, besides those that placeholders stand for. */
  readonly isKnown?: (value: string) => boolean
}

/** The same as the guards need it. */
export interface Judge extends Scanning {
  readonly isKnown: (value: string) => boolean
  /** Told of each new finding, once. */
  readonly count: (entity: string) => void
}
