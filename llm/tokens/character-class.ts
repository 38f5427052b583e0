/**
 * What the encodings' split patterns ask of a character, as bits: `\p{L}`, `\p{N}`, `\s`, `[\r\n]`,
 * `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` and `[^\s\p{L}\p{N}]`.
 */
export const LETTER = 1
export const NUMBER = 2
export const SPACE = 4
export const NEWLINE = 8
export const UPPER = 16
export const LOWER = 32
export const SYMBOL = 64

const KNOWN = 128

const TESTS: readonly (readonly [RegExp, number])[] = [
  [/\p{L}/u, LETTER],
  [/\p{N}/u, NUMBER],
  [/\s/u, SPACE],
  [/[\r\n]/u, NEWLINE],
  [/[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]/u, UPPER],
  [/[\p{Ll}\p{Lm}\p{Lo}\p{M}]/u, LOWER],
  [/[^\s\p{L}\p{N}]/u, SYMBOL],
]

// One byte per code point, filled when a character is first met: the untouched pages of it cost no memory.
const classes = new Uint8Array(0x110000)

function learn(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  const bits = TESTS.reduce((seen, [pattern, bit]) => (pattern.test(character) ? seen | bit : seen), KNOWN)
  classes[codePoint] = bits
  return bits
}

for (let ascii = 0; ascii < 128; ascii++) learn(ascii)

/** The class bits of the character that starts at `at`; `bytes` must be well-formed UTF-8. */
export function classAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return classes[first] ?? 0
  const codePoint =
    first < 0xe0
      ? ((first & 0x1f) << 6) | tail(bytes, at + 1)
      : first < 0xf0
        ? ((first & 0x0f) << 12) | (tail(bytes, at + 1) << 6) | tail(bytes, at + 2)
        : ((first & 0x07) << 18) | (tail(bytes, at + 1) << 12) | (tail(bytes, at + 2) << 6) | tail(bytes, at + 3)
  const known = classes[codePoint] ?? 0
  return known === 0 ? learn(codePoint) : known
}

/** How many bytes the character takes whose first byte is `first`. */
export function widthOf(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** Where the run of characters that have one of the bits of `mask` ends, starting at `from`. */
export function runEnd(bytes: Uint8Array, from: number, to: number, mask: number): number {
  let at = from
  while (at < to) {
    const first = bytes[at] ?? 0
    if (first < 0x80) {
      if (((classes[first] ?? 0) & mask) === 0) return at
      at++
    } else {
      if ((classAt(bytes, at) & mask) === 0) return at
      at += widthOf(first)
    }
  }
  return at
}

/** Where the character before `at` starts. */
export function previous(bytes: Uint8Array, at: number): number {
  let start = at - 1
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start--
  return start
}

function tail(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) & 0x3f
}
