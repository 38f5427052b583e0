import type { Steps } from '../../../../core/turns.js'

const UNITS_AT_ONCE = 65_536
/** Units that are read at the cost of one. */
const FAST = 16

/** How many words a text has: what stands between white space, and every character of scripts that have none between words. */
export function* countWords(text: string): Steps<number> {
  let count = 0
  let inWord = false
  for (let from = 0; from < text.length; from += UNITS_AT_ONCE) {
    const to = Math.min(text.length, from + UNITS_AT_ONCE)
    yield (to - from) / FAST
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at)
      const isWord = !isSpace(code)
      if (isIdeograph(code) || (isWord && !inWord)) count++
      inWord = isWord && !isIdeograph(code)
    }
  }
  return count
}

function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13)
  return code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029
}

/** Kana and Han. */
function isIdeograph(code: number): boolean {
  return (code >= 0x3041 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff)
}
