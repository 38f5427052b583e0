import { digitAt } from './digits.js'

/** The mod 10 check of ISO/IEC 7812-1 annex B over all digits, the last being the check digit. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digitAt(digits, index)
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}

/** Luhn in base 36, as India's GSTIN uses it: factors 1 and 2, quotient and remainder added. */
export function luhnBase36(text: string): boolean {
  let sum = 0
  for (let index = text.length - 1, factor = 1; index >= 0; index--, factor = 3 - factor) {
    const code = text.charCodeAt(index)
    const product = (code < 58 ? code - 48 : code - 55) * factor
    sum += Math.floor(product / 36) + (product % 36)
  }
  return sum % 36 === 0
}
