import { AT_ONCE, type Steps } from '../../core/turns.js'
import type { Detector } from './detect/detector.js'
import type { Finding } from './detect/finding.js'

/** One text, and what names it where that stands beside it: the member `ssn` of an object. */
export interface Labelled {
  readonly text: string
  readonly label?: string
}

/** The findings of each text, by its index. */
export type Found = readonly (readonly Finding[])[]

/** What one more text costs besides its length. */
const TEXT = 16

/** A longer name of a member says nothing, and would be read again with each of its values. */
const LONGEST_LABEL = 128

/** The findings of each text. Throws what the detector throws: nothing found is never confused with not looked. */
export function* scanTexts(texts: readonly Labelled[], detector: Detector): Steps<Found> {
  const all: (readonly Finding[])[] = []
  for (const { text, label = '' } of texts) {
    const before = label === '' || label.length > LONGEST_LABEL ? '' : `${label}: `
    const units = TEXT + before.length + text.length
    // What is long enough to be read in slices has its own words around it.
    if (units > AT_ONCE) all.push(yield* sliced(detector, text))
    else {
      yield units
      all.push(find(detector, text, before))
    }
  }
  return all
}

/** The findings by the text's own offsets; those that reach into the words before it are not its own. */
function find(detector: Detector, text: string, before: string): readonly Finding[] {
  const by = before.length
  if (by === 0) return detector.find(text)
  return detector
    .find(before + text, by)
    .flatMap((finding) =>
      finding.start < by ? [] : [{ ...finding, start: finding.start - by, end: finding.end - by }],
    )
}

function* sliced(detector: Detector, text: string): Steps<readonly Finding[]> {
  const task = detector.findSliced(text)
  for (;;) {
    yield AT_ONCE
    const step = task.next()
    if (step.done) return step.value
  }
}
