/**
 * Letters of other scripts that cannot be told from a Latin one, in pairs: what UTS #39 calls intentional and single-script
 * confusables of Cyrillic, Greek, Armenian and the extensions of Latin, as far as they are in use.
 */
const LOOK_ALIKES =
  'аaвbсcԁdеeгrһhнhіiїiјjкkӏlмmпnоoрpԛqгrѕsтtцuѵvѡwԝwхxуyүyзz' +
  'αaβbεeηnιiκkνvοoρpτtυuωwχxγyςcϲcϳjσoδd' +
  'օoսuհhոnցgյjւuѕsεe' +
  'ɑaɡgɩiıiʏyʀrɴnʟlʙbɢgʜhɪiᴀaʙbᴄcᴅdᴇeᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜰfꜱsǃ!ſsƽsℓlɾrʇtɐaǝeɥhıiɯmɹrʌvʍwʎy'

/** What a letter of another script may stand for. */
export const LOOKS_LIKE: ReadonlyMap<number, string> = new Map(
  Array.from({ length: LOOK_ALIKES.length / 2 }, (_, index) => [
    LOOK_ALIKES.charCodeAt(2 * index),
    LOOK_ALIKES[2 * index + 1] ?? '',
  ]),
)

/** Marks that are written over or under a letter. */
function isMark(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || (code >= 0x1ab0 && code <= 0x1aff) || (code >= 0x20d0 && code <= 0x20ff)
}

/** Signs that Unicode does not count as forms of ASCII ones. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...[...'‘’ʼ′`´'].map((sign): [string, string] => [sign, "'"]),
  ...[...'“”„«»″「」『』'].map((sign): [string, string] => [sign, '"']),
  ...[...'‐‑‒–—―−﹘⁃'].map((sign): [string, string] => [sign, '-']),
  ...[...'。｡'].map((sign): [string, string] => [sign, '.']),
  ...[...'、，'].map((sign): [string, string] => [sign, ',']),
  ['：', ':'],
  ['！', '!'],
  ['？', '?'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
])

const FOLDED = new Map<number, string>()
/** As many as are kept: the characters of some alphabets, and of what is written with them. */
const MOST_FOLDED = 20_000

/**
 * What a code point is read as: small, without marks, of a form and width that ASCII has where it stands for that; empty for a
 * mark.
 */
export function foldedCharacter(code: number): string {
  const known = FOLDED.get(code)
  if (known !== undefined) return known
  const plain = fold(code)
  if (FOLDED.size < MOST_FOLDED) FOLDED.set(code, plain)
  return plain
}

function fold(code: number): string {
  if (isMark(code)) return ''
  if (code >= 0xd800 && code <= 0xdfff) return ' '
  // Letters in squares and circles, and the flags' letters.
  if (code >= 0x1f130 && code <= 0x1f149) return String.fromCharCode(97 + code - 0x1f130)
  if (code >= 0x1f150 && code <= 0x1f169) return String.fromCharCode(97 + code - 0x1f150)
  if (code >= 0x1f170 && code <= 0x1f189) return String.fromCharCode(97 + code - 0x1f170)
  const character = String.fromCodePoint(code)
  const sign = SIGNS.get(character)
  if (sign !== undefined) return sign
  let plain = ''
  for (const part of character.toLowerCase().normalize('NFKD')) {
    if (!isMark(part.codePointAt(0) ?? 0)) plain += SIGNS.get(part) ?? part
  }
  return plain.toLowerCase().normalize('NFC')
}

/** Characters that show nothing, but for those with a channel of their own (`HIDING`). */
export function isInvisible(code: number): boolean {
  if (code < 0xad) return code < 0x20 && code !== 9 && code !== 10 && code !== 13
  return (
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x115f ||
    code === 0x1160 ||
    code === 0x17b4 ||
    code === 0x17b5 ||
    (code >= 0x180b && code <= 0x180f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x3164 ||
    code === 0xfeff ||
    code === 0xffa0 ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0x1d173 && code <= 0x1d17a)
  )
}

/** The byte that a variation selector may carry, -1 for any other character. */
export function selectorByte(code: number): number {
  if (code >= 0xfe00 && code <= 0xfe0f) return code - 0xfe00
  return code >= 0xe0100 && code <= 0xe01ef ? code - 0xe0100 + 16 : -1
}

/** The ASCII character that a tag stands for, -1 for any other character. */
export function tagCharacter(code: number): number {
  return code >= 0xe0020 && code <= 0xe007e ? code - 0xe0000 : -1
}

export function isAsciiLetter(code: number): boolean {
  const small = code | 0x20
  return small >= 97 && small <= 122
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Scripts that are written without spaces between words, or whose words are found by their syllables. */
export function isDense(code: number): boolean {
  return (
    (code >= 0x0e00 && code <= 0x0e7f) ||
    (code >= 0x3040 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff)
  )
}

/** Letters beyond ASCII, and what is written within words. */
export function isOtherLetter(code: number): boolean {
  if (code < 0xaa) return false
  if (code <= 0x24f)
    return (
      code !== 0xab &&
      code !== 0xbb &&
      code !== 0xd7 &&
      code !== 0xf7 &&
      (code >= 0xc0 || code === 0xaa || code === 0xba || code === 0xb5)
    )
  return (
    (code <= 0x1fff &&
      code !== 0x37e &&
      code !== 0x387 &&
      code !== 0x60c &&
      code !== 0x61b &&
      code !== 0x61f &&
      code !== 0x964) ||
    (code >= 0x2c00 && code <= 0x2dff) ||
    (code >= 0xa640 && code <= 0xabff) ||
    (code >= 0xfb00 && code <= 0xfefc) ||
    isDense(code)
  )
}
