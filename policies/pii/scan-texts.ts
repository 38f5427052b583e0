import type { Clock } from '../../core/clock.js'
import type { Detector } from './detect/detector.js'
import type { Finding } from './detect/finding.js'

/** One text, and what names it where that stands beside it: the member `ssn` of an object. */
export interface Labelled {
  readonly text: string
  readonly label?: string
}

export interface Scanning {
  readonly detector: Detector
  readonly clock: Clock
  /** Milliseconds for all texts of a request together. */
  readonly timeout: number
  /** Lets other work run. */
  pause(): Promise<unknown>
}

type Found = readonly (readonly Finding[])[]

/** UTF-16 units that are read in one go, a few milliseconds at most; longer requests are read in turns with other work. */
const AT_ONCE = 16_384

/** The findings of each text. Throws `ScanTimeout`, and what the detector throws: nothing found is never confused with not looked. */
export function scanTexts(texts: readonly Labelled[], scanning: Scanning): Found | Promise<Found> {
  let units = 0
  for (const { text } of texts) units += text.length
  return units > AT_ONCE ? inTurns(texts, scanning) : texts.map((text) => find(scanning.detector, text))
}

function find(detector: Detector, { text, label }: Labelled): readonly Finding[] {
  if (label === undefined) return detector.find(text)
  const before = `${label}: `
  return moved(detector.find(before + text, before.length), before.length)
}

/** The findings by the text's own offsets; those that reach into the label are the label's. */
function moved(found: readonly Finding[], by: number): readonly Finding[] {
  return found.flatMap((finding) =>
    finding.start < by ? [] : [{ ...finding, start: finding.start - by, end: finding.end - by }],
  )
}

async function inTurns(texts: readonly Labelled[], { detector, clock, timeout, pause }: Scanning): Promise<Found> {
  const until = clock.monotonic() + timeout
  const rest = async () => {
    await pause()
    if (clock.monotonic() > until) throw new ScanTimeout()
  }
  const all: (readonly Finding[])[] = []
  let units = 0
  for (const labelled of texts) {
    const { length } = labelled.text
    if (units + length > AT_ONCE) {
      await rest()
      units = 0
    }
    units += length
    // What is long enough to be read in slices has its own words around it.
    all.push(length > AT_ONCE ? await sliced(detector, labelled.text, rest) : find(detector, labelled))
  }
  return all
}

async function sliced(detector: Detector, text: string, rest: () => Promise<void>): Promise<readonly Finding[]> {
  const task = detector.findSliced(text)
  for (;;) {
    const step = task.next()
    if (step.done) return step.value
    await rest()
  }
}

/** The texts of a request could not all be read in time. */
class ScanTimeout extends Error {
  override readonly name = 'ScanTimeout'
}
