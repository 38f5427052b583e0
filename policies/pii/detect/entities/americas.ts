import { isYymmdd } from '../checks/dates.js'
import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** The check digit of Receita Federal: modulo 11, remainders below 2 give 0. */
function receitaDigit(sum: number): number {
  return sum % 11 < 2 ? 0 : 11 - (sum % 11)
}

function isCpf(cpf: string): boolean {
  const first = receitaDigit(weightedSum(cpf, [10, 9, 8, 7, 6, 5, 4, 3, 2]))
  const second = receitaDigit(weightedSum(cpf, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))
  return !isRepeated(cpf) && first === digitAt(cpf, 9) && second === digitAt(cpf, 10)
}

/** Letters count as their ASCII code less 48 (Instrução Normativa RFB 2229/2024), which digits do anyway. */
function isCnpj(cnpj: string): boolean {
  const first = receitaDigit(weightedSum(cnpj, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
  const second = receitaDigit(weightedSum(cnpj, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
  return !isRepeated(cnpj) && first === digitAt(cnpj, 12) && second === digitAt(cnpj, 13)
}

/** AFIP: kinds of holders, and modulo 11. */
function isCuit(cuit: string): boolean {
  if (!/^(?:2[03457]|3[034]|5[015])/.test(cuit)) return false
  return '012345678990'[11 - (weightedSum(cuit, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)] === cuit[10]
}

/** Chile's Registro Civil: factors 2 to 7 from the right, modulo 11, K for 10. */
function isRut(rut: string): boolean {
  const weights = Array.from({ length: rut.length - 1 }, (_, index) => 2 + ((rut.length - 2 - index) % 6))
  return '0K987654321'[weightedSum(rut, weights) % 11] === rut.at(-1)
}

const CURP = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ'

/** RENAPO: birth date, sex, and a check digit over the first 17 characters. */
function isCurp(curp: string): boolean {
  if (!/^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/.test(curp) || !isYymmdd(curp, 4)) return false
  let sum = 0
  for (let index = 0; index < 17; index++) sum += CURP.indexOf(curp[index] ?? '') * (18 - index)
  return (10 - (sum % 10)) % 10 === digitAt(curp, 17)
}

export const AMERICAS: readonly Entity[] = [
  {
    name: 'ca_sin',
    pack: 'ca',
    labels: ['sin', 'social insurance', 'nas', 'assurance sociale'],
    forms: [...forms(0.4, '999-999-999'), ...forms(0.25, '999 999 999'), ...forms(0.1, '999999999')],
    check: (sin) => sin[0] !== '0' && sin[0] !== '8' && !isRepeated(sin) && luhn(sin),
  },
  {
    name: 'br_cpf',
    pack: 'br',
    labels: ['cpf', 'pessoa fisica', 'contribuinte'],
    forms: [
      ...forms(0.85, '999.999.999-99'),
      ...forms(0.4, '999 999 999 99', '999999999-99'),
      ...forms(0.2, '99999999999'),
    ],
    check: isCpf,
  },
  {
    name: 'br_cnpj',
    pack: 'br',
    labels: ['cnpj', 'pessoa juridica'],
    forms: [...forms(0.85, 'XX.XXX.XXX/XXXX-99'), ...forms(0.3, '99999999999999')],
    check: isCnpj,
  },
  {
    name: 'ar_cuit',
    pack: 'ar',
    labels: ['cuit', 'cuil', 'tributaria'],
    forms: [...forms(0.6, '99-99999999-9'), ...forms(0.15, '99999999999')],
    check: isCuit,
  },
  {
    name: 'cl_rut',
    pack: 'cl',
    labels: ['rut', 'run', 'rol unico'],
    forms: [...forms(0.8, '99.999.999-X', '9.999.999-X'), ...forms(0.4, '99999999-X', '9999999-X')],
    check: isRut,
  },
  { name: 'mx_curp', pack: 'mx', labels: ['curp'], forms: forms(0.85, 'AAAA999999AAAAAAX9'), check: isCurp },
  {
    name: 'mx_rfc',
    pack: 'mx',
    labels: ['rfc', 'contribuyentes', 'sat'],
    forms: [...forms(0.5, 'AAAA999999XXX'), ...forms(0.2, 'AAA999999XXX')],
    check: (rfc) => isYymmdd(rfc, rfc.length - 9) && /[\dA]$/.test(rfc),
  },
]
