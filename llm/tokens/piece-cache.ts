/**
 * Remembers the token counts of short pieces of text; a new piece replaces the one in its place. Pieces are compared as words of four
 * bytes: looking one up costs about the same whatever it is, and touches one line of memory.
 */
export interface PieceCache {
  /** The count of the piece from `from` to `to`, at most `LONGEST_PIECE` bytes; 0 where it is not known. */
  get(from: number, to: number): number
  set(from: number, to: number, count: number): void
}

/** In bytes; so many must follow the last piece, since whole words are read. */
export const LONGEST_PIECE = 16

const PLACE_BITS = 13
/** Of a place: four words, then the count and the length as one. */
const WIDTH = 5
const LENGTH_BITS = 5
const LENGTH = (1 << LENGTH_BITS) - 1

/** Makes an empty cache of pieces of `bytes`: 160 KB that never grow. */
export function createPieceCache(bytes: Uint8Array): PieceCache {
  const text = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const places = new Int32Array(WIDTH * (1 << PLACE_BITS))

  // A word that is not whole is shifted until what follows the piece has left it.
  const first = (from: number, size: number) =>
    size < 4 ? text.getInt32(from, true) << ((4 - size) << 3) : text.getInt32(from, true)
  const second = (from: number, size: number) => {
    if (size <= 4) return 0
    return size < 8 ? text.getInt32(from + 4, true) << ((8 - size) << 3) : text.getInt32(from + 4, true)
  }
  const third = (from: number, size: number) => {
    if (size <= 8) return 0
    return size < 12 ? text.getInt32(from + 8, true) << ((12 - size) << 3) : text.getInt32(from + 8, true)
  }
  const fourth = (from: number, size: number) => {
    if (size <= 12) return 0
    return text.getInt32(from + 12, true) << ((16 - size) << 3)
  }
  const placeOf = (one: number, two: number, size: number) => {
    const mixed = Math.imul(one, 0x9e3779b1) ^ Math.imul(two, 0x85ebca6b) ^ size
    return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> (32 - PLACE_BITS)) * WIDTH
  }

  return {
    get(from, to) {
      const size = to - from
      const one = first(from, size)
      const two = second(from, size)
      const place = placeOf(one, two, size)
      const known = places[place + 4] ?? 0
      if ((known & LENGTH) !== size || places[place] !== one || places[place + 1] !== two) return 0
      if (size > 8 && (places[place + 2] !== third(from, size) || places[place + 3] !== fourth(from, size))) return 0
      return known >> LENGTH_BITS
    },
    set(from, to, count) {
      const size = to - from
      const place = placeOf(first(from, size), second(from, size), size)
      places[place] = first(from, size)
      places[place + 1] = second(from, size)
      places[place + 2] = third(from, size)
      places[place + 3] = fourth(from, size)
      places[place + 4] = (count << LENGTH_BITS) | size
    },
  }
}
