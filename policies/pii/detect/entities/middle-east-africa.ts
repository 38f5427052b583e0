import { isYymmdd } from '../checks/dates.js'
import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { luhn } from '../checks/luhn.js'
import { type Entity, forms } from '../entity.js'

/** Türkiye's NVİ: two check digits over the first nine. */
function isTurkishId(id: string): boolean {
  if (id[0] === '0' || isRepeated(id)) return false
  const odd = weightedSum(id, [1, 0, 1, 0, 1, 0, 1, 0, 1])
  const even = weightedSum(id, [0, 1, 0, 1, 0, 1, 0, 1])
  const tenth = (((odd * 7 - even) % 10) + 10) % 10
  return tenth === digitAt(id, 9) && (odd + even + tenth) % 10 === digitAt(id, 10)
}

function isIsraeliId(id: string): boolean {
  return !isRepeated(id) && luhn(id)
}

const NATIONAL_ID = ['national id', 'identity card', 'id card', 'id number', 'identity number', 'identification number']

export const MIDDLE_EAST_AFRICA: readonly Entity[] = [
  {
    name: 'il_id',
    pack: 'il',
    labels: ['teudat zehut', 'israeli id', 'zehut', 'זהות'],
    forms: forms(0.1, '999999999'),
    check: isIsraeliId,
  },
  {
    name: 'tr_kimlik',
    pack: 'tr',
    labels: ['kimlik', 'tckn', 'tc no'],
    forms: forms(0.25, '99999999999'),
    check: isTurkishId,
  },
  {
    name: 'ae_emirates_id',
    pack: 'ae',
    labels: ['emirates id', 'eid'],
    forms: [...forms(0.8, '999-9999-9999999-9'), ...forms(0.2, '999999999999999')],
    check: (id) => id.startsWith('784') && luhn(id),
  },
  {
    name: 'sa_national_id',
    pack: 'sa',
    labels: ['iqama', 'saudi', 'absher'],
    hints: NATIONAL_ID,
    forms: forms(0.1, '9999999999'),
    check: (id) => (id[0] === '1' || id[0] === '2') && luhn(id),
  },
  {
    name: 'za_id',
    pack: 'za',
    labels: ['rsa id', 'sa id', 'south african', 'said'],
    hints: NATIONAL_ID,
    forms: [...forms(0.4, '9999999999999', '999999 9999 999', '999999 9999 99 9')],
    check: (id) => isYymmdd(id) && digitAt(id, 10) <= 2 && luhn(id),
  },
]
