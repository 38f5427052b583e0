import { isKnownWord } from '../lexicon/lexicon.js'
import { foldedCharacter, isDense } from '../read/characters.js'
import { COMMON_WORDS } from '../read/common-words.js'
import { tokensOf } from '../read/tokens.js'

const LOOKED_AT = 400

/** Whether something decoded is language: mostly letters, and among the words some that are known. */
export function isProse(text: string): boolean {
  const start = text.slice(0, LOOKED_AT)
  let letters = 0
  let odd = 0
  let folded = ''
  for (const character of start) {
    const code = character.codePointAt(0) ?? 0
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) odd++
    const plain = foldedCharacter(code)
    folded += plain
    if (/\p{L}|\s/u.test(plain)) letters++
  }
  if (odd > 0 || letters < 0.7 * start.length) return false
  const words = tokensOf(folded).filter(({ kind }) => kind === 'word' || kind === 'dense')
  const known = words.filter(({ text: word }) => isDense(word.charCodeAt(0)) || isRealWord(word))
  return known.length >= 1 && known.length >= 0.4 * words.length
}

/** Words of one or two letters are found in any noise. */
export function isRealWord(word: string): boolean {
  return word.length > 2 ? COMMON_WORDS.has(word) || isKnownWord(word) : COMMON_WORDS.has(word)
}
