import { same } from './vocabulary.js'

/** Remembers the token counts of short pieces that are no token themselves; a new piece replaces the one in its place. */
export interface WordCache {
  /** The count of `bytes[from..to)`, 0 where it is not known; `hash` is that range's hash. */
  get(bytes: Uint8Array, from: number, to: number, hash: number): number
  set(bytes: Uint8Array, from: number, to: number, hash: number, count: number): void
}

/** The longest piece that is remembered, in bytes. */
export const LONGEST_CACHED = 48

const PLACES = 1024

/** Makes an empty cache: 50 KB that never grow. */
export function createWordCache(): WordCache {
  const keys = new Uint8Array(PLACES * LONGEST_CACHED)
  const lengths = new Uint8Array(PLACES)
  const counts = new Uint8Array(PLACES)
  const placeOf = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> 22

  return {
    get: (bytes, from, to, hash) => {
      const place = placeOf(hash)
      if (lengths[place] !== to - from) return 0
      return same(keys, place * LONGEST_CACHED, bytes, from, to) ? (counts[place] ?? 0) : 0
    },
    set: (bytes, from, to, hash, count) => {
      const place = placeOf(hash)
      lengths[place] = to - from
      counts[place] = count
      for (let at = from, key = place * LONGEST_CACHED; at < to; at++, key++) keys[key] = bytes[at] ?? 0
    },
  }
}
