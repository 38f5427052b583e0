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
  return new Window(detector)
}

class Window implements ScanWindow {
  private readonly detector: Detector
  private readonly follower: Follower | undefined
  private text = ''
  /** Offset of the first unit of `text`. */
  private base = 0
  private decidedTo = 0
  private released = 0
  /** As long as the whole text is shorter, a scan would find what the last one did. */
  private scanAt = 0
  /** Where the follower began; -1 while it does not follow. */
  private followedFrom = -1
  /** What has come since. */
  private piece = ''

  constructor(detector: Detector) {
    this.detector = detector
    this.follower = detector.follow()
  }

  append(more: string): void {
    this.text += more
    if (this.followedFrom >= 0) this.piece += more
  }

  goOn(more: string): number {
    const { follower } = this
    if (!follower || this.followedFrom < 0 || this.piece !== '' || !this.advance(follower, more)) return -1
    this.text += more
    if (this.text.length > MOST_KEPT) this.trim()
    return this.decidedTo
  }

  scan(): readonly Finding[] {
    const end = this.base + this.text.length
    if (end < this.scanAt || end === this.decidedTo || this.follow()) return []
    this.trim()
    const { findings, openFrom } = this.detector.scan(this.text, this.decidedTo - this.base)
    const final = this.moved(findings.filter((finding) => finding.end <= openFrom))
    this.decidedTo = this.base + openFrom
    const tail = end - this.decidedTo
    this.scanAt = end + (tail < LONG_TAIL ? 1 : tail >> 4)
    return final
  }

  finish(): readonly Finding[] {
    this.trim()
    const findings = this.moved(this.detector.find(this.text, this.decidedTo - this.base))
    this.decidedTo = this.base + this.text.length
    return findings
  }

  slice(start: number, end: number): string {
    return this.text.slice(start - this.base, end - this.base)
  }

  release(offset: number): void {
    this.released = offset
  }

  decided(): number {
    return this.decidedTo
  }

  private moved(findings: readonly Finding[]): readonly Finding[] {
    const { base } = this
    if (base === 0) return findings
    return findings.map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base }))
  }

  private trim(): void {
    const keep = Math.min(this.released, this.decidedTo - this.detector.window)
    if (keep <= this.base) return
    this.text = this.text.slice(keep - this.base)
    this.base = keep
  }

  /** Takes more where the text is followed; false, and it is not followed any more, where a scan must look at it. */
  private advance(follower: Follower, more: string): boolean {
    const plain = follower.push(more)
    if (plain < 0) this.followedFrom = -1
    else this.decidedTo = this.followedFrom + plain
    return plain >= 0
  }

  /** Goes on without a scan, where that is enough; whether it is. */
  private follow(): boolean {
    const { follower } = this
    if (!follower) return false
    if (this.followedFrom < 0) {
      const decided = this.decidedTo - this.base
      this.piece = this.text.slice(decided)
      if (!PLAIN.test(this.piece) || !follower.begin(this.text.slice(0, decided), decided)) return false
      this.followedFrom = this.decidedTo
    }
    const more = this.piece
    this.piece = ''
    if (!this.advance(follower, more)) return false
    if (this.text.length > MOST_KEPT) this.trim()
    return true
  }
}
