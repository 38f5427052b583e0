import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { type Entity, forms } from '../entity.js'

/** ATO: weights modulo 11. */
function isTfn(tfn: string): boolean {
  return !isRepeated(tfn) && weightedSum(tfn, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
}

/** ABR: one off the first digit, then weights modulo 89. */
function isAbn(abn: string): boolean {
  return abn[0] !== '0' && (weightedSum(abn, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0
}

/** ASIC: weights 8..1 modulo 10. */
function isAcn(acn: string): boolean {
  return !isRepeated(acn) && (10 - (weightedSum(acn, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === digitAt(acn, 8)
}

/** Services Australia: the first digit is 2 to 6, the ninth the weighted sum modulo 10, then the issue number. */
function isMedicare(number: string): boolean {
  const first = digitAt(number, 0)
  return first >= 2 && first <= 6 && weightedSum(number, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(number, 8)
}

/** Inland Revenue: modulo 11, a second set of weights where the first leaves 10. */
function isIrd(number: string): boolean {
  const padded = number.padStart(9, '0')
  const value = Number(padded)
  if (value < 10_000_000 || value > 200_000_000) return false
  const check = (weights: readonly number[]): number => (11 - (weightedSum(padded, weights) % 11)) % 11
  const first = check([3, 2, 7, 6, 5, 4, 3, 2])
  return (first === 10 ? check([7, 4, 3, 2, 5, 2, 7, 6]) : first) === digitAt(padded, 8)
}

export const OCEANIA: readonly Entity[] = [
  {
    name: 'au_tfn',
    pack: 'au',
    labels: ['tfn', 'tax file', 'tax file number'],
    forms: [...forms(0.3, '999 999 999', '999-999-999'), ...forms(0.1, '999999999')],
    check: isTfn,
  },
  {
    name: 'au_abn',
    pack: 'au',
    labels: ['abn', 'australian business'],
    forms: [...forms(0.6, '99 999 999 999'), ...forms(0.2, '99999999999')],
    check: isAbn,
  },
  {
    name: 'au_acn',
    pack: 'au',
    labels: ['acn', 'australian company'],
    forms: [...forms(0.15, '999 999 999'), ...forms(0.08, '999999999')],
    check: isAcn,
  },
  {
    name: 'au_medicare',
    pack: 'au',
    labels: ['medicare', 'medicare card'],
    forms: [...forms(0.55, '9999 99999 9', '9999-99999-9'), ...forms(0.1, '9999999999')],
    check: isMedicare,
  },
  {
    name: 'nz_ird',
    pack: 'nz',
    labels: ['ird', 'inland revenue'],
    forms: [...forms(0.2, '99-999-999', '999-999-999'), ...forms(0.08, '99999999', '999999999')],
    check: isIrd,
  },
]
