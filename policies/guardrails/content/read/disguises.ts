import type { Range } from '../passage.js'

/** One way of writing something to be overlooked. */
export interface Disguise {
  /**
   * Reads a piece of a text without it: every unit is replaced by one unit, so that offsets stay. Tells `changed` what it has replaced;
   * undefined where that is nothing.
   */
  undo(piece: string, changed: (range: Range) => void): string | undefined
  /** How far of the first `at` units it is known how to read them, whatever follows. */
  knownUpTo(text: string, at: number): number
}

const DIGITS_AS: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  9: 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
}

const TOKEN = /[A-Za-z0-9@$!|]{2,}/g
const TOKEN_UNIT = /[A-Za-z0-9@$!|]/
/** A longer token is no word. */
const LONGEST_TOKEN = 64

/** Digits and signs that stand for letters: `sh1t`, `a$$`. `one` is what 1, ! and | are. */
function leet(one: 'i' | 'l'): Disguise {
  const signs = one === 'i' ? /[0-9@$!|]/ : /[1!|]/
  return {
    undo(piece, changed) {
      if (!signs.test(piece)) return undefined
      const undone = piece.replace(TOKEN, (token, start: number) => {
        if (!signs.test(token) || !isDisguised(token)) return token
        changed({ start, end: start + token.length })
        return lettersOf(token, one)
      })
      return undone === piece ? undefined : undone
    },
    knownUpTo(text, at) {
      let known = at
      while (known > 0 && at - known <= LONGEST_TOKEN && TOKEN_UNIT.test(text.charAt(known - 1))) known--
      return at - known > LONGEST_TOKEN ? at : known
    },
  }
}

/** As many letters as digits at least: numbers, sizes and identifiers are no words. */
function isDisguised(token: string): boolean {
  if (token.length > LONGEST_TOKEN) return false
  const letters = token.match(/[A-Za-z]/g)?.length ?? 0
  const digits = token.match(/[0-9]/g)?.length ?? 0
  return letters > 0 && letters >= digits
}

function lettersOf(token: string, one: 'i' | 'l'): string {
  return token.replace(/[01345789@$]|[!|](?=[A-Za-z0-9@$])/g, (sign) => {
    return '1!|'.includes(sign) ? one : (DIGITS_AS[sign] ?? sign)
  })
}

/** Three letters or more with one sign or space between each two of them. */
const SPACED = /(?<![\p{L}\p{N}])[\p{L}\p{N}](?:[ .,*_~/+·•-][\p{L}\p{N}]){2,}(?![\p{L}\p{N}])/gu
const GAP_UNIT = /[ .,*_~/+·•-]/
const WORD_UNIT = /[\p{L}\p{N}]/u
const INVISIBLE = '\u200b'

/** Letters that are spaced out: `f u c k`, `f.u.c.k`. */
const spacedOut: Disguise = {
  undo(piece, changed) {
    const undone = piece.replace(SPACED, (run: string, start: number) => {
      changed({ start, end: start + run.length })
      return run.replace(/[ .,*_~/+·•-]/g, INVISIBLE)
    })
    return undone === piece ? undefined : undone
  },
  knownUpTo(text, at) {
    const isWord = (index: number) => index >= 0 && WORD_UNIT.test(text.charAt(index))
    const followsGap = (index: number) => GAP_UNIT.test(text.charAt(index - 1)) && isWord(index - 2)
    const isLetter = isWord(at - 1)
    // The last letter may be the first of a longer word.
    const last = isLetter ? at - 1 : at
    if (!followsGap(last) || isWord(last - 3) || (isLetter && isWord(at - 2))) {
      return isLetter && !isWord(at - 2) ? last : at
    }
    const end = last - 1
    let first = end - 1
    let letters = 1
    for (; letters < 3 && followsGap(first) && !isWord(first - 3); letters++) first -= 2
    return letters < 3 ? first : end
  },
}

export const DISGUISES: readonly Disguise[] = [leet('i'), leet('l'), spacedOut]
