import { luhn } from '../detect/checks/luhn.js'
import { isCard } from '../detect/entities/cards.js'
import type { Random } from './digest.js'
import { digitsOf, withDigits } from './substitute.js'

/** What numbers of a network begin with, and what the test cards begin with that its acquirers publish. */
const TEST_PREFIXES: readonly (readonly [network: RegExp, prefix: string])[] = [
  [/^4/, '400000'],
  [/^5[1-5]/, '555555'],
  [/^2[2-7]/, '222300'],
  [/^3[47]/, '378282'],
  [/^(?:6011|64|65)/, '601111'],
  [/^35/, '353011'],
  [/^3[0689]/, '305693'],
  [/^(?:62|81)/, '620000'],
  [/^(?:50|5[6-8]|63|67)/, '630400'],
]
const NETWORK_DIGITS = 4

/**
 * A card number of the same network, length and print: of the network's test cards where it has any of that length, with Luhn's
 * digit right. Undefined for what no network gives out.
 */
export function otherCard(written: string, random: Random): string | undefined {
  const digits = written.replace(/\D/g, '')
  const test = TEST_PREFIXES.find(([network]) => network.test(digits))?.[1]
  for (const prefix of [test, digits.slice(0, NETWORK_DIGITS)]) {
    if (prefix === undefined) continue
    const drawn = withCheckDigit(prefix + digitsOf(digits.length - prefix.length - 1, random))
    if (isCard(drawn)) return withDigits(written, drawn)
  }
  return undefined
}

function withCheckDigit(digits: string): string {
  for (let last = 0; last < 10; last++) if (luhn(`${digits}${last}`)) return `${digits}${last}`
  return digits
}
