import { isDayOfYear, isDdmmyy, isYymmdd, twoDigits } from '../checks/dates.js'
import { digitAt, isRepeated, remainder, weightedSum } from '../checks/digits.js'
import { mod11And10 } from '../checks/iso7064.js'
import { type Entity, forms } from '../entity.js'

/** PESEL: the month carries the century in steps of 20; weights modulo 10. */
function isPesel(pesel: string): boolean {
  const sum = weightedSum(pesel, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3])
  return isDayOfYear(twoDigits(pesel, 2) % 20, twoDigits(pesel, 4)) && (10 - (sum % 10)) % 10 === digitAt(pesel, 10)
}

function isNip(nip: string): boolean {
  return !isRepeated(nip) && weightedSum(nip, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digitAt(nip, 9)
}

/** Rodné číslo: months plus 20, 50 or 70; ten digits divide by 11 (10 counting as 0). */
function isBirthNumber(number: string): boolean {
  const month = twoDigits(number, 2) % 50
  if (!isDayOfYear(month > 20 ? month - 20 : month, twoDigits(number, 4))) return false
  return remainder(number.slice(0, 9), 11) % 10 === digitAt(number, 9)
}

/** CNP: sex and century, birth date, county, weights modulo 11 with 10 as 1. */
function isCnp(cnp: string): boolean {
  const rest = weightedSum(cnp, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  return /^[1-9]/.test(cnp) && isYymmdd(cnp, 1) && (rest === 10 ? 1 : rest) === digitAt(cnp, 12)
}

/** ЕГН: months plus 20 or 40, weights modulo 11 with 10 as 0. */
function isEgn(egn: string): boolean {
  const rest = weightedSum(egn, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11
  return isDayOfYear(twoDigits(egn, 2) % 20, twoDigits(egn, 4)) && rest % 10 === digitAt(egn, 9)
}

/** EMŠO, JMBG: DDMMYYY, region, weights modulo 11. */
function isEmso(emso: string): boolean {
  const check = (11 - (weightedSum(emso, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return isDdmmyy(emso) && /^.{4}[90]/.test(emso) && check === digitAt(emso, 12)
}

export const EU_EAST: readonly Entity[] = [
  { name: 'pl_pesel', pack: 'pl', labels: ['pesel'], forms: forms(0.35, '99999999999'), check: isPesel },
  {
    name: 'pl_nip',
    pack: 'pl',
    labels: ['nip', 'numer identyfikacji podatkowej'],
    forms: [...forms(0.45, '999-999-99-99', '999-99-99-999'), ...forms(0.1, '9999999999')],
    check: isNip,
  },
  {
    name: 'cz_rodne_cislo',
    pack: 'cz',
    labels: ['rodne cislo', 'rc', 'r c', 'birth number'],
    forms: [...forms(0.7, '999999/9999'), ...forms(0.15, '9999999999')],
    check: isBirthNumber,
  },
  { name: 'ro_cnp', pack: 'ro', labels: ['cnp', 'cod numeric'], forms: forms(0.4, '9999999999999'), check: isCnp },
  { name: 'bg_egn', pack: 'bg', labels: ['egn', 'егн'], forms: forms(0.15, '9999999999'), check: isEgn },
  { name: 'hr_oib', pack: 'hr', labels: ['oib'], forms: forms(0.15, '99999999999'), check: mod11And10 },
  { name: 'si_emso', pack: 'si', labels: ['emso', 'jmbg'], forms: forms(0.35, '9999999999999'), check: isEmso },
  {
    name: 'ru_snils',
    pack: 'ru',
    labels: ['snils', 'снилс'],
    forms: [...forms(0.65, '999-999-999 99'), ...forms(0.15, '99999999999')],
    check: (id) => (weightedSum(id, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === twoDigits(id, 9),
  },
]
