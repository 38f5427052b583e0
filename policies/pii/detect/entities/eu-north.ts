import { fourDigits, isDayOfYear, isDdmmyy, isYymmdd, twoDigits } from '../checks/dates.js'
import { digitAt, remainder, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** Skatteverket: the birth date (coordination numbers add 60 to the day), Luhn over the last ten digits. */
function isPersonnummer(number: string): boolean {
  const ten = number.slice(-10)
  const day = twoDigits(ten, 4)
  return isDayOfYear(twoDigits(ten, 2), day > 60 ? day - 60 : day) && luhn(ten)
}

function isLongPersonnummer(number: string): boolean {
  const year = fourDigits(number, 0)
  return year >= 1880 && year <= 2099 && isPersonnummer(number)
}

const HETU = '0123456789ABCDEFHJKLMNPRSTUVWXY'

/** DVV: birth date, a sign for the century (-, +, Y to U, A to F), the number modulo 31. */
function isHetu(compact: string, raw: string): boolean {
  const century = raw[6]?.toUpperCase() ?? ''
  if (!'-+YXWVUABCDEF'.includes(century) || !isDdmmyy(raw)) return false
  return HETU[remainder(raw.slice(0, 6) + raw.slice(7, 10), 31)] === compact.at(-1)
}

/** Skatteetaten: D numbers add 40 to the day, H numbers 40 to the month; two check digits modulo 11. */
function isFodselsnummer(number: string): boolean {
  const day = twoDigits(number, 0)
  const month = twoDigits(number, 2)
  if (!isDayOfYear(month > 40 ? month - 40 : month, day > 40 ? day - 40 : day)) return false
  const first = (11 - (weightedSum(number, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11
  const second = (11 - (weightedSum(number, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return first === digitAt(number, 9) && second === digitAt(number, 10)
}

/** Þjóðskrá: weights modulo 11 in the ninth digit, the century in the tenth. */
function isKennitala(number: string): boolean {
  const check = (11 - (weightedSum(number, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return isDdmmyy(number) && check === digitAt(number, 8) && /[089]$/.test(number)
}

/** Estonia and Lithuania: century and sex, birth date, weights modulo 11 in two rounds. */
function isBalticCode(code: string): boolean {
  if (!/^[1-8]/.test(code) || !isYymmdd(code, 1)) return false
  const first = weightedSum(code, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const second = weightedSum(code, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11
  return (first < 10 ? first : second % 10) === digitAt(code, 10)
}

export const EU_NORTH: readonly Entity[] = [
  {
    name: 'se_personnummer',
    pack: 'se',
    labels: ['personnummer', 'personnr', 'samordningsnummer', 'pnr'],
    forms: [
      ...forms(0.6, '999999-9999', '999999+9999'),
      { form: '99999999-9999', confidence: 0.75, check: isLongPersonnummer },
      { form: '999999999999', confidence: 0.4, check: isLongPersonnummer },
      ...forms(0.1, '9999999999'),
    ],
    check: isPersonnummer,
  },
  {
    name: 'fi_hetu',
    pack: 'fi',
    labels: ['hetu', 'henkilotunnus', 'sosiaaliturvatunnus', 'sotu', 'personbeteckning'],
    forms: forms(0.85, '999999-999X', '999999+999X', '999999A999X'),
    check: isHetu,
  },
  {
    name: 'dk_cpr',
    pack: 'dk',
    labels: ['cpr', 'personnummer', 'cpr nummer', 'cprnr'],
    forms: [...forms(0.3, '999999-9999'), ...forms(0.1, '9999999999', '999999 9999')],
    check: (number) => isDdmmyy(number),
  },
  {
    name: 'no_fodselsnummer',
    pack: 'no',
    labels: ['fodselsnummer', 'fnr', 'personnummer', 'd nummer'],
    forms: [...forms(0.65, '999999 99999'), ...forms(0.5, '99999999999')],
    check: isFodselsnummer,
  },
  {
    name: 'is_kennitala',
    pack: 'is',
    labels: ['kennitala', 'kt'],
    forms: [...forms(0.5, '999999-9999'), ...forms(0.1, '9999999999')],
    check: isKennitala,
  },
  {
    name: 'ee_isikukood',
    pack: 'ee',
    labels: ['isikukood', 'personal code', 'asmens kodas', 'ak'],
    forms: forms(0.3, '99999999999'),
    check: isBalticCode,
  },
  {
    name: 'lv_personas_kods',
    pack: 'lv',
    labels: ['personas kods', 'personas'],
    forms: forms(0.3, '999999-99999'),
    check: (id) => id.startsWith('32') || isDdmmyy(id),
  },
]
