import type { JsonValue } from '../../../core/json.js'
import { malformed } from '../fields.js'

/** Entries of a list that has a handful of them everywhere (stop sequences, names of tools): more are a mistake, or an attack. */
const MOST = 5000

/** A list of no more than 5,000 entries; throws `malformed_request` for a longer one, before it is read. */
export function fewAt<T>(list: readonly T[], path: string): readonly T[] {
  if (list.length > MOST) throw malformed(path, `must have at most ${MOST} entries`)
  return list
}

/** A list of texts, no more than 5,000; throws `malformed_request` for anything else. */
export function wordsAt(list: readonly JsonValue[], path: string): readonly string[] {
  return fewAt(list, path).map((word, index) => {
    if (typeof word !== 'string') throw malformed(`${path}[${index}]`, 'must be a string')
    return word
  })
}
