import { addSame, type Piece } from '../../content/piece.js'
import type { Finding } from '../detect/finding.js'
import { countingGuard } from './counting-guard.js'
import { createScanWindow } from './scan-window.js'
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
  return judge.treat ? treatingGuard(judge, judge.treat) : countingGuard(judge)
}

/** A stretch that has not gone out, or not wholly; `end` is its offset in what the detector sees. */
type Waiting = { readonly stretch: Scanned; end: number }

/** Of texts that wait only the window has what they say. */
const SOME_TEXT: Scanned = { kind: 'text', text: '' }

function treatingGuard(
  { detector, isKnown, count }: Judge,
  treat: (finding: Finding, value: string) => Decision,
): Guard {
  const window = createScanWindow(detector)
  let waiting: Waiting[] = []
  let findings: readonly Finding[] = []
  /** The first of them that does not end before `gone`. */
  let next = 0
  /** How much of what the detector sees has come, and has gone out. */
  let come = 0
  let gone = 0
  let blocked = false
  let counted: Finding | undefined

  const append = (stretch: Scanned): void => {
    const seen = seenOf(stretch)
    if (seen === '') return
    window.append(seen)
    come += seen.length
    const last = waiting.at(-1)
    const goesOn = last?.stretch.kind === stretch.kind && (stretch.kind === 'text' || stretch.kind === 'fixed')
    if (last && goesOn) last.end = come
    else waiting.push({ stretch, end: come })
  }

  const decide = (finding: Finding, value: string): Decision => {
    if (isKnown(value)) return 'leave'
    if (counted !== finding) count(finding.entity)
    counted = finding
    return treat(finding, value)
  }

  /** Passes on the text up to `until`, with the findings in it treated. */
  const passText = (until: number, pieces: Piece[]): void => {
    for (; next < findings.length; next++) {
      const finding = findings[next] as Finding
      const start = Math.max(finding.start, gone)
      const end = Math.min(finding.end, until)
      if (start >= until) break
      if (end <= start) continue
      addSame(pieces, start - gone)
      gone = end
      const decision = decide(finding, window.slice(start, end))
      if (decision === 'leave') addSame(pieces, end - start)
      else if (decision === 'block') {
        blocked = true
        return
      } else pieces.push({ kind: 'changed', length: end - start, text: decision.replace })
      if (end < finding.end) break
    }
    addSame(pieces, until - gone)
    gone = until
  }

  /** Passes on a whole number: as it is, or as text in which the findings are treated. */
  const passNumber = (digits: string, pieces: Piece[]): void => {
    const parts: Piece[] = []
    let at = gone
    passText(gone + digits.length, parts)
    if (blocked || parts.every(({ kind }) => kind === 'same')) {
      if (!blocked) addSame(pieces, digits.length)
      return
    }
    const text = parts.map((part) => {
      if (part.kind === 'blocked') return ''
      at += part.length
      return part.kind === 'changed' ? part.text : window.slice(at - part.length, at)
    })
    pieces.push({ kind: 'changed', length: digits.length, text: text.join('') })
  }

  const pass = (stretch: Scanned, until: number, pieces: Piece[]): void => {
    switch (stretch.kind) {
      case 'text':
        passText(until, pieces)
        break
      case 'number':
        passNumber(stretch.text, pieces)
        break
      case 'fixed':
        addSame(pieces, until - gone)
        gone = until
        break
      case 'original':
        pieces.push({ kind: 'changed', length: stretch.length, text: stretch.text })
        gone = until
    }
  }

  /** Passes on what is decided; numbers and originals whole. */
  const release = (): readonly Piece[] => {
    const pieces: Piece[] = []
    const limit = window.decided()
    let passed = 0
    for (const { stretch, end } of waiting) {
      const isWhole = stretch.kind === 'original' || stretch.kind === 'number'
      const until = Math.min(end, limit)
      if (blocked || until <= gone || (isWhole && end > limit)) break
      pass(stretch, until, pieces)
      if (end <= gone) passed++
    }
    if (passed > 0) waiting = waiting.slice(passed)
    findings = findings.slice(next)
    next = 0
    window.release(gone)
    return blocked ? [...pieces, { kind: 'blocked' }] : pieces
  }

  return {
    pass(text) {
      const [first] = waiting
      if (blocked || findings.length > 0 || waiting.length > 1 || (first && first.stretch.kind !== 'text')) return -1
      const decided = window.goOn(text)
      if (decided < 0) return -1
      const same = decided - gone
      gone = decided
      come += text.length
      if (gone === come) waiting = []
      else if (first) first.end = come
      else waiting = [{ stretch: SOME_TEXT, end: come }]
      window.release(gone)
      return same
    },
    push(stretches) {
      if (blocked) return []
      stretches.forEach(append)
      findings = [...findings, ...window.scan()]
      return release()
    },
    end() {
      if (blocked) return []
      findings = [...findings, ...window.finish()]
      return release()
    },
  }
}
