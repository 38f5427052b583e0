/**
 * The tokens of one encoding as byte strings in a flat hash table: about 23 bytes per token, no objects. `pairs` holds
 * the rank of each two-byte token at `first << 8 | second`, -1 where there is none.
 */
export interface Vocabulary {
  readonly bytes: Uint8Array
  /** Where each token starts in `bytes`; one more entry than tokens. */
  readonly starts: Uint32Array
  /** Rank + 1 in the low 18 bits (0 means empty), 14 bits of the mixed hash above. */
  readonly slots: Uint32Array
  readonly shift: number
  readonly pairs: Int32Array
  readonly longest: number
}

/** A token sequence's hash is h = h * FACTOR + byte + 1, so that prefix hashes give the hash of any range. */
export const FACTOR = 0x01000193

const SPREAD = 0x9e3779b1
const RANK_BITS = 18
const RANK_MASK = (1 << RANK_BITS) - 1

/** The rank of the token `bytes[from..to)`, -1 where it is none; `hash` is that range's hash. */
export function rankOf(v: Vocabulary, bytes: Uint8Array, from: number, to: number, hash: number): number {
  const mixed = Math.imul(hash, SPREAD)
  const mark = (mixed << RANK_BITS) >>> 0
  const { slots, starts } = v
  const mask = slots.length - 1
  for (let slot = mixed >>> v.shift; ; slot = (slot + 1) & mask) {
    const entry = slots[slot] ?? 0
    if (entry === 0) return -1
    if ((((entry ^ mark) >>> RANK_BITS) | 0) !== 0) continue
    const rank = (entry & RANK_MASK) - 1
    const start = starts[rank] ?? 0
    if ((starts[rank + 1] ?? 0) - start === to - from && same(v.bytes, start, bytes, from, to)) return rank
  }
}

/** Whether `left` from `at` on holds the bytes `right[from..to)`. */
export function same(left: Uint8Array, at: number, right: Uint8Array, from: number, to: number): boolean {
  for (let i = from, j = at; i < to; i++, j++) if (right[i] !== left[j]) return false
  return true
}

/** The hash of `bytes[from..to)`. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0
  for (let at = from; at < to; at++) hash = (Math.imul(hash, FACTOR) + (bytes[at] ?? 0) + 1) | 0
  return hash
}

/** Tokens that are read in one turn: a millisecond or two, some more before the code is compiled. */
const TURN = 4096

/**
 * Reads a `.tiktoken` file (one `base64 rank` line per token, ranks counting from 0) and awaits `pause` every few
 * milliseconds of work. Throws an Error when the file is not that.
 */
export async function readVocabulary(file: Uint8Array, pause: () => Promise<void>): Promise<Vocabulary> {
  const { bytes, starts } = await decode(file, pause)
  const count = starts.length - 1
  const sizeBits = 33 - Math.clz32(count)
  const slots = new Uint32Array(1 << sizeBits)
  const shift = 32 - sizeBits
  const pairs = new Int32Array(65536).fill(-1)
  let longest = 0
  for (let first = 0; first < count; first += TURN) {
    await pause()
    const end = Math.min(count, first + TURN)
    longest = Math.max(longest, enter({ bytes, starts, slots, shift, pairs }, first, end))
  }
  return { bytes, starts, slots, shift, pairs, longest }
}

/** Enters the tokens of these ranks into the table; returns the longest one's length. */
function enter(
  { bytes, starts, slots, shift, pairs }: Omit<Vocabulary, 'longest'>,
  first: number,
  end: number,
): number {
  let longest = 0
  for (let rank = first; rank < end; rank++) {
    const from = starts[rank] ?? 0
    const to = starts[rank + 1] ?? 0
    longest = Math.max(longest, to - from)
    if (to - from === 2) pairs[((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0)] = rank
    const mixed = Math.imul(hashOf(bytes, from, to), SPREAD)
    let slot = mixed >>> shift
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = ((mixed << RANK_BITS) | (rank + 1)) >>> 0
  }
  return longest
}

type Tokens = Pick<Vocabulary, 'bytes' | 'starts'>

async function decode(file: Uint8Array, pause: () => Promise<void>): Promise<Tokens> {
  const decoder = createDecoder(file)
  while (decoder.read(TURN) === 'more') await pause()
  return decoder.tokens()
}

function createDecoder(file: Uint8Array) {
  const values = new Uint8Array(128).fill(255)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value
  const bytes = new Uint8Array(file.length)
  const starts = new Uint32Array(RANK_MASK + 1)
  let count = 0
  let length = 0
  let at = 0

  const readLine = () => {
    starts[count++] = length
    let held = 0
    let bits = 0
    for (; file[at] !== 0x20 && at < file.length; at++) {
      const value = values[file[at] ?? 0] ?? 255
      if (value === 255) continue
      held = ((held << 6) | value) & 0xffff
      bits += 6
      if (bits >= 8) {
        bits -= 8
        bytes[length++] = held >> bits
      }
    }
    let rank = 0
    for (at++; file[at] !== 0x0a && at < file.length; at++) rank = rank * 10 + (file[at] ?? 0) - 0x30
    at++
    if (rank !== count - 1 || count > RANK_MASK) throw new Error(`token ${count - 1} has rank ${rank}`)
  }
  return {
    /** Reads so many lines at most. */
    read(lines: number): 'more' | 'all' {
      for (let line = 0; line < lines; line++) {
        if (at >= file.length) return 'all'
        readLine()
      }
      return 'more'
    },
    /** Copies: what was reserved for them is more than twice as much. */
    tokens(): Tokens {
      starts[count] = length
      return { bytes: bytes.slice(0, length), starts: starts.slice(0, count + 1) }
    },
  }
}
