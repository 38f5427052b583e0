import { isRepeated } from '../checks/digits.js'
import { luhnBase36 } from '../checks/luhn.js'
import { verhoeff } from '../checks/verhoeff.js'
import { type Entity, forms } from '../entity.js'

/** UIDAI: twelve digits, the first from 2 on, Verhoeff; a palindrome is none. */
function isAadhaar(number: string): boolean {
  return number >= '2' && !isRepeated(number) && verhoeff(number)
}

/** Income Tax Department: the fourth letter is the holder's kind. */
function isPan(pan: string): boolean {
  return 'ABCEFGHJKLPT'.includes(pan[3] ?? ' ')
}

/** GSTN: state, PAN, entity, a letter (Z), and Luhn in base 36. */
function isGstin(number: string): boolean {
  const state = Number(number.slice(0, 2))
  return ((state >= 1 && state <= 38) || state === 97 || state === 99) && luhnBase36(number)
}

export const INDIA: readonly Entity[] = [
  {
    name: 'in_aadhaar',
    pack: 'in',
    labels: ['aadhaar', 'aadhar', 'adhaar', 'adhar', 'uidai', 'uid'],
    forms: [...forms(0.5, '9999 9999 9999', '9999-9999-9999'), ...forms(0.15, '999999999999')],
    check: isAadhaar,
  },
  {
    name: 'in_pan',
    pack: 'in',
    labels: ['pan', 'permanent account', 'pan card', 'income tax'],
    forms: [
      { form: 'AAAAA9999A', confidence: 0.55, check: (pan, raw) => raw === pan && isPan(pan) },
      { form: 'AAAAA9999A', confidence: 0.15 },
    ],
    check: isPan,
  },
  {
    name: 'in_gstin',
    pack: 'in',
    labels: ['gstin', 'gst'],
    forms: forms(0.85, '99AAAAA9999AXAX'),
    check: isGstin,
  },
  {
    name: 'in_voter_id',
    pack: 'in',
    labels: ['voter', 'epic', 'elector', 'voter id', 'election card'],
    forms: forms(0.15, 'AAA9999999'),
  },
  {
    name: 'in_ifsc',
    pack: 'in',
    labels: ['ifsc', 'ifs code'],
    forms: forms(0.15, 'AAAA9XXXXXX'),
    check: (code) => code[4] === '0',
  },
]
