import type { Digest } from './digest.js'
import { wordOf } from './masked.js'
import { normalised } from './normalised.js'

const BYTES = 8

/**
 * What stands for one value of an entity and for no other: `[EMAIL#_1f3a5b6c7d8e9f00]`, 64 bits of a digest of the value as
 * `normalised` writes it. The same under one key however the value is written. The detector finds nothing in
 * it: behind an underscore no account begins, whatever label stands before, and behind `#` no secret of a name like `API_KEY`.
 */
export function hashed(digest: Digest, entity: string, value: string): string {
  const bytes = digest(['hash', entity, normalised(entity, value)].join('\u0000'))
  let hex = ''
  for (let index = 0; index < BYTES; index++) hex += (bytes[index] ?? 0).toString(16).padStart(2, '0')
  return `[${wordOf(entity)}#_${hex}]`
}
