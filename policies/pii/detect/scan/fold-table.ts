/** Deletes the character in `FOLDED`. */
export const DELETED = 0xffff

/** Letters that look like a Latin one: UTS #39 confusables of Cyrillic, Greek and Armenian, in pairs. */
const LOOK_ALIKES =
  'аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhӏlьbАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԚQԜWҺHӀI' +
  'αaοoνvρpυuγyιiκkτtχxϲcΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹCօoսuհhոnցgззıiſs'

const DASHES = '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2043'
const SPACES = '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
const APOSTROPHES = '\u2018\u2019\u02bc\u2032'
const DOTS = '\u2024\u3002\uff61\u00b7\u2219'

/** Characters that show nothing: joiners, marks of direction, variation selectors, the soft hyphen. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
]

/** The first of ten digits in a row: Arabic-Indic, Devanagari and other decimal digits of the basic plane. */
const ZEROES = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
  0x0f20, 0x1040, 0x17e0, 0x1810, 0xa8d0, 0xa900,
]

function table(): Uint16Array {
  const folded = Uint16Array.from({ length: 0x10000 }, (_, code) => code)
  const all = (characters: string, to: string): void => {
    for (const character of characters) folded[character.charCodeAt(0)] = to.charCodeAt(0)
  }
  for (let code = 0xff01; code <= 0xff5e; code++) folded[code] = code - 0xfee0
  for (const zero of ZEROES) for (let digit = 0; digit < 10; digit++) folded[zero + digit] = 48 + digit
  // Circled and parenthesised 1 to 9, superscript and subscript digits.
  for (let digit = 1; digit < 10; digit++) folded[0x245f + digit] = folded[0x2473 + digit] = 48 + digit
  for (let digit = 0; digit < 10; digit++) folded[0x2080 + digit] = 48 + digit
  for (let index = 0; index + 1 < LOOK_ALIKES.length; index += 2) {
    folded[LOOK_ALIKES.charCodeAt(index)] = LOOK_ALIKES.charCodeAt(index + 1)
  }
  all(DASHES, '-')
  all(SPACES, ' ')
  all(APOSTROPHES, "'")
  all(DOTS, '.')
  for (const [first, last] of INVISIBLE) folded.fill(DELETED, first, last + 1)
  return folded
}

/** What each unit of the basic plane is read as; `DELETED` for nothing. */
export const FOLDED = table()

/**
 * What a character beyond the basic plane is read as: mathematical letters and digits as plain ones, tags and selectors as
 * nothing (-1); undefined where it is itself.
 */
export function foldAstral(code: number): number | undefined {
  if (code >= 0x1d7ce && code <= 0x1d7ff) return 48 + ((code - 0x1d7ce) % 10)
  if (code >= 0x1d400 && code <= 0x1d6a3) {
    const letter = (code - 0x1d400) % 52
    return letter < 26 ? 65 + letter : 97 + letter - 26
  }
  if (code >= 0x1f130 && code <= 0x1f149) return 65 + code - 0x1f130
  if (code >= 0x1fbf0 && code <= 0x1fbf9) return 48 + code - 0x1fbf0
  return code >= 0xe0000 && code <= 0xe01ef ? -1 : undefined
}
