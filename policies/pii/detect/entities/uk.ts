import { isDayOfYear, twoDigits } from '../checks/dates.js'
import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { type Entity, forms } from '../entity.js'

/** NHS Data Dictionary: weights 10..2 modulo 11; a check digit of 10 is not issued. */
function isNhsNumber(number: string): boolean {
  const check = (11 - (weightedSum(number, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return !isRepeated(number) && check === digitAt(number, 9)
}

/** HMRC NIM39110: letters and prefixes that are not used; the suffix is A to D. */
function isNino(nino: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(nino)
}

/** HMRC: the first digit checks the other nine, modulo 11. */
function isUtr(utr: string): boolean {
  return '21987654321'[weightedSum(utr, [6, 7, 8, 9, 10, 5, 4, 3, 2], 1) % 11] === utr[0]
}

/** DVLA: five of the surname padded with 9, decade, month (women's plus 50), day, year, initials, three more. */
function isDrivingLicence(number: string): boolean {
  if (!/^[A-Z][A-Z]{0,4}9*\d{6}[A-Z][A-Z9][\dA-Z][A-Z]{2}$/.test(number)) return false
  return isDayOfYear(twoDigits(number, 6) % 50, twoDigits(number, 8))
}

export const UK: readonly Entity[] = [
  {
    name: 'uk_nhs',
    pack: 'gb',
    labels: ['nhs', 'national health', 'patient'],
    forms: [...forms(0.3, '999 999 9999'), ...forms(0.1, '9999999999', '999-999-9999')],
    check: isNhsNumber,
  },
  {
    name: 'uk_nino',
    pack: 'gb',
    labels: ['nino', 'ni number', 'national insurance', 'nin', 'insurance number'],
    forms: [...forms(0.7, 'AA 99 99 99 A', 'AA-99-99-99-A', 'AA 999999 A'), ...forms(0.55, 'AA999999A')],
    check: isNino,
  },
  {
    name: 'uk_utr',
    pack: 'gb',
    labels: ['utr', 'unique taxpayer', 'taxpayer reference', 'tax reference', 'self assessment'],
    forms: forms(0.08, '9999999999', '99999 99999'),
    check: isUtr,
  },
  {
    name: 'uk_driving_licence',
    pack: 'gb',
    labels: ['driving licence', 'driver licence', 'licence number', 'dvla', 'driver number'],
    forms: forms(0.6, 'AXXXX999999XXXAA', 'AXXXX 999999 XXXAA'),
    check: isDrivingLicence,
  },
  {
    name: 'uk_sort_code',
    pack: 'gb',
    labels: ['sort code', 'sortcode'],
    forms: forms(0.1, '99-99-99', '99 99 99', '999999'),
  },
]
