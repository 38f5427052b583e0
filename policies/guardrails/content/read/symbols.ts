import { FOLDED } from '../../../pii/detect/scan/fold-table.js'
import { GAP, LETTERS } from './letters.js'

/** Of ASCII these mean something within a term: `C++`, `c#`, `@home`, `$GME`, `100%`. */
const TELLING = /[+#@$%]/
const MARK = /^[\p{S}\p{Cs}]$/u

/** What a unit that is neither letter nor digit is read as, in terms and texts that keep it. */
export function symbolOf(code: number): number {
  return FOLDED[code] ?? code
}

/** The signs of a term that are part of it; others only part its words. */
export function symbolsIn(term: string): ReadonlySet<number> {
  const symbols = new Set<number>()
  for (let index = 0; index < term.length; index++) {
    const code = term.charCodeAt(index)
    if (LETTERS[code] === GAP && isTelling(symbolOf(code))) symbols.add(symbolOf(code))
  }
  return symbols
}

function isTelling(code: number): boolean {
  const character = String.fromCharCode(code)
  return code < 128 ? TELLING.test(character) : MARK.test(character)
}
