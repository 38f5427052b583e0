import { isRealWord } from '../layers/prose.js'
import { isExactWord, isKnownWord } from '../lexicon/lexicon.js'
import { COMMON_WORDS } from './common-words.js'
import { leetReadings } from './leet.js'
import type { Mark } from './normalise.js'
import type { Token } from './tokens.js'

/** Tokens as they are meant, and what they were disguised with. */
interface Read {
  readonly tokens: readonly Token[]
  readonly marks: readonly Mark[]
}

/** Puts letters in place of digits, and words together whose letters stand apart. */
export function readWords(tokens: readonly Token[]): Read {
  const marks: Mark[] = []
  const read: Token[] = []
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]
    if (token === undefined) break
    const run = token.kind === 'word' && token.text.length === 1 ? spacedRun(tokens, index) : 0
    const words = run > 0 ? joined(tokens.slice(index, index + run)) : []
    if (words.length > 0) {
      marks.push({ kind: 'spaced', at: token.start })
      read.push(...words)
      index += run
      continue
    }
    // Nothing in the run begins another one.
    for (const end = index + run - 1; index < end; index++) {
      const passed = tokens[index]
      if (passed !== undefined) read.push(passed)
    }
    const last = tokens[index] ?? token
    read.push(last.kind === 'word' ? plain(last, marks) : last)
    index++
  }
  return { tokens: read, marks }
}

function plain(token: Token, marks: Mark[]): Token {
  for (const text of leetReadings(token.text)) {
    if (text.length < 3 ? !COMMON_WORDS.has(text) : !isRealWord(text)) continue
    if (text.length > 3) marks.push({ kind: 'leet', at: token.start })
    return { ...token, text }
  }
  return token
}

const LEAST_LETTERS = 4
const MOST_LETTERS = 200

/** How many tokens from one on are single letters with the same between each two of them. */
function spacedRun(tokens: readonly Token[], from: number): number {
  const first = tokens[from]
  const second = tokens[from + 1]
  if (first === undefined || second === undefined) return 0
  const sign = second.kind === 'sign' ? second.text : undefined
  if (sign !== undefined && sign.length > 1) return 0
  const step = sign === undefined ? 1 : 2
  let letters = 1
  for (let index = from + step; letters < MOST_LETTERS; index += step) {
    const [between, letter] = [tokens[index - 1], tokens[index]]
    if (letter?.kind !== 'word' || letter.text.length !== 1) break
    if (sign !== undefined && between?.text !== sign) break
    letters++
  }
  return letters < LEAST_LETTERS ? 0 : (letters - 1) * step + 1
}

/** The words that letters give: by the wider gaps between them, else by what words there are; none where they give none. */
function joined(run: readonly Token[]): readonly Token[] {
  const letters = run.filter(({ kind }) => kind === 'word')
  const groups: Token[][] = []
  let narrow = Number.POSITIVE_INFINITY
  for (const [index, letter] of letters.entries()) {
    const before = letters[index - 1]
    if (before !== undefined) narrow = Math.min(narrow, letter.start - before.end)
  }
  for (const [index, letter] of letters.entries()) {
    const before = letters[index - 1]
    if (before === undefined || letter.start - before.end > narrow) groups.push([])
    groups.at(-1)?.push(letter)
  }
  const words = groups.flatMap((group) => segmented(group))
  const sense = words
    .filter(({ text }) => text.length > 2 && isRealWord(text))
    .reduce((sum, { text }) => sum + text.length, 0)
  return sense >= 0.5 * letters.length ? words : []
}

const LONGEST_WORD = 14

/** The longest known word first; a stem would swallow the next one. */
function segmented(letters: readonly Token[]): readonly Token[] {
  const all = letters.map(({ text }) => text).join('')
  const words: Token[] = []
  for (let index = 0; index < letters.length; ) {
    let length = Math.min(LONGEST_WORD, letters.length - index)
    const whole = index === 0 && length === letters.length && isKnownWord(all)
    while (!whole && length > 1 && !isWholeWord(all.slice(index, index + length))) length--
    const [first, last] = [letters[index], letters[index + length - 1]]
    if (first !== undefined && last !== undefined) {
      words.push({ ...first, text: all.slice(index, index + length), end: last.end })
    }
    index += length
  }
  return words
}

function isWholeWord(word: string): boolean {
  return COMMON_WORDS.has(word) || (word.length > 2 && isExactWord(word))
}
