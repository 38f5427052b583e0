import { isDayOfYear, isDdmmyy, isYymmdd, twoDigits } from '../checks/dates.js'
import { digitAt, isRepeated, remainder, weightedSum } from '../checks/digits.js'
import { mod11And10 } from '../checks/iso7064.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** BZSt: one digit occurs twice or three times among the first ten, ISO 7064 MOD 11,10. */
function isSteuerId(id: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  return id[0] !== '0' && repeated.length === 1 && (repeated[0] ?? 0) <= 3 && mod11And10(id)
}

/** ICAO 9303 weights 7-3-1 over digits and letters, as on German identity cards. */
function isGermanIdCard(number: string): boolean {
  if (!/^[CFGHJKLMNPRTVWXYZ]/.test(number)) return false
  let sum = 0
  for (let index = 0; index < 9; index++) {
    sum += Number.parseInt(number[index] ?? '', 36) * ([7, 3, 1][index % 3] ?? 0)
  }
  return sum % 10 === digitAt(number, 9)
}

/** Deutsche Rentenversicherung: the letter counts as its two-digit place in the alphabet, digit sums of the products modulo 10. */
function isPensionNumber(number: string): boolean {
  const letter = String(number.charCodeAt(8) - 64).padStart(2, '0')
  const digits = number.slice(0, 8) + letter + number.slice(9, 11)
  let sum = 0
  for (let index = 0; index < 12; index++) {
    const product = digitAt(digits, index) * ([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1][index] ?? 0)
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum % 10 === digitAt(number, 11) && twoDigits(number, 4) <= 12
}

/** INSEE: sex, year, month, place, order, and 97 less the rest modulo 97; Corsica's 2A and 2B count as 19 and 18. */
function isNir(nir: string): boolean {
  const digits = nir.replace('2A', '19').replace('2B', '18')
  const month = twoDigits(digits, 3)
  const plausible = /^[1-478]\d{14}$/.test(digits) && (month <= 12 || month >= 20)
  return plausible && 97 - remainder(digits.slice(0, 13), 97) === twoDigits(digits, 13)
}

/** Belastingdienst: weights 9..2 and -1, modulo 11. */
function isBsn(bsn: string): boolean {
  return !isRepeated(bsn) && weightedSum(bsn, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

/** Rijksregister: 97 less the rest of the first nine digits, with a 2 before them for births since 2000. */
function isBelgianNumber(number: string): boolean {
  const month = twoDigits(number, 2) % 20
  if (month > 12 || twoDigits(number, 4) > 31) return false
  const check = twoDigits(number, 9)
  const head = number.slice(0, 9)
  return check === 97 - remainder(head, 97) || check === 97 - remainder(`2${head}`, 97)
}

/** Österreichische Sozialversicherung: weights modulo 11 in the fourth digit, then the birth date. */
function isAustrianNumber(number: string): boolean {
  const check = weightedSum(number, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11
  const month = twoDigits(number, 6)
  return number[0] !== '0' && check === digitAt(number, 3) && (isDdmmyy(number, 4) || (month > 12 && month <= 15))
}

/** AHV: EAN-13 with 756 for Switzerland. */
function isAhv(ahv: string): boolean {
  const sum = weightedSum(ahv, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3])
  return ahv.startsWith('756') && (10 - (sum % 10)) % 10 === digitAt(ahv, 12)
}

/** Department of Social Protection: weights 8..2, a second letter times 9, modulo 23. */
function isPps(pps: string): boolean {
  const second = pps.length > 8 && pps[8] !== 'W' ? (pps.charCodeAt(8) - 64) * 9 : 0
  return 'WABCDEFGHIJKLMNOPQRSTUV'[(weightedSum(pps, [8, 7, 6, 5, 4, 3, 2]) + second) % 23] === pps[7]
}

/** CCSS: birth date, then Luhn and Verhoeff digits; here Luhn over the first twelve. */
function isLuxembourgNumber(number: string): boolean {
  return (
    isDayOfYear(twoDigits(number, 4), twoDigits(number, 6)) && luhn(number.slice(0, 12)) && /^(?:19|20)/.test(number)
  )
}

export const EU_WEST: readonly Entity[] = [
  {
    name: 'de_steuer_id',
    pack: 'de',
    labels: ['steuer id', 'steueridentifikationsnummer', 'steuerid', 'idnr', 'identifikationsnummer', 'tax id', 'tin'],
    forms: [...forms(0.45, '99 999 999 999'), ...forms(0.2, '99999999999')],
    check: isSteuerId,
  },
  {
    name: 'de_id_card',
    pack: 'de',
    labels: ['personalausweis', 'ausweisnummer', 'ausweis', 'identity card', 'id card'],
    forms: forms(0.1, 'AXXXXXXXX9', 'AXXXXXXXX9A'),
    check: isGermanIdCard,
  },
  {
    name: 'de_rvnr',
    pack: 'de',
    labels: ['rentenversicherung', 'rentenversicherungsnummer', 'sozialversicherungsnummer', 'rvnr', 'sv nummer'],
    forms: forms(0.6, '99999999A999', '99 999999 A 999'),
    check: isPensionNumber,
  },
  {
    name: 'fr_nir',
    pack: 'fr',
    labels: ['nir', 'securite sociale', 'insee', 'numero de secu', 'carte vitale', 'social security'],
    forms: [
      ...forms(0.8, '9 99 99 XX 999 999 99', '9 99 99 9X 999 999 99'),
      ...forms(0.4, '99999XX99999999', '99999 XX99999999'),
    ],
    check: isNir,
  },
  {
    name: 'nl_bsn',
    pack: 'nl',
    labels: ['bsn', 'burgerservicenummer', 'sofinummer', 'sofi'],
    forms: [...forms(0.2, '9999 99 999', '9999.99.999', '999.999.999'), ...forms(0.1, '999999999')],
    check: isBsn,
  },
  {
    name: 'be_national_number',
    pack: 'be',
    labels: ['rijksregister', 'rijksregisternummer', 'registre national', 'national number', 'niss', 'insz'],
    forms: [
      ...forms(0.85, '99.99.99-999.99'),
      ...forms(0.5, '999999-999-99', '999999 999 99'),
      ...forms(0.3, '99999999999'),
    ],
    check: isBelgianNumber,
  },
  {
    name: 'at_svnr',
    pack: 'at',
    labels: ['svnr', 'sozialversicherungsnummer', 'sv nummer', 'versicherungsnummer'],
    forms: [...forms(0.4, '9999 999999'), ...forms(0.15, '9999999999')],
    check: isAustrianNumber,
  },
  {
    name: 'ch_ahv',
    pack: 'ch',
    labels: ['ahv', 'avs', 'sozialversicherungsnummer', 'navs'],
    forms: [...forms(0.9, '999.9999.9999.99'), ...forms(0.5, '9999999999999')],
    check: isAhv,
  },
  {
    name: 'ie_pps',
    pack: 'ie',
    labels: ['pps', 'ppsn', 'personal public service'],
    forms: [...forms(0.4, '9999999AA'), ...forms(0.25, '9999999A')],
    check: isPps,
  },
  {
    name: 'lu_matricule',
    pack: 'lu',
    labels: ['matricule', 'ccss', 'numero national'],
    forms: forms(0.2, '9999999999999', '9999 9999 99999'),
    check: isLuxembourgNumber,
  },
  {
    name: 'eu_vat',
    pack: 'eu',
    labels: ['vat', 'ust idnr', 'ustid', 'ust id', 'tva', 'iva', 'btw', 'partita iva', 'tax id', 'tax number'],
    forms: forms(
      0.15,
      'AA99999999',
      'AA999999999',
      'AA9999999999',
      'AA99999999999',
      'AA999999999999',
      'AAA99999999',
      'AA999999999A99',
    ),
    check: (vat) =>
      /^(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)/.test(vat),
  },
  {
    name: 'hu_personal_id',
    pack: 'hu',
    labels: ['szemelyi szam', 'szemelyi azonosito', 'szemelyi'],
    forms: forms(0.2, '9-999999-9999', '9 999999 9999'),
    check: (id) => isYymmdd(id, 1),
  },
]
