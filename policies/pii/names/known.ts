import type { Codes } from '../detect/scan/characters.js'
import type { Known } from './features.js'
import { CITY_LIST, GIVEN_LIST, isListed, type NameModel, SURNAME_LIST } from './model.js'
import { tokenize, tokensFor, WORD_TOKEN } from './tokens.js'

/** Room for the tokens of so many units. */
export function knownFor(units: number): Known {
  return { ...tokensFor(units), masks: new Int32Array(units), listed: new Uint8Array(units) }
}

type Lists = Pick<NameModel, 'classes' | 'names'>

/** Cuts the units [from, to) into tokens and looks each up. */
export function readTokens(codes: Codes, from: number, to: number, lists: Lists, known: Known): void {
  tokenize(codes, from, to, known)
  for (let index = 0; index < known.count; index++) {
    const isWord = known.kinds[index] === WORD_TOKEN
    const hash = known.hashes[index] ?? 0
    known.masks[index] = isWord ? (lists.classes.get(hash) ?? 0) : 0
    known.listed[index] = isWord ? listsOf(lists.names, hash) : 0
  }
}

function listsOf(names: Uint8Array, hash: number): number {
  return (
    (isListed(names, hash, GIVEN_LIST) ? 1 : 0) |
    (isListed(names, hash, SURNAME_LIST) ? 2 : 0) |
    (isListed(names, hash, CITY_LIST) ? 4 : 0)
  )
}
