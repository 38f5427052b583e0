import { twoDigits } from '../checks/dates.js'
import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** Numbers of advertisements and forms, which the Social Security Administration has voided. */
const VOIDED_SSN = new Set(['078051120', '219099999', '457555462'])

function isStatedSsn(ssn: string): boolean {
  return !VOIDED_SSN.has(ssn) && !isRepeated(ssn) && ssn.slice(0, 3) !== '000' && ssn.slice(5) !== '0000'
}

/** SSA: no area 000, 666 or 9xx, no group 00, no serial 0000. */
function isSsn(ssn: string): boolean {
  return isStatedSsn(ssn) && ssn[0] !== '9' && ssn.slice(0, 3) !== '666' && ssn.slice(3, 5) !== '00'
}

/** IRS: 9xx with the groups 50-65, 70-88, 90-92 and 94-99. */
function isItin(itin: string): boolean {
  const group = twoDigits(itin, 3)
  const issued = (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93)
  return itin[0] === '9' && issued
}

/** Prefixes that no campus of the IRS gives out. */
const NO_EIN_PREFIX = new Set([0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97])

/** ABA: the districts 00-12, 21-32, 61-72 and 80, and the weights 3-7-1 modulo 10. */
function isRoutingNumber(number: string): boolean {
  const district = twoDigits(number, 0)
  const assigned =
    district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80
  return assigned && !isRepeated(number) && weightedSum(number, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
}

/** CMS: Luhn with the prefix 80840; begins with 1 or 2. */
function isNpi(npi: string): boolean {
  return (npi[0] === '1' || npi[0] === '2') && luhn(`80840${npi}`)
}

/** DEA: digits 1, 3, 5 and twice 2, 4, 6 end in the seventh. */
function isDea(dea: string): boolean {
  if (!/^[ABCDEFGHJKLMPRSTUX][A-Z]/.test(dea)) return false
  return weightedSum(dea, [1, 2, 1, 2, 1, 2], 2) % 10 === digitAt(dea, 8)
}

/** CMS: no S, L, O, I, B or Z; the first digit is not 0. */
function isMbi(mbi: string): boolean {
  return /^[1-9][AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d\d$/.test(
    mbi,
  )
}

const TAX_LABELS = ['tax id', 'tin', 'taxpayer identification', 'federal tax', 'tax identification']

export const US: readonly Entity[] = [
  {
    name: 'us_ssn',
    pack: 'us',
    labels: ['ssn', 'ssns', 'social security', 'soc sec', 'ss number', 'socialsecurity', 'social'],
    forms: [
      ...forms(0.6, '999-99-9999'),
      ...forms(0.3, '999 99 9999', '999.99.9999'),
      ...forms(0.08, '999999999'),
      { form: '999-99-9999', confidence: 0.1, check: isStatedSsn },
    ],
    check: isSsn,
  },
  {
    name: 'us_itin',
    pack: 'us',
    labels: ['itin', 'individual taxpayer', ...TAX_LABELS],
    forms: [...forms(0.6, '999-99-9999'), ...forms(0.25, '999 99 9999'), ...forms(0.08, '999999999')],
    check: isItin,
  },
  {
    name: 'us_ein',
    pack: 'us',
    labels: ['ein', 'fein', 'employer identification', 'employer id', ...TAX_LABELS],
    forms: forms(0.15, '99-9999999'),
    check: (ein) => !NO_EIN_PREFIX.has(twoDigits(ein, 0)),
  },
  {
    name: 'us_routing_number',
    pack: 'us',
    labels: ['routing', 'aba', 'rtn', 'routing number', 'routing transit'],
    forms: forms(0.1, '999999999', '9999-9999-9'),
    check: isRoutingNumber,
  },
  {
    name: 'us_npi',
    pack: 'us',
    labels: ['npi', 'national provider'],
    forms: forms(0.1, '9999999999'),
    check: isNpi,
  },
  { name: 'us_dea', pack: 'us', labels: ['dea'], forms: forms(0.3, 'AA9999999', 'AA-9999999'), check: isDea },
  {
    name: 'us_mbi',
    pack: 'us',
    labels: ['mbi', 'medicare', 'medicare beneficiary'],
    forms: [...forms(0.7, '9AX9-AX9-AA99'), ...forms(0.45, '9AX9AX9AA99')],
    check: isMbi,
  },
]
