import type { Random } from './digest.js'

const VOWELS = 'aeiou'
const CONSONANTS = 'bcdfghjklmnprstvwz'

/** Another letter or digit of the same kind, in the same case; what is neither stays. Letters of other scripts become Latin ones. */
export function otherCharacter(character: string, random: Random): string {
  const code = character.charCodeAt(0)
  if (code >= 48 && code <= 57) return String(random(10))
  if (code >= 97 && code <= 122) return String.fromCharCode(97 + random(26))
  if (code >= 65 && code <= 90) return String.fromCharCode(65 + random(26))
  return code < 128 ? character : otherLetter(character, random)
}

/** The same for words: a vowel for a vowel, so that they can be said. */
function otherSound(character: string, random: Random): string {
  const lower = character.toLowerCase()
  const alike = VOWELS.includes(lower) ? VOWELS : /[a-z]/.test(lower) ? CONSONANTS : ''
  if (alike === '') return otherCharacter(character, random)
  const letter = alike[random(alike.length)] ?? lower
  return lower === character ? letter : letter.toUpperCase()
}

function otherLetter(character: string, random: Random): string {
  if (!/\p{L}/u.test(character)) return /\p{Nd}/u.test(character) ? String(random(10)) : character
  const letter = String.fromCharCode(97 + random(26))
  return character === character.toLowerCase() ? letter : letter.toUpperCase()
}

/** A text of the same shape: what is neither letter nor digit stays, and so does its length in code points. */
export function otherText(text: string, random: Random, other = otherSound): string {
  return Array.from(text, (character) => other(character, random)).join('')
}

/** Puts `digits` in the places of the digits of `written`, which are as many; separators stay. */
export function withDigits(written: string, digits: string): string {
  let next = 0
  return written.replace(/\d/g, (digit) => digits[next++] ?? digit)
}

/** So many random digits. */
export function digitsOf(count: number, random: Random): string {
  return Array.from({ length: count }, () => String(random(10))).join('')
}
