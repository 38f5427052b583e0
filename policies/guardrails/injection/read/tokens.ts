import { isAsciiLetter, isDense, isDigit, isOtherLetter } from './characters.js'

/** A word, a number, a syllable of a script without spaces (`dense`), a run of signs, or the end of lines. */
export interface Token {
  readonly kind: 'word' | 'number' | 'dense' | 'sign' | 'line'
  readonly text: string
  /** Indexes into the normalised text. */
  readonly start: number
  readonly end: number
  /** How many words stand before it; a syllable counts half. Gaps are measured in it. */
  readonly at: number
  /** It begins a sentence, an item or a clause. */
  readonly first: boolean
}

/** A longer word is a number of some kind. */
const LONGEST_WORD = 28
const LONGEST_SIGN = 8

/** What a new sentence or clause may begin after. */
const OPENERS = new Set([
  '.',
  '!',
  '?',
  ':',
  ';',
  ',',
  '-',
  '"',
  "'",
  '(',
  ')',
  '*',
  '>',
  ']',
  '}',
  '`',
  '#',
  '=',
  '|',
  '\\',
])

/** The words of a text, from first to last. Linear. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let words = 0
  let first = true
  const add = (kind: Token['kind'], start: number, end: number, word = text.slice(start, end)): void => {
    tokens.push({ kind, text: word, start, end, at: words, first })
  }
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    const start = at
    if (code === 32 || code === 9) {
      at++
    } else if (code === 10 || code === 13) {
      while (isSpace(text.charCodeAt(at))) at++
      add('line', start, at, '\n')
      first = true
    } else if (code === 39 && isWordly(text.charCodeAt(at - 1)) && isWordly(text.charCodeAt(at + 1))) {
      at++
    } else if (isDense(code)) {
      at++
      add('dense', start, at)
      words += 0.5
      first = false
    } else if (isWordly(code)) {
      at = endOfWord(text, at)
      addWords(start, at)
    } else {
      while (at < text.length && at - start < LONGEST_SIGN && isSign(text.charCodeAt(at))) at++
      if (at === start) at++
      add('sign', start, at)
      first = OPENERS.has(text[at - 1] ?? '')
    }
  }
  return tokens

  function addWords(start: number, end: number): void {
    const number = isNumber(text, start, end)
    if (number) add('number', start, end, '0')
    else if (end - start > LONGEST_WORD) add('number', start, end, '00')
    else add('word', start, end)
    words++
    first = false
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

function isWordly(code: number): boolean {
  return isAsciiLetter(code) || isDigit(code) || isOtherLetter(code)
}

function isSign(code: number): boolean {
  return !isSpace(code) && !isWordly(code)
}

function isNumber(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!isDigit(text.charCodeAt(index))) return false
  return true
}

/** A word goes on over `$` and `!` where letters follow. An apostrophe ends it: articles and negations are words of their own. */
function endOfWord(text: string, from: number): number {
  let at = from + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isWordly(code) && !isDense(code)) continue
    const joins = code === 36 || code === 33
    if (!joins || !isAsciiLetter(text.charCodeAt(at + 1))) break
  }
  return at
}
