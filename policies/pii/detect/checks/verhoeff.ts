import { digitAt } from './digits.js'

/** Multiplication in the dihedral group D5: rotations 0..4, reflections 5..9. */
function multiply(left: number, right: number): number {
  if (left < 5) return right < 5 ? (left + right) % 5 : 5 + ((left + right - 5) % 5)
  return right < 5 ? 5 + ((left - right) % 5) : (5 + left - right) % 5
}

const FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** FIRST applied as many times as the row's number. */
const PERMUTATIONS = Array.from({ length: 8 }, (_, times) =>
  FIRST.map((_, digit) => Array.from({ length: times }).reduce<number>((value) => FIRST[value] ?? 0, digit)),
)

/** Verhoeff's check over all digits, the last being the check digit (UIDAI uses it for Aadhaar). */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = digitAt(digits, digits.length - 1 - index)
    check = multiply(check, PERMUTATIONS[index % 8]?.[digit] ?? 0)
  }
  return check === 0
}
