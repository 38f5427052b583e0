import { addSame, type Piece } from '../../content/piece.js'
import type { Finding } from '../detect/finding.js'
import { countingGuard } from './counting-guard.js'
import { createScanWindow, type ScanWindow } from './scan-window.js'
import { type Scanned, seenOf } from './scanned.js'
import type { Decision, Judge } from './treatment.js'

/** Finds new values and treats them; holds back from where the detector could still find something. */
export interface Guard {
  push(stretches: readonly Scanned[]): readonly Piece[]
  /**
   * Takes a text when nothing but text waits and nothing is found: how many units more stay as they are. -1 where it must be pushed; then it
   * has not been taken.
   */
  pass(text: string): number
  end(): readonly Piece[]
}

export function createGuard(judge: Judge): Guard {
  return judge.treat ? new TreatingGuard(judge, judge.treat) : countingGuard(judge)
}

type Treat = (finding: Finding, value: string) => Decision

/** A stretch that has not gone out, or not wholly; `end` is its offset in what the detector sees. */
type Waiting = { readonly stretch: Scanned; end: number }

/** Of texts that wait only the window has what they say. */
const SOME_TEXT: Scanned = { kind: 'text', text: '' }

class TreatingGuard implements Guard {
  private readonly judge: Judge
  private readonly treat: Treat
  private readonly window: ScanWindow
  private waiting: Waiting[] = []
  private findings: readonly Finding[] = []
  /** The first of them that does not end before `gone`. */
  private next = 0
  /** How much of what the detector sees has come, and has gone out. */
  private come = 0
  private gone = 0
  private blocked = false
  private counted: Finding | undefined = undefined

  constructor(judge: Judge, treat: Treat) {
    this.judge = judge
    this.treat = treat
    this.window = createScanWindow(judge.detector)
  }

  pass(text: string): number {
    const { waiting } = this
    const [first] = waiting
    const isOnlyText = waiting.length === 0 || (waiting.length === 1 && first?.stretch.kind === 'text')
    if (this.blocked || this.findings.length > 0 || !isOnlyText) return -1
    const decided = this.window.goOn(text)
    if (decided < 0) return -1
    const same = decided - this.gone
    this.gone = decided
    this.come += text.length
    if (decided === this.come) this.waiting = []
    else if (first) first.end = this.come
    else this.waiting = [{ stretch: SOME_TEXT, end: this.come }]
    this.window.release(decided)
    return same
  }

  push(stretches: readonly Scanned[]): readonly Piece[] {
    if (this.blocked) return []
    for (const stretch of stretches) this.append(stretch)
    this.findings = [...this.findings, ...this.window.scan()]
    return this.release()
  }

  end(): readonly Piece[] {
    if (this.blocked) return []
    this.findings = [...this.findings, ...this.window.finish()]
    return this.release()
  }

  private append(stretch: Scanned): void {
    const seen = seenOf(stretch)
    if (seen === '') return
    this.window.append(seen)
    this.come += seen.length
    const last = this.waiting.at(-1)
    const goesOn = last?.stretch.kind === stretch.kind && (stretch.kind === 'text' || stretch.kind === 'fixed')
    if (last && goesOn) last.end = this.come
    else this.waiting.push({ stretch, end: this.come })
  }

  private decide(finding: Finding, value: string): Decision {
    if (this.judge.isKnown(value)) return 'leave'
    if (this.counted !== finding) this.judge.count(finding.entity)
    this.counted = finding
    return this.treat(finding, value)
  }

  /** Passes on the text up to `until`, with the findings in it treated. */
  private passText(until: number, pieces: Piece[]): void {
    const { findings } = this
    for (; this.next < findings.length; this.next++) {
      const finding = findings[this.next] as Finding
      const start = Math.max(finding.start, this.gone)
      const end = Math.min(finding.end, until)
      if (start >= until) break
      if (end <= start) continue
      addSame(pieces, start - this.gone)
      this.gone = end
      const decision = this.decide(finding, this.window.slice(start, end))
      if (decision === 'leave') addSame(pieces, end - start)
      else if (decision === 'block') {
        this.blocked = true
        return
      } else pieces.push({ kind: 'changed', length: end - start, text: decision.replace })
      if (end < finding.end) break
    }
    addSame(pieces, until - this.gone)
    this.gone = until
  }

  /** Passes on a whole number: as it is, or as text in which the findings are treated. */
  private passNumber(digits: string, pieces: Piece[]): void {
    const parts: Piece[] = []
    let at = this.gone
    this.passText(at + digits.length, parts)
    if (this.blocked || parts.every(({ kind }) => kind === 'same')) {
      if (!this.blocked) addSame(pieces, digits.length)
      return
    }
    const text = parts.map((part) => {
      if (part.kind === 'blocked') return ''
      at += part.length
      return part.kind === 'changed' ? part.text : this.window.slice(at - part.length, at)
    })
    pieces.push({ kind: 'changed', length: digits.length, text: text.join('') })
  }

  private passStretch(stretch: Scanned, until: number, pieces: Piece[]): void {
    switch (stretch.kind) {
      case 'text':
        this.passText(until, pieces)
        break
      case 'number':
        this.passNumber(stretch.text, pieces)
        break
      case 'fixed':
        addSame(pieces, until - this.gone)
        this.gone = until
        break
      case 'original':
        pieces.push({ kind: 'changed', length: stretch.length, text: stretch.text })
        this.gone = until
    }
  }

  /** Passes on what is decided; numbers and originals whole. */
  private release(): readonly Piece[] {
    const pieces: Piece[] = []
    const limit = this.window.decided()
    let passed = 0
    for (const { stretch, end } of this.waiting) {
      const isWhole = stretch.kind === 'original' || stretch.kind === 'number'
      const until = Math.min(end, limit)
      if (this.blocked || until <= this.gone || (isWhole && end > limit)) break
      this.passStretch(stretch, until, pieces)
      if (end <= this.gone) passed++
    }
    if (passed > 0) this.waiting = this.waiting.slice(passed)
    this.findings = this.findings.slice(this.next)
    this.next = 0
    this.window.release(this.gone)
    return this.blocked ? [...pieces, { kind: 'blocked' }] : pieces
  }
}
