import { isAsciiLetter, isOtherLetter, LOOKS_LIKE } from './characters.js'

interface Folded {
  /** As long as what was given. */
  readonly text: string
  /** Where words begin that mix scripts. */
  readonly mixed: readonly number[]
}

/** A run of letters, and how many of them are Latin, look Latin, or neither. */
interface Run {
  readonly start: number
  readonly end: number
  readonly latin: number
  readonly alike: number
  readonly other: number
  /** Some that look Latin are of another script: Turkish has letters without dots, too. */
  readonly foreign: boolean
}

const FIRST_FOREIGN = 0x370
const LAST_FOREIGN = 0x58f
const SHORTEST_MIXED = 3

/** Reads look-alikes as Latin in words that have a Latin letter, and in words of nothing else among Latin ones. */
export function foldWords(text: string): Folded {
  const mixed: number[] = []
  let folded = ''
  let copied = 0
  let latinWords = 0
  let otherWords = 0
  for (let at = 0; at < text.length; ) {
    const run = runAt(text, at)
    at = Math.max(at + 1, run.end)
    if (run.latin > 0 && run.alike === 0) latinWords++
    else if (run.other > 0) otherWords++
    const asLatin = run.latin > 0 || (run.other === 0 && latinWords > otherWords)
    if (run.alike === 0 || !asLatin) continue
    folded += text.slice(copied, run.start) + latinOf(text, run)
    copied = run.end
    if (run.foreign && run.latin + run.alike >= SHORTEST_MIXED) mixed.push(run.start)
  }
  return { text: folded + text.slice(copied), mixed }
}

function runAt(text: string, start: number): Run {
  let [latin, alike, other] = [0, 0, 0]
  let foreign = false
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (isAsciiLetter(code)) latin++
    else if (LOOKS_LIKE.has(code)) {
      alike++
      foreign ||= code >= FIRST_FOREIGN && code <= LAST_FOREIGN
    } else if (isOtherLetter(code)) other++
    else break
  }
  return { start, end, latin, alike, other, foreign }
}

function latinOf(text: string, { start, end }: Run): string {
  let latin = ''
  for (let index = start; index < end; index++) latin += LOOKS_LIKE.get(text.charCodeAt(index)) ?? text[index]
  return latin
}
