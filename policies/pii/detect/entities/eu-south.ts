import { isDdmmyy } from '../checks/dates.js'
import { digitAt, isRepeated, remainder, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

const DNI = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** Ministerio del Interior: the number modulo 23. */
function isDni(dni: string): boolean {
  return DNI[remainder(dni.slice(0, 8), 23)] === dni[8] && !isRepeated(dni.slice(0, 8))
}

/** The same with X, Y, Z as 0, 1, 2. */
function isNie(nie: string): boolean {
  const first = 'XYZ'.indexOf(nie[0] ?? '-')
  return first >= 0 && DNI[remainder(first + nie.slice(1, 8), 23)] === nie[8]
}

/** Ministero delle Finanze, decree of 1976: values of characters at odd places, A to Z and 0 to 9 as A to J. */
const ODD_PLACES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** Letters that stand for digits where two people would have the same code. */
const OMOCODIA = /^[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/

function isCodiceFiscale(code: string): boolean {
  if (!OMOCODIA.test(code)) return false
  let sum = 0
  for (let index = 0; index < 15; index++) {
    const character = code.charCodeAt(index)
    const value = character < 58 ? character - 48 : character - 65
    sum += index % 2 === 0 ? (ODD_PLACES[value] ?? 0) : value
  }
  return code.charCodeAt(15) - 65 === sum % 26
}

/** Agenzia delle Entrate: seven digits, the province, Luhn. */
function isPartitaIva(number: string): boolean {
  const province = Number(number.slice(7, 10))
  const exists = (province >= 1 && province <= 100) || [120, 121, 888, 999].includes(province)
  return exists && luhn(number) && !number.startsWith('0000000')
}

/** AT (Portugal): weights 9..2 modulo 11. */
function isPortugueseNif(nif: string): boolean {
  const rest = weightedSum(nif, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return /^(?:[1235689]|45|7[0124-9])/.test(nif) && !isRepeated(nif) && (rest < 2 ? 0 : 11 - rest) === digitAt(nif, 8)
}

export const EU_SOUTH: readonly Entity[] = [
  {
    name: 'es_dni',
    pack: 'es',
    labels: ['dni', 'nif', 'documento nacional'],
    forms: forms(0.6, '99999999A', '99999999-A', '99.999.999-A', '99999999 A'),
    check: isDni,
  },
  {
    name: 'es_nie',
    pack: 'es',
    labels: ['nie', 'extranjero', 'residencia'],
    forms: forms(0.65, 'A9999999A', 'A-9999999-A', 'A9999999-A'),
    check: isNie,
  },
  {
    name: 'it_codice_fiscale',
    pack: 'it',
    labels: ['codice fiscale', 'cod fisc', 'cf', 'fiscal code'],
    forms: forms(0.9, 'AAAAAAXXAXXAXXXA'),
    check: isCodiceFiscale,
  },
  {
    name: 'it_partita_iva',
    pack: 'it',
    labels: ['partita iva', 'p iva', 'piva', 'iva'],
    forms: forms(0.1, '99999999999'),
    check: isPartitaIva,
  },
  {
    name: 'pt_nif',
    pack: 'pt',
    labels: ['nif', 'contribuinte', 'numero de identificacao fiscal'],
    forms: [...forms(0.2, '999 999 999'), ...forms(0.1, '999999999')],
    check: isPortugueseNif,
  },
  {
    name: 'gr_amka',
    pack: 'gr',
    labels: ['amka', 'αμκα'],
    forms: forms(0.3, '99999999999'),
    check: (number) => isDdmmyy(number) && luhn(number),
  },
]
