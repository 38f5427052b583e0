const BLANK = 0x20
const APOSTROPHE = 0x27

/** The highest bit of each byte of a word. */
const HIGH = 0x80808080 | 0

/**
 * The end of a piece that is nothing but letters of ASCII after an optional blank, small but for the first; `from` where the piece at
 * `from` is not that for sure. `bytes` are those of `text`, and four zeros follow the last piece. Most pieces of English are such words,
 * for both encodings.
 */
export function plainWordEnd(bytes: Uint8Array, text: DataView, from: number): number {
  const start = bytes[from] === BLANK ? from + 1 : from
  if (!isLetter(bytes[start] ?? 0)) return from
  const end = smallLettersEnd(text, start + 1)
  const next = bytes[end] ?? 0
  // Capitals, contractions and letters beyond ASCII may belong to the piece.
  return next >= 0x80 || next === APOSTROPHE || isLetter(next) ? from : end
}

function isLetter(byte: number): boolean {
  return ((byte | 0x20) - 0x61) >>> 0 < 26
}

/** Where a run of `a` to `z` ends, four bytes at a time. */
function smallLettersEnd(text: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const word = text.getInt32(at, true)
    const low = word & ~HIGH
    // Adding carries into the highest bit of bytes from `a` on, and of those behind `z`.
    const small = (low + 0x1f1f1f1f) & ~(low + 0x05050505) & ~word & HIGH
    const others = small ^ HIGH
    if (others !== 0) return at + ((31 - Math.clz32(others & -others)) >> 3)
  }
}
