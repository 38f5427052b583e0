import type { Entity } from '../entity.js'

const named = (name: string): Entity => ({ name, pack: 'global', onlyNamed: true })

/**
 * What is found among words, by a tagger that has learned it and by readers of dates and ages (policies/pii/names). They err more than a checksum, so they are
 * looked for only where they are named.
 */
export const WORDS: readonly Entity[] = [
  named('person'),
  named('location'),
  named('organization'),
  named('postal_address'),
  named('date_time'),
  named('age'),
  named('nationality'),
]
