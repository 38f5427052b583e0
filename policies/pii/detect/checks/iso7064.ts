import { alphanumericValue, digitAt } from './digits.js'

/** ISO/IEC 7064 MOD 97-10 over digits and letters (A = 10 .. Z = 35): the remainder must be 1. */
export function mod97(text: string): boolean {
  let rest = 0
  for (let index = 0; index < text.length; index++) {
    const value = alphanumericValue(text, index)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}

/** ISO/IEC 7064 MOD 11-2 over digits, with X for 10 as the last character. */
export function mod11Radix2(text: string): boolean {
  let rest = 0
  for (let index = 0; index < text.length; index++) {
    const value = index === text.length - 1 && text[index] === 'X' ? 10 : digitAt(text, index)
    rest = (rest * 2 + value) % 11
  }
  return rest === 1
}

/** ISO/IEC 7064 MOD 11,10 (the hybrid system) over digits, the last being the check digit. */
export function mod11And10(digits: string): boolean {
  let product = 10
  for (let index = 0; index < digits.length - 1; index++) {
    const sum = (digitAt(digits, index) + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (product + digitAt(digits, digits.length - 1)) % 10 === 1
}
