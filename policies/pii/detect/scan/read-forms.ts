import { mayEnd } from './boundary.js'
import { characterClass, isDigitAt, WORD } from './characters.js'
import { type FormRule, SYMBOL_TABLE, SYMBOLS } from './forms.js'
import { confidenceAt, propose } from './offer.js'
import { look, type Scan } from './state.js'

/** Letters and digits of a written value, in upper case. */
export function compactOf(raw: string): string {
  let compact = ''
  for (let index = 0; index < raw.length; index++) {
    if (characterClass(raw.charCodeAt(index)) & WORD) compact += raw[index]
  }
  return compact.toUpperCase()
}

function readRule(scan: Scan, rule: FormRule, start: number, end: number): void {
  const confidence = confidenceAt(scan, rule.entity, rule.confidence, start)
  if (confidence === 0) return
  const raw = scan.text.slice(start, end)
  if (rule.check && !rule.check(compactOf(raw), raw)) return
  propose(scan, { entity: rule.entity, start, end, confidence, recognizer: 'form' })
}

function accept(scan: Scan, rules: readonly FormRule[], start: number, end: number): void {
  if (mayEnd(scan, end)) for (const rule of rules) readRule(scan, rule, start, end)
}

/** Whether the letters that end at `end` may begin a form: no form has letters only, or two separators behind its first ones. */
export function mayGoOnWithDigit(scan: Scan, end: number): boolean {
  const { codes } = scan
  look(scan, end)
  if (SYMBOL_TABLE[codes[end] ?? 0] === undefined || (SYMBOL_TABLE[codes[end] ?? 0] ?? -1) < 2) return false
  look(scan, end + 1)
  return isDigitAt(codes, end + 1)
}

/** Runs the automaton from `start`, where a value may begin, and proposes every form that ends well. */
export function readForms(scan: Scan, start: number): void {
  const { codes } = scan
  const { transitions, accepts, ends } = scan.rules.automaton
  const symbols = SYMBOL_TABLE
  let state = 0
  let index = start
  for (; ; index++) {
    const code = codes[index] ?? 0
    const symbol = code < 128 ? (symbols[code] ?? -1) : -1
    if (symbol < 0) break
    state = transitions[state * SYMBOLS + symbol] ?? -1
    if (state < 0) break
    if (ends[state]) accept(scan, accepts[state] ?? [], start, index + 1)
  }
  scan.steps += index - start
  look(scan, index)
}
