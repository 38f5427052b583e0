import { FACTOR, rankOf, type Vocabulary } from './vocabulary.js'

/**
 * The most bytes merged in one go; longer pieces are cut there. The number has many small divisors, so that the cuts of
 * a long run with a short period are all alike.
 */
export const LONGEST_MERGE = 7560

const POSITION_BITS = 13
const POSITION_MASK = (1 << POSITION_BITS) - 1
const DIGIT_BITS = 9
const DIGIT = (1 << DIGIT_BITS) - 1
const NONE = 0x7fffffff
/** Below this length looking for the least rank beats keeping a heap. */
const SHORT = 40

// Scratch space of the merge that is running; merges are synchronous and never nest.
const hashes = new Int32Array(LONGEST_MERGE + 1)
const ends = new Int32Array(LONGEST_MERGE + 1)
const before = new Int32Array(LONGEST_MERGE + 1)
const ranks = new Int32Array(LONGEST_MERGE + 1)
const heap = new Int32Array(LONGEST_MERGE * 2)
const halfSorted = new Int32Array(LONGEST_MERGE)
const sorted = new Int32Array(LONGEST_MERGE)
const lowDigits = new Int32Array(DIGIT + 1)
const highDigits = new Int32Array(DIGIT + 1)
const powers = new Int32Array(LONGEST_MERGE + 1)
powers[0] = 1
for (let i = 1; i <= LONGEST_MERGE; i++) powers[i] = Math.imul(powers[i - 1] ?? 0, FACTOR)

/**
 * How many tokens byte pair encoding makes of `bytes[from..to)`, at most `LONGEST_MERGE` bytes: the adjacent pair of the
 * lowest rank is merged first, the leftmost of equals, until no pair is a token. O(n log n).
 */
export function countMerged(v: Vocabulary, bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  let hash = 0
  hashes[0] = 0
  for (let i = 0; i < length; i++) {
    hash = (Math.imul(hash, FACTOR) + (bytes[from + i] ?? 0) + 1) | 0
    hashes[i + 1] = hash
    ends[i] = i + 1
    before[i] = i - 1
    ranks[i] = NONE
    if (i + 1 < length) {
      const pair = v.pairs[((bytes[from + i] ?? 0) << 8) | (bytes[from + i + 1] ?? 0)] ?? -1
      if (pair >= 0) ranks[i] = pair
    }
  }
  return length < SHORT ? mergeShort(v, bytes, from, length) : mergeLong(v, bytes, from, length)
}

/** The rank of the two parts that start at `left` taken together, NONE where they are no token. */
function pairRank(v: Vocabulary, bytes: Uint8Array, from: number, left: number, length: number): number {
  const middle = ends[left] ?? 0
  if (middle >= length) return NONE
  const right = ends[middle] ?? 0
  const size = right - left
  if (size > v.longest) return NONE
  const hash = ((hashes[right] ?? 0) - Math.imul(hashes[left] ?? 0, powers[size] ?? 0)) | 0
  const rank = rankOf(v, bytes, from + left, from + right, hash)
  return rank < 0 ? NONE : rank
}

/** Joins the part at `left` with the next one and ranks the two pairs that it is now in. */
function join(v: Vocabulary, bytes: Uint8Array, from: number, left: number, length: number): void {
  const gone = ends[left] ?? 0
  const end = ends[gone] ?? 0
  ends[left] = end
  if (end < length) before[end] = left
  ranks[gone] = NONE
  ranks[left] = pairRank(v, bytes, from, left, length)
  const earlier = before[left] ?? -1
  if (earlier >= 0) ranks[earlier] = pairRank(v, bytes, from, earlier, length)
}

/** Each walk over the parts joins all pairs of the lowest rank, from the left, and finds the next lowest. */
function mergeShort(v: Vocabulary, bytes: Uint8Array, from: number, length: number): number {
  let parts = length
  for (let target = -1; ; ) {
    let least = NONE
    for (let at = 0; at < length; at = ends[at] ?? length) {
      if (ranks[at] === target) {
        join(v, bytes, from, at, length)
        parts--
        const earlier = before[at] ?? -1
        const earlierRank = earlier >= 0 ? (ranks[earlier] ?? NONE) : NONE
        if (earlierRank < least) least = earlierRank
        // A new pair of a lower rank comes first: join no more of these on this walk.
        if (earlierRank < target || (ranks[at] ?? NONE) < target) target = -1
      }
      const rank = ranks[at] ?? NONE
      if (rank < least) least = rank
    }
    if (least === NONE) return parts
    target = least
  }
}

/**
 * Queue entries are `rank << 13 | position`, so that one comparison orders by rank, then from the left. The pairs of the
 * beginning are sorted once; those that merges make wait in a heap, which stays small.
 */
function mergeLong(v: Vocabulary, bytes: Uint8Array, from: number, length: number): number {
  const pairs = sortPairs(length)
  let next = 0
  let size = 0
  let parts = length
  while (next < pairs || size > 0) {
    const first = next < pairs ? (sorted[next] ?? 0) : NONE
    const least = size > 0 ? (heap[0] ?? 0) : NONE
    const entry = Math.min(first, least)
    if (first < least) next++
    else if (--size > 0) sink(size, heap[size] ?? 0)
    const left = entry & POSITION_MASK
    // The pair has changed since this entry was made.
    if (ranks[left] !== entry >> POSITION_BITS) continue
    join(v, bytes, from, left, length)
    parts--
    const rank = ranks[left] ?? NONE
    if (rank !== NONE) rise(size++, (rank << POSITION_BITS) | left)
    const earlier = before[left] ?? -1
    const earlierRank = earlier >= 0 ? (ranks[earlier] ?? NONE) : NONE
    if (earlierRank !== NONE) rise(size++, (earlierRank << POSITION_BITS) | earlier)
  }
  return parts
}

/** Sorts the entries of all pairs into `sorted` and returns how many there are: a radix sort of two 9-bit digits. */
function sortPairs(length: number): number {
  lowDigits.fill(0)
  highDigits.fill(0)
  let count = 0
  for (let at = 0; at < length; at++) {
    const rank = ranks[at] ?? NONE
    if (rank === NONE) continue
    lowDigits[rank & DIGIT] = (lowDigits[rank & DIGIT] ?? 0) + 1
    highDigits[rank >> DIGIT_BITS] = (highDigits[rank >> DIGIT_BITS] ?? 0) + 1
    count++
  }
  let low = 0
  let high = 0
  for (let digit = 0; digit <= DIGIT; digit++) {
    const lows = lowDigits[digit] ?? 0
    const highs = highDigits[digit] ?? 0
    lowDigits[digit] = low
    highDigits[digit] = high
    low += lows
    high += highs
  }
  for (let at = 0; at < length; at++) {
    const rank = ranks[at] ?? NONE
    if (rank === NONE) continue
    const place = lowDigits[rank & DIGIT] ?? 0
    lowDigits[rank & DIGIT] = place + 1
    halfSorted[place] = (rank << POSITION_BITS) | at
  }
  for (let i = 0; i < count; i++) {
    const entry = halfSorted[i] ?? 0
    const digit = entry >> (POSITION_BITS + DIGIT_BITS)
    const place = highDigits[digit] ?? 0
    highDigits[digit] = place + 1
    sorted[place] = entry
  }
  return count
}

function sink(size: number, entry: number): void {
  let hole = 0
  for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
    const right = child + 1
    if (right < size && (heap[right] ?? 0) < (heap[child] ?? 0)) child = right
    const least = heap[child] ?? 0
    if (least >= entry) break
    heap[hole] = least
    hole = child
  }
  heap[hole] = entry
}

function rise(at: number, entry: number): void {
  let hole = at
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    const above = heap[parent] ?? 0
    if (above <= entry) break
    heap[hole] = above
    hole = parent
  }
  heap[hole] = entry
}
