import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { pick, type Random } from './digest.js'
import { type Fiction, fictionFor } from './phone-fiction.js'
import { digitsOf, withDigits } from './substitute.js'

const EXTENSION = /^(.*\d)( ?(?:x|ext\.? ?|#) ?\d{2,6})$/is
const KEPT = 3
const TRIES = 20

/**
 * A number written in the same way: one that the country keeps for films and books where it does and the country is told
 * (`phone-fiction.ts`), so that it rings nowhere. Otherwise the first three digits (country, network) stay, and the others are made up;
 * with a country code, so that the number could exist. An extension is made up too. Undefined for what has no more than three digits.
 */
export function otherPhone(written: string, random: Random): string | undefined {
  const [, main = written, extension = ''] = EXTENSION.exec(written) ?? []
  const digits = main.replace(/\D/g, '')
  if (digits.length <= KEPT) return undefined
  const rest = withDigits(extension, digitsOf(extension.replace(/\D/g, '').length, random))
  const fiction = fictionFor(main, digits)
  return withDigits(main, fiction ? filled(digits, fiction, random) : madeUp(main, digits, random)) + rest
}

/** The digits up to the national number stay; `x` in what follows is random. */
function filled(digits: string, { from, numbers }: Fiction, random: Random): string {
  return digits.slice(0, from) + pick(random, numbers).replace(/x/g, () => String(random(10)))
}

function madeUp(main: string, digits: string, random: Random): string {
  let made = digits
  for (let tries = 0; tries < TRIES; tries++) {
    made = digits.slice(0, KEPT) + digitsOf(digits.length - KEPT, random)
    if (!main.startsWith('+') || parsePhoneNumberFromString(`+${made}`)?.isValid()) return made
  }
  return made
}
