import { countMerged, LONGEST_MERGE } from './merge.js'
import { createPieceCache, LONGEST_PIECE } from './piece-cache.js'
import { plainWordEnd } from './plain-word.js'
import { type Splitter, splitCl100k, splitO200k } from './split.js'
import { hashOf, rankOf, readVocabulary, same, type Vocabulary } from './vocabulary.js'
import { createWordCache, LONGEST_CACHED } from './word-cache.js'

/** The encodings whose vocabulary is public and shipped with us. */
export type EncodingName = 'o200k_base' | 'cl100k_base'

/** Counts tokens of one encoding; special tokens in the text count as ordinary text. */
export interface Encoding {
  readonly name: EncodingName
  /** Tokens of a text of at most `LONGEST_SLICE` UTF-16 units; longer ones go through `countText`. */
  count(slice: string): number
}

/** What one call of `count` takes, in UTF-16 units: at most a few milliseconds of work, whatever the text. */
export const LONGEST_SLICE = 2 * LONGEST_MERGE

/** Gives encodings, each read once, on first use. */
export interface Encodings {
  /** The encoding if it has been read, so that hot paths need not wait. */
  loaded(name: EncodingName): Encoding | undefined
  load(name: EncodingName): Promise<Encoding>
}

/**
 * Makes a store of encodings. `readFile` reads a file of the vocabulary's package (`node:fs/promises` readFile fits);
 * `pause` lets other work run between slices of reading one.
 */
export function createEncodings(
  readFile: (file: URL) => Promise<Uint8Array>,
  pause: () => Promise<void> = async () => {},
): Encodings {
  const ready = new Map<EncodingName, Encoding>()
  const pending = new Map<EncodingName, Promise<Encoding>>()

  const read = async (name: EncodingName): Promise<Encoding> => {
    const file = await readFile(new URL(import.meta.resolve(`gpt-tokenizer/data/${name}.tiktoken`)))
    const encoding = createEncoding(name, SPLITTERS[name], await readVocabulary(file, pause))
    ready.set(name, encoding)
    return encoding
  }
  return {
    loaded: (name) => ready.get(name),
    load: (name) => {
      const known = pending.get(name)
      if (known !== undefined) return known
      const reading = read(name)
      pending.set(name, reading)
      // A failed read may be tried again.
      reading.catch(() => pending.delete(name))
      return reading
    },
  }
}

const SPLITTERS: Readonly<Record<EncodingName, Splitter>> = { o200k_base: splitO200k, cl100k_base: splitCl100k }

function createEncoding(name: EncodingName, split: Splitter, vocabulary: Vocabulary): Encoding {
  const encoder = new TextEncoder()
  const bytes = new Uint8Array(3 * LONGEST_SLICE + LONGEST_PIECE)
  const text = new DataView(bytes.buffer)
  const pieces = createPieceCache(bytes)
  const cache = createWordCache()
  const lastMerged = new Uint8Array(LONGEST_MERGE)
  let lastLength = 0
  let lastCount = 0

  const countPiece = (from: number, to: number): number => {
    if (to - from > LONGEST_PIECE) return countLonger(from, to)
    const known = pieces.get(from, to)
    if (known > 0) return known
    const count = countShort(from, to)
    pieces.set(from, to, count)
    return count
  }

  const countShort = (from: number, to: number): number => {
    if (to - from === 2)
      return (vocabulary.pairs[((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0)] ?? -1) >= 0 ? 1 : 2
    if (rankOf(vocabulary, bytes, from, to, hashOf(bytes, from, to)) >= 0) return 1
    return countMerged(vocabulary, bytes, from, to)
  }

  const countLonger = (from: number, to: number): number => {
    if (to - from > LONGEST_CACHED) return countLong(from, to)
    const hash = hashOf(bytes, from, to)
    if (rankOf(vocabulary, bytes, from, to, hash) >= 0) return 1
    const known = cache.get(bytes, from, to, hash)
    if (known > 0) return known
    const count = countMerged(vocabulary, bytes, from, to)
    cache.set(bytes, from, to, hash, count)
    return count
  }

  const countLong = (from: number, to: number): number => {
    if (to - from <= vocabulary.longest && rankOf(vocabulary, bytes, from, to, hashOf(bytes, from, to)) >= 0) return 1
    let tokens = 0
    for (let start = from; start < to; ) {
      const end = cut(bytes, start, to)
      // Runs with a short period repeat exactly from one cut to the next.
      if (end - start !== lastLength || !same(lastMerged, 0, bytes, start, end)) {
        lastCount = countMerged(vocabulary, bytes, start, end)
        lastLength = end - start
        lastMerged.set(bytes.subarray(start, end))
      }
      tokens += lastCount
      start = end
    }
    return tokens
  }

  return {
    name,
    count: (slice) => {
      if (slice.length > LONGEST_SLICE) throw new RangeError(`${slice.length} characters are more than one slice`)
      const to = encoder.encodeInto(slice, bytes).written
      bytes.fill(0, to, to + LONGEST_PIECE)
      let tokens = 0
      for (let from = 0; from < to; ) {
        const word = plainWordEnd(bytes, text, from)
        const end = word > from ? word : split(bytes, from, to)
        tokens += end - from === 1 ? 1 : countPiece(from, end)
        from = end
      }
      return tokens
    },
  }
}

/** Where a piece that starts at `from` is cut: at its end, or at a character's start no further than a merge may go. */
function cut(bytes: Uint8Array, from: number, to: number): number {
  let end = from + LONGEST_MERGE
  if (end >= to) return to
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return end
}
