import type { LabelledValue } from '../entity.js'
import { type Codes, classAt, DIGIT, IDEOGRAPH, WORD } from './characters.js'
import { propose } from './offer.js'
import { compactOf } from './read-forms.js'
import { look, REMEMBERED, type Scan } from './state.js'

/** A label may stand this far before its value. */
const REACH = 40
const LONGEST = 34
const NO_CODE =
  /^(?:\d+[.,]\d+|(?:19|20)\d\d[-/.](?:19|20)\d\d|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})$/

/** Whether a phrase went by within reach of `start`. */
export function isPhraseNear(scan: Scan, start: number): boolean {
  return scan.phrases > 0 && start - (scan.phraseEnds[(scan.phrases - 1) & (REMEMBERED - 1)] ?? 0) <= REACH
}

/** Where the nearest label before `start` is remembered: one of values without a form, with no digit between; else -1. */
function labelSlot(scan: Scan, start: number): number {
  for (let back = 1; back <= Math.min(scan.phrases, REMEMBERED); back++) {
    const slot = (scan.phrases - back) & (REMEMBERED - 1)
    const end = scan.phraseEnds[slot] ?? 0
    if (start - end > REACH) return -1
    const names = scan.rules.lexicon.names[scan.phraseIds[slot] ?? 0] ?? 0
    if (end <= start && names > 0) return names === 2 && isPlain(scan, end, start) ? slot : -1
  }
  return -1
}

/** Words only: what is between a label and its value. */
function isPlain(scan: Scan, from: number, to: number): boolean {
  scan.steps += to - from
  for (let index = from; index < to; index++) if (classAt(scan.codes, index) & DIGIT) return false
  return true
}

/** The end of the letters, digits, dashes, slashes and underscores from `start`. */
function codeEnd(scan: Scan, start: number): number {
  const { text, codes } = scan
  let end = start
  while (end - start <= LONGEST) {
    if (classAt(codes, end) & WORD) end++
    else if ('-_/.'.includes(text[end] ?? '#') && classAt(codes, end + 1) & WORD) end++
    else break
  }
  look(scan, end + 1)
  scan.steps += end - start
  return end
}

function fits(codes: Codes, start: number, end: number, value: LabelledValue): boolean {
  let digits = 0
  let length = 0
  for (let index = start; index < end; index++) {
    const kind = classAt(codes, index)
    if (kind & DIGIT) digits++
    if (kind & (WORD | IDEOGRAPH)) length++
  }
  return digits >= value.minDigits && length >= value.minLength && length <= value.maxLength
}

/** Proposes the word at `start` for every entity that the label before it names. */
export function readLabelled(scan: Scan, start: number): void {
  const slot = labelSlot(scan, start)
  if (slot < 0) return
  const end = codeEnd(scan, start)
  const written = scan.text.slice(start, end)
  if (end - start > LONGEST || NO_CODE.test(written)) return
  const { entities, lexicon, labelled, thresholds } = scan.rules
  const distance = start - (scan.phraseEnds[slot] ?? 0)
  for (const entity of labelled) {
    const value = entities[entity]?.value
    const named = (lexicon.weights[(scan.phraseIds[slot] ?? 0) * entities.length + entity] ?? 0) > 30
    const confidence = distance <= 16 ? 0.75 : 0.6
    if (
      !value ||
      !named ||
      !fits(scan.codes, start, end, value) ||
      value.check?.(compactOf(written), written) === false ||
      confidence < (thresholds[entity] ?? 1)
    )
      continue
    propose(scan, { entity, start, end, confidence, recognizer: 'label' })
  }
}
