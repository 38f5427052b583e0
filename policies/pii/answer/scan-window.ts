import type { Detector } from '../detect/detector.js'
import type { Finding } from '../detect/finding.js'
import type { Follower } from '../detect/scan/follow.js'

/**
 * Scans a text that comes in pieces. Offsets count from the text's beginning. Keeps what is open and the detector's window before
 * it, and what `keep` asks for.
 */
export interface ScanWindow {
  append(text: string): void
  /** Appends a text that can be followed: the new `decided`, before which nothing is found. -1, and nothing appended, where it must be scanned. */
  goOn(text: string): number
  /** New final findings, in order. Nothing before `decided` changes, or is part of a later finding. */
  scan(): readonly Finding[]
  /** The findings of all that is left; the text is over. */
  finish(): readonly Finding[]
  /** Text that is still kept. */
  slice(start: number, end: number): string
  /** What is before `offset` is not asked for any more. */
  release(offset: number): void
  /** All before this is decided. */
  decided(): number
}

/** As much text is kept while it is followed. */
const MOST_KEPT = 4096

/** What is followed: letters, and what stands between words. */
const PLAIN = /^[A-Za-z ,.'\n]*$/

/** A tail that long is scanned again only after it has grown by a sixteenth, so that long ones do not cost their square. */
const LONG_TAIL = 64

export function createScanWindow(detector: Detector): ScanWindow {
  let text = ''
  /** Offset of the first unit of `text`. */
  let base = 0
  let decided = 0
  let released = 0
  /** As long as the whole text is shorter, a scan would find what the last one did. */
  let scanAt = 0
  const follower = detector.follow()
  /** Where the follower began; -1 while it does not follow. */
  let followedFrom = -1
  /** What has come since. */
  let piece = ''

  const moved = (findings: readonly Finding[]): readonly Finding[] =>
    base === 0
      ? findings
      : findings.map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base }))

  const trim = (): void => {
    const keep = Math.min(released, decided - detector.window)
    if (keep <= base) return
    text = text.slice(keep - base)
    base = keep
  }

  /** Takes more where the text is followed; false, and it is not followed any more, where a scan must look at it. */
  const advance = (by: Follower, more: string): boolean => {
    const plain = by.push(more)
    if (plain < 0) followedFrom = -1
    else decided = followedFrom + plain
    return plain >= 0
  }

  /** Goes on without a scan, where that is enough; whether it is. */
  const follow = (): boolean => {
    if (!follower) return false
    if (followedFrom < 0) {
      piece = text.slice(decided - base)
      if (!PLAIN.test(piece) || !follower.begin(text.slice(0, decided - base), decided - base)) return false
      followedFrom = decided
    }
    const more = piece
    piece = ''
    if (!advance(follower, more)) return false
    if (text.length > MOST_KEPT) trim()
    return true
  }

  return {
    append(more) {
      text += more
      if (followedFrom >= 0) piece += more
    },
    goOn(more) {
      if (!follower || followedFrom < 0 || piece !== '' || !advance(follower, more)) return -1
      text += more
      if (text.length > MOST_KEPT) trim()
      return decided
    },
    scan() {
      const end = base + text.length
      if (end < scanAt || end === decided || follow()) return []
      trim()
      const { findings, openFrom } = detector.scan(text, decided - base)
      const final = moved(findings.filter((finding) => finding.end <= openFrom))
      decided = base + openFrom
      const tail = end - decided
      scanAt = end + (tail < LONG_TAIL ? 1 : tail >> 4)
      return final
    },
    finish() {
      trim()
      const findings = moved(detector.find(text, decided - base))
      decided = base + text.length
      return findings
    },
    slice: (start, end) => text.slice(start - base, end - base),
    release(offset) {
      released = offset
    },
    decided: () => decided,
  }
}
