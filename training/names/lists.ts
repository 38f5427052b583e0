import { fold } from '../../policies/pii/detect/scan/fold.js'
import { COUNTRY, NATIONALITY } from '../../policies/pii/names/classes.js'
import { addListed, CITY_LIST, GIVEN_LIST, SURNAME_LIST } from '../../policies/pii/names/model.js'
import { hashWord } from '../../policies/pii/names/tokens.js'
import { COUNTRIES, NATIONALITIES } from './lists/places.js'
import { WORD_CLASSES } from './lists/word-classes.js'
import { entriesOf, type NameLists, wordsOf } from './name-lists.js'

/** The words of a list's entry, as the tokens of a text have them. */
function hashesOf(entry: string): readonly number[] {
  return (fold(entry).text.match(/[\p{L}\p{M}]+/gu) ?? []).map(hashWord)
}

/** Classes of words by their hash. */
export function wordClasses(): Map<number, number> {
  const classes = new Map<number, number>()
  const add = (hash: number, mask: number): void => {
    classes.set(hash, (classes.get(hash) ?? 0) | mask)
  }
  for (const [mask, words] of WORD_CLASSES)
    for (const word of wordsOf(words)) for (const hash of hashesOf(word)) add(hash, mask)
  for (const country of entriesOf(COUNTRIES)) for (const hash of hashesOf(country)) add(hash, COUNTRY)
  for (const nation of wordsOf(NATIONALITIES))
    for (const hash of [nation, `${nation}s`].flatMap(hashesOf)) add(hash, NATIONALITY)
  return classes
}

const FILTER_BYTES = 1 << 17
/** Shorter words of names with several are in most languages something else, too. */
const SHORTEST_PART = 4

/** The Bloom filter of all listed names, word by word. */
export function nameFilter({ given, surnames, cities }: NameLists, classes: ReadonlyMap<number, number>): Uint8Array {
  const filter = new Uint8Array(FILTER_BYTES)
  const fill = (names: readonly string[], list: number): void => {
    for (const name of names) {
      const words = fold(name).text.match(/[\p{L}\p{M}]+/gu) ?? []
      for (const word of words) {
        const hash = hashWord(word)
        if (words.length > 1 && (word.length < SHORTEST_PART || classes.has(hash))) continue
        addListed(filter, hash, list)
      }
    }
  }
  fill(given, GIVEN_LIST)
  fill(surnames, SURNAME_LIST)
  fill(cities, CITY_LIST)
  return filter
}
