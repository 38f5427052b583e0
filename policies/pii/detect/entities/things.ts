import { isRepeated, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

const VIN_VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
}

function isVinMask(vin: string): boolean {
  return /^(?=.*[A-Z])(?=.*\d.*\d)[A-HJ-NPR-Z\d]{13}\d{4}$/.test(vin)
}

/** 49 CFR 565.15: letters as digits, weights, modulo 11 in the ninth place with X for 10. */
function isVin(vin: string): boolean {
  if (!isVinMask(vin)) return false
  const digits = Array.from(vin, (character) => VIN_VALUES[character] ?? Number(character)).join('')
  const check = weightedSum(digits, [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return (check === 10 ? 'X' : String(check)) === vin[8]
}

/** What people own. */
export const THINGS: readonly Entity[] = [
  {
    name: 'license_plate',
    pack: 'global',
    labels: [
      'license plate',
      'licence plate',
      'number plate',
      'plate number',
      'registration plate',
      'kennzeichen',
      'matricula',
    ],
    value: { minDigits: 2, minLength: 5, maxLength: 10 },
  },
  {
    name: 'vin',
    pack: 'global',
    labels: ['vin', 'vehicle identification', 'chassis', 'fahrgestellnummer'],
    forms: [
      { form: 'X'.repeat(17), confidence: 0.55, check: (vin, raw) => raw === vin && isVin(vin) },
      { form: 'X'.repeat(17), confidence: 0.15, check: isVinMask },
    ],
  },
  {
    name: 'imei',
    pack: 'global',
    labels: ['imei'],
    forms: [...forms(0.3, '99-999999-999999-9', '99 999999 999999 9'), ...forms(0.15, '999999999999999')],
    check: (imei) => !isRepeated(imei) && luhn(imei),
  },
]
