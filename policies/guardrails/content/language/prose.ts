import type { Range } from '../passage.js'

/** Some sentences of a text, as words with spaces between them, without what belongs to no language. */
export interface Prose extends Range {
  readonly words: string
}

/** Bytes of UTF-8 that are judged at once: the detector reads no more. */
const MOST_BYTES = 340
/** Scripts without spaces are cut into words of so many units. */
const LONGEST_WORD = 32

/** What begins or ends a block of code, and code within a line (CommonMark 4.5 and 6.1). */
const FENCE = /^ {0,3}(```|~~~)/
const INLINE_CODE = /`[^`]*`/g
const SIGNS_OF_CODE = /[{}()[\];=<>_$#/\\|&*]/g
const WORD = /\S+/g
/** Addresses, paths, numbers and names in code. */
const FOREIGN = /[\p{N}_/\\@:=<>{}()[\]|$#+*^~]|\p{L}\.\p{L}|\p{Ll}\p{Lu}/u
const WITHIN_WORD = /[\p{L}\p{M}\p{N}]/u
const CAPITALS = /^[\p{Lu}\p{M}]{2,}$/u
const CAPITALISED = /^\p{Lu}/u
const ENDS_SENTENCE = /[.!?:…]["')\]»”’]*$/u

/** So much of a text is read at once. */
export const PROSE_AT_ONCE = 4096

/**
 * The parts of a text that are written in some language: without code, addresses, numbers, acronyms and what is written with a
 * capital within a sentence, which are names more often than not. A last part of fewer letters than `least` is taken together with
 * what stands before it, and left out where there is nothing. Gives undefined now and then, where work may be interrupted.
 */
export function* proseIn(text: string, least: number): Generator<Prose | undefined> {
  let before: readonly Word[] = []
  let part: Word[] = []
  let bytes = 0
  for (const word of wordsOf(text)) {
    if (word === undefined) {
      yield undefined
      continue
    }
    part.push(word)
    bytes += word.bytes
    if (bytes < MOST_BYTES) continue
    yield proseOf(part)
    before = part
    part = []
    bytes = 0
  }
  const letters = lettersIn(part)
  if (letters >= least) yield proseOf(part)
  else if (letters > 0 && before.length > 0) yield proseOf(lastOf([...before, ...part]))
}

function proseOf(words: readonly Word[]): Prose {
  return {
    words: words.map(({ text }) => text).join(' '),
    start: words[0]?.start ?? 0,
    end: words.at(-1)?.end ?? 0,
  }
}

function lettersIn(words: readonly Word[]): number {
  return words.reduce((sum, { text }) => sum + text.length, 0)
}

/** As many of the last words as are judged at once. */
function lastOf(words: readonly Word[]): readonly Word[] {
  let bytes = 0
  const first = words.findLastIndex((word) => {
    bytes += word.bytes
    return bytes > MOST_BYTES
  })
  return words.slice(first + 1)
}

interface Word extends Range {
  readonly text: string
  /** Of UTF-8, with the space behind it. */
  readonly bytes: number
}

function* wordsOf(text: string): Generator<Word | undefined> {
  let fence: string | undefined
  let read = 0
  for (const { start, end } of linesOf(text)) {
    if (end - read > PROSE_AT_ONCE / 2) {
      read = end
      yield undefined
    }
    const line = text.slice(start, end)
    const mark = FENCE.exec(line)?.[1]
    if (mark !== undefined && (fence === undefined || fence === mark)) fence = fence === undefined ? mark : undefined
    else if (fence === undefined && !isCode(line)) yield* wordsInLine(line.replace(INLINE_CODE, blank), start)
  }
}

/** Lines, and pieces of long ones. */
function* linesOf(text: string): Generator<Range> {
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf('\n', start)
    const end = lineEnd < 0 ? text.length : lineEnd
    const space = end - start > PROSE_AT_ONCE ? text.lastIndexOf(' ', start + PROSE_AT_ONCE) : -1
    const until = end - start <= PROSE_AT_ONCE ? end : space > start ? space : start + PROSE_AT_ONCE
    yield { start, end: until }
    start = until === end ? end + 1 : until
  }
}

function blank(code: string): string {
  return ' '.repeat(code.length)
}

function isCode(line: string): boolean {
  return (line.match(SIGNS_OF_CODE)?.length ?? 0) * 12 > line.length
}

function* wordsInLine(line: string, at: number): Generator<Word> {
  let begins = true
  let shouted = false
  for (const { 0: written, index } of line.matchAll(WORD)) {
    const wasBeginning = begins
    begins = ENDS_SENTENCE.test(written)
    const bare = withoutSigns(written)
    if (bare === '' || FOREIGN.test(bare)) continue
    const isShouted = CAPITALS.test(bare)
    const isName = CAPITALISED.test(bare) && !isShouted && !wasBeginning
    const isAcronym = isShouted && !shouted
    shouted = isShouted
    if (isName || isAcronym) continue
    yield* cut(bare, at + index + written.indexOf(bare))
  }
}

/** Without what stands before and behind it. */
function withoutSigns(word: string): string {
  let start = 0
  let end = word.length
  while (start < end && !WITHIN_WORD.test(word.charAt(start))) start++
  while (start < end && !WITHIN_WORD.test(word.charAt(end - 1))) end--
  return word.slice(start, end)
}

function* cut(word: string, start: number): Generator<Word> {
  for (let from = 0; from < word.length; from += LONGEST_WORD) {
    const text = word.slice(from, from + LONGEST_WORD)
    yield { text: text.toLowerCase(), bytes: bytesOf(text) + 1, start: start + from, end: start + from + text.length }
  }
}

function bytesOf(word: string): number {
  let bytes = 0
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index)
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : 3
  }
  return bytes
}
