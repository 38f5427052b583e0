/** Letters as words compare them: lower case, without accents. */
export const PLAIN = Uint16Array.from({ length: 0x10000 }, (_, code) => (code < 0x530 ? plain(code) : code))

function plain(code: number): number {
  const letter = String.fromCharCode(code).normalize('NFD').charAt(0).toLowerCase()
  return letter.length === 1 ? letter.charCodeAt(0) : code
}

export const EMPTY_HASH = 0x811c9dc5 | 0
export const HASH_FACTOR = 0x01000193

/** FNV-1a, one unit further; case and accents do not matter. */
export function extendHash(hash: number, code: number): number {
  return Math.imul(hash ^ (PLAIN[code] ?? code), HASH_FACTOR)
}

/** The hash of a word after those with the hash `before`. */
export function followHash(before: number, word: number): number {
  return Math.imul(before ^ (before >>> 15), 0x2c1b3c6d) ^ word
}
