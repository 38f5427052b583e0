import { ENTITIES } from '../detect/entities/index.js'

const LONGEST = 40
const isBic = ENTITIES.find(({ name }) => name === 'swift_bic')?.value?.check

/**
 * What stands for every value of an entity: `[EMAIL]`. The detector finds nothing in it, whatever label stands before: a name with
 * digits, or one that reads as a bank's code, gets an underscore (`[_CUSTOMER]`), behind which nothing begins.
 */
export function masked(entity: string): string {
  return `[${wordOf(entity)}]`
}

/** An entity's name as masks, hashes and the like show it: capitals, digits and single underscores, at most 41 of them. */
export function wordOf(entity: string): string {
  const word = entity
    .toUpperCase()
    .replace(/[^A-Z\d]+/g, '_')
    .slice(0, LONGEST)
    .replace(/^_+|_+$/g, '')
  if (word === '') return 'VALUE'
  return /\d/.test(word) || isBic?.(word, word) ? `_${word}` : word
}
