import type { Random } from './digest.js'
import { pick } from './digest.js'

const MOST_YEARS = 3
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/**
 * Another date at most three years away, written in the same way: digits, order and separators stay. Days go to 28 so that
 * every month has them, and where day and month cannot be told apart both go to 12. English months become other ones, names
 * of other languages stay.
 */
export function otherDate(written: string, random: Random): string {
  const fields = written.split(/(\d+|\p{L}+)/u)
  const numbers = fields.filter((field) => /^\d+$/.test(field))
  const year = numbers.findIndex((field) => field.length === 4)
  const last = year < 0 ? numbers.length - 1 : year
  const named = fields.some((field) => /^\p{L}+$/u.test(field))
  const most = named ? [28] : limits(numbers.filter((_, index) => index !== last).map(Number))
  let index = -1
  let small = 0
  return fields
    .map((field) => {
      if (/^\p{L}+$/u.test(field)) return otherMonth(field, random)
      if (!/^\d+$/.test(field)) return field
      index++
      return index === last ? otherYear(field, random) : within(field, most[small++] ?? 12, random)
    })
    .join('')
}

/** What each of the two other fields may be at most. */
function limits([first = 0, second = 0]: readonly number[]): readonly number[] {
  if (first > 12) return [28, 12]
  return second > 12 ? [12, 28] : [12, 12]
}

/** A number from 1 on with as many digits. */
function within(field: string, most: number, random: Random): string {
  if (field.length === 1) return String(1 + random(Math.min(9, most)))
  const least = field.startsWith('0') ? 1 : 10
  return String(least + random((field.startsWith('0') ? Math.min(9, most) : most) - least + 1)).padStart(
    field.length,
    '0',
  )
}

function otherYear(field: string, random: Random): string {
  const shift = (1 + random(MOST_YEARS)) * pick(random, [-1, 1])
  const modulus = 10 ** field.length
  return String((Number(field) + shift + modulus) % modulus).padStart(field.length, '0')
}

function otherMonth(word: string, random: Random): string {
  const lower = word.toLowerCase()
  const known = MONTHS.find((month) => month.toLowerCase() === lower)
  const short = MONTHS.some((month) => month.slice(0, 3).toLowerCase() === lower)
  if (known === undefined && !short) return word
  const month = MONTHS[random(12)] ?? word
  const chosen = known === undefined ? month.slice(0, 3) : month
  if (word === word.toUpperCase()) return chosen.toUpperCase()
  return word === lower ? chosen.toLowerCase() : chosen
}
