/** What `extended` begins with. */
export const EMPTY_HASH = 0x811c9dc5

/** FNV-1a over UTF-16 units, 32 bits. */
export function hashOf(text: string): number {
  let hash = EMPTY_HASH
  for (let index = 0; index < text.length; index++) hash = extended(hash, text.charCodeAt(index))
  return mixed(hash)
}

/** The hash of one more unit; it becomes that of the text by `mixed`. */
export function extended(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** One hash of two. */
export function hashPair(left: number, right: number): number {
  return mixed(Math.imul(left, 0x9e3779b1) ^ (right + 0x7f4a7c15))
}

/** Spreads a hash over all its bits. */
export function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
