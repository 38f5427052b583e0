import type { Entity } from '../entity.js'
import { classAt, IDEOGRAPH, LETTER, OTHER_LETTER } from './characters.js'
import { fold } from './fold.js'
import { EMPTY_HASH, extendHash, followHash } from './word-hash.js'

/** How much a word right before a value says, in hundredths of confidence. */
const LABEL = 45
const HINT = 27
const AGAINST = -30
const MACHINE = -25

/** Words around the numbers of machines; they count against every entity that they are no label of. */
const MACHINE_WORDS = [
  'order',
  'orders',
  'tracking',
  'build',
  'commit',
  'checksum',
  'hash',
  'sha',
  'seq',
  'sequence',
  'offset',
  'bytes',
  'nonce',
  'epoch',
  'timestamp',
  'ts',
  'duration',
  'sku',
  'qty',
  'rows',
  'batch',
  'job',
  'trace',
  'span',
  'version',
  'revision',
  'port',
  'uuid',
  'guid',
  'isbn',
  'issn',
  'latency',
  'offset ms',
  'size',
  'count',
  'digest',
  'etag',
  'unix nano',
  'time unix',
  'snowflake',
  'migration',
]

/** Every label of every entity, for look-ups by hash while words go by. */
export interface Lexicon {
  /** By the low 16 bits of a hash: 1 where a phrase may have it, 2 where longer phrases may begin with it. */
  readonly filter: Uint8Array
  /** The number of a phrase by its hash. */
  readonly phrases: ReadonlyMap<number, number>
  /** What phrase p says of entity e, at p * entities + e. */
  readonly weights: Int8Array
  /** What phrase p names: 0 nothing, 1 values that have a form, 2 values that have none. */
  readonly names: Uint8Array
  /** Phrases right behind a value that name it, with their entities. */
  readonly after: ReadonlyMap<number, readonly number[]>
}

/** The hash of a phrase as `words.ts` would see it go by; adds those of its first words to `beginnings`. */
function hashPhrase(phrase: string, beginnings?: Set<number>): number {
  const { codes, text } = fold(phrase)
  let phraseHash = 0
  let word = EMPTY_HASH
  const finish = (): void => {
    if (word === EMPTY_HASH) return
    if (phraseHash !== 0) beginnings?.add(phraseHash)
    phraseHash = phraseHash === 0 ? word : followHash(phraseHash, word)
    word = EMPTY_HASH
  }
  for (let index = 0; index < text.length; index++) {
    if (classAt(codes, index) & (LETTER | OTHER_LETTER | IDEOGRAPH)) word = extendHash(word, codes[index] ?? 0)
    else if (text[index] !== "'") finish()
  }
  finish()
  return phraseHash
}

export function compileLexicon(entities: readonly Entity[]): Lexicon {
  const phrases = new Map<number, number>()
  const beginnings = new Set<number>()
  const rows: Int8Array[] = []
  const row = (phrase: string): Int8Array => {
    const hash = hashPhrase(phrase, beginnings)
    const known = phrases.get(hash) ?? phrases.size
    phrases.set(hash, known)
    // Capitals may look like other letters than small ones do.
    phrases.set(hashPhrase(phrase.toUpperCase(), beginnings), known)
    rows[known] ??= new Int8Array(entities.length)
    return rows[known] ?? new Int8Array(entities.length)
  }
  entities.forEach((entity, index) => {
    for (const phrase of entity.against ?? []) row(phrase)[index] = AGAINST
    for (const phrase of entity.hints ?? []) row(phrase)[index] = HINT
    for (const phrase of entity.labels ?? []) row(phrase)[index] = LABEL
  })
  for (const word of MACHINE_WORDS) {
    const weights = row(word)
    for (let index = 0; index < weights.length; index++) if (weights[index] === 0) weights[index] = MACHINE
  }
  return tables(phrases, beginnings, rows, entities)
}

function mark(filter: Uint8Array, hash: number, bit: number): void {
  filter[hash & 0xffff] = (filter[hash & 0xffff] ?? 0) | bit
}

function tables(
  phrases: ReadonlyMap<number, number>,
  beginnings: ReadonlySet<number>,
  rows: readonly Int8Array[],
  entities: readonly Entity[],
): Lexicon {
  const filter = new Uint8Array(0x10000)
  for (const hash of phrases.keys()) mark(filter, hash, 1)
  for (const hash of beginnings) mark(filter, hash, 2)
  const weights = new Int8Array(rows.length * entities.length)
  const names = new Uint8Array(rows.length)
  rows.forEach((row, phrase) => {
    weights.set(row, phrase * entities.length)
    const named = entities.filter((_, index) => row[index] === LABEL)
    names[phrase] = named.some(({ value }) => value) ? 2 : named.length > 0 ? 1 : 0
  })
  return { filter, phrases, weights, names, after: namesAfter(entities) }
}

function namesAfter(entities: readonly Entity[]): ReadonlyMap<number, readonly number[]> {
  const after = new Map<number, readonly number[]>()
  entities.forEach(({ labelsAfter = [] }, index) => {
    for (const phrase of labelsAfter) after.set(hashPhrase(phrase), [...(after.get(hashPhrase(phrase)) ?? []), index])
  })
  return after
}
