import { LABELS } from './labels.js'

/** What has been learned, as the tagger reads it. */
export interface NameModel {
  /** Of each slot the mark of the feature that has it, 0 where it is empty; a power of two of slots, filled from the front of each bucket. */
  readonly marks: Uint16Array
  /** A slot's weights of all labels, `LABELS` in a row, to be multiplied by `scale`. */
  readonly weights: Int8Array
  readonly scale: number
  /** Of label `next` behind `label`, at label * LABELS + next. */
  readonly transitions: Float32Array
  /** Classes of words, by their hash. */
  readonly classes: ReadonlyMap<number, number>
  /** A Bloom filter over hashes of listed names; a power of two of bits. */
  readonly names: Uint8Array
}

/** The lists of names that `isListed` is asked about. */
export const GIVEN_LIST = 1
export const SURNAME_LIST = 2
export const CITY_LIST = 3

/** How many bits of the filter stand for one name. */
const PROBES = 5

function probe(hash: number, list: number, round: number, bits: number): number {
  let mixed = Math.imul(hash ^ Math.imul(list, 0x27d4eb2f), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) + Math.imul(round, (hash >>> 3) | 1)
  mixed ^= mixed >>> 16
  return mixed & (bits - 1)
}

/** Whether the word is in one of the lists; of words that are not about one in a thousand is taken for one. */
export function isListed(names: Uint8Array, hash: number, list: number): boolean {
  for (let round = 0; round < PROBES; round++) {
    const bit = probe(hash, list, round, names.length * 8)
    if (((names[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
  }
  return true
}

export function addListed(names: Uint8Array, hash: number, list: number): void {
  for (let round = 0; round < PROBES; round++) {
    const bit = probe(hash, list, round, names.length * 8)
    names[bit >> 3] = (names[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
}

/** Slots of one bucket; a feature stands in one of its bucket's or nowhere. */
export const BUCKET = 8

/** A feature's mark, which is never 0: an empty slot's. */
export function markOf(feature: number): number {
  return (feature >>> 16) | 1
}

/** The shift that `bucketOf` needs for so many slots. */
export function shiftFor(slots: number): number {
  return Math.clz32(slots / BUCKET) + 1
}

/** The first slot of a feature's bucket. */
export function bucketOf(feature: number, shift: number): number {
  return (Math.imul(feature, 0x9e3779b1) >>> shift) * BUCKET
}

/** The slot of a feature, -1 where it has none. */
export function findSlot(marks: Uint16Array, shift: number, feature: number): number {
  const mark = markOf(feature)
  const first = bucketOf(feature, shift)
  for (let slot = first; slot < first + BUCKET; slot++) {
    const there = marks[slot]
    if (there === mark) return slot
    if (there === 0) return -1
  }
  return -1
}

const MAGIC = 0x4e414d31

/** Sections in a row: lengths as 32-bit numbers, then transitions, marks, classes (hash, mask), weights, names; little-endian. */
export function writeModel(model: NameModel): Uint8Array {
  const { marks, weights, transitions, classes, names, scale } = model
  const header = new DataView(new ArrayBuffer(20))
  const sizes = [MAGIC, marks.length, classes.size, names.length]
  for (const [index, size] of sizes.entries()) header.setUint32(index * 4, size, true)
  header.setFloat32(16, scale, true)
  const pairs = Int32Array.from([...classes].flat())
  const parts = [header, transitions, marks, pairs, weights, names].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Reads what `writeModel` wrote. Throws an Error when the bytes are not that. */
export function readModel(bytes: Uint8Array): NameModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sizes = [0, 1, 2, 3].map((index) => view.getUint32(index * 4, true))
  const [magic = 0, slots = 0, words = 0, filter = 0] = sizes
  const length = 20 + LABELS * LABELS * 4 + slots * 2 + words * 8 + slots * LABELS + filter
  if (magic !== MAGIC || bytes.length !== length) throw new Error('the weights of the names are not whole')
  let at = 20
  const section = (size: number): ArrayBuffer => {
    const part = bytes.slice(at, at + size)
    at += size
    return part.buffer
  }
  const transitions = new Float32Array(section(LABELS * LABELS * 4))
  const marks = new Uint16Array(section(slots * 2))
  const pairs = new Int32Array(section(words * 8))
  const classes = new Map<number, number>()
  for (let index = 0; index < pairs.length; index += 2) classes.set(pairs[index] ?? 0, pairs[index + 1] ?? 0)
  const weights = new Int8Array(section(slots * LABELS))
  return {
    marks,
    weights,
    scale: view.getFloat32(16, true),
    transitions,
    classes,
    names: new Uint8Array(section(filter)),
  }
}
