import { isBirthYyyymmdd, isDayOfYear, isYymmdd, twoDigits } from '../checks/dates.js'
import { digitAt, isRepeated, weightedSum } from '../checks/digits.js'
import { mod11Radix2 } from '../checks/iso7064.js'
import { type Entity, forms } from '../entity.js'

/** GB 11643: a province, a birth date, ISO 7064 MOD 11-2. */
function isChineseId(id: string): boolean {
  const province = twoDigits(id, 0)
  return province >= 11 && province <= 91 && isBirthYyyymmdd(id, 6) && mod11Radix2(id)
}

/** Birth date and century; ids issued since October 2020 have no check digit, so that it is not asked for. */
function isKoreanId(id: string): boolean {
  return isYymmdd(id) && /^.{6}[0-9]/.test(id) && !isRepeated(id.slice(6))
}

/** The check digit that ids had before: weights modulo 11. */
function isCheckedKoreanId(id: string): boolean {
  return isKoreanId(id) && (11 - (weightedSum(id, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digitAt(id, 12)
}

/** Ordinance of the Ministry of Internal Affairs: weights modulo 11, remainders 0 and 1 give 0. */
function isMyNumber(number: string): boolean {
  const rest = weightedSum(number, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return !isRepeated(number) && (rest < 2 ? 0 : 11 - rest) === digitAt(number, 11)
}

const NRIC_LETTERS: Readonly<Record<string, readonly [offset: number, letters: string]>> = {
  S: [0, 'JZIHGFEDCBA'],
  T: [4, 'JZIHGFEDCBA'],
  F: [0, 'XWUTRQPNMLK'],
  G: [4, 'XWUTRQPNMLK'],
  M: [3, 'KLJNPQRTUWX'],
}

/** Singapore ICA: weights modulo 11, letters by series. */
function isNric(nric: string): boolean {
  const series = NRIC_LETTERS[nric[0] ?? '']
  if (!series) return false
  const rest = (weightedSum(nric, [2, 7, 6, 5, 4, 3, 2], 1) + series[0]) % 11
  return series[1][nric[0] === 'M' ? 10 - rest : rest] === nric[8]
}

/** Hong Kong: letters as 10..35, a missing first one as 36, modulo 11 with A for 10. */
function isHkid(hkid: string): boolean {
  const padded = hkid.padStart(9, ' ')
  let sum = 0
  for (let index = 0; index < 9; index++) {
    const code = padded.charCodeAt(index)
    const value = code === 32 ? 36 : code < 58 ? code - 48 : code - 55
    sum += value * (9 - index)
  }
  return sum % 11 === 0 && /[\dA]$/.test(hkid)
}

/** The letter's number by region, in the order of issue. */
const TAIWAN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

function isTaiwanId(id: string): boolean {
  if (!/^[A-Z][1289A-D]/.test(id)) return false
  const region = TAIWAN_LETTERS.indexOf(id[0] ?? '') + 10
  const sum = Math.floor(region / 10) + (region % 10) * 9 + weightedSum(id, [8, 7, 6, 5, 4, 3, 2, 1], 1)
  return (sum + digitAt(id, 9)) % 10 === 0
}

function isThaiId(id: string): boolean {
  const check = (11 - (weightedSum(id, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10
  return /^[1-8]/.test(id) && !isRepeated(id) && check === digitAt(id, 12)
}

/** Regency code, then the birth date with women's day plus 40. */
function isNik(nik: string): boolean {
  const day = twoDigits(nik, 6)
  return nik >= '11' && isDayOfYear(twoDigits(nik, 8), day > 40 ? day - 40 : day) && nik.slice(12) !== '0000'
}

/** Codes of birthplaces that Malaysia's JPN does not give out. */
const NO_BIRTHPLACE = new Set([0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97])

const NATIONAL_ID = ['national id', 'identity card', 'id card', 'id number', 'identity number', 'identification number']

export const ASIA: readonly Entity[] = [
  {
    name: 'cn_resident_id',
    pack: 'cn',
    labels: ['resident id', 'identity card', 'id card', 'id number', '身份', '身分', 'shenfenzheng'],
    forms: forms(0.85, '99999999999999999X', '999999 99999999 999X'),
    check: isChineseId,
  },
  {
    name: 'kr_rrn',
    pack: 'kr',
    labels: ['rrn', 'resident registration', 'alien registration', 'jumin', '주민', '등록'],
    forms: [
      { form: '999999-9999999', confidence: 0.7, check: isCheckedKoreanId },
      ...forms(0.35, '999999-9999999'),
      ...forms(0.1, '9999999999999'),
    ],
    check: isKoreanId,
  },
  {
    name: 'jp_my_number',
    pack: 'jp',
    labels: ['my number', 'mynumber', 'individual number', 'kojin bango', 'マイ', '個人', 'ナン'],
    forms: [...forms(0.2, '9999 9999 9999', '9999-9999-9999'), ...forms(0.15, '999999999999')],
    check: isMyNumber,
  },
  {
    name: 'sg_nric',
    pack: 'sg',
    labels: ['nric', 'fin', 'uin'],
    hints: NATIONAL_ID,
    forms: forms(0.6, 'A9999999A'),
    check: isNric,
  },
  {
    name: 'hk_hkid',
    pack: 'hk',
    labels: ['hkid', 'hong kong id'],
    hints: NATIONAL_ID,
    forms: [...forms(0.65, 'A999999(X)', 'AA999999(X)'), ...forms(0.2, 'A999999X', 'AA999999X')],
    check: isHkid,
  },
  {
    name: 'tw_id',
    pack: 'tw',
    labels: ['taiwan', '身分'],
    hints: NATIONAL_ID,
    forms: forms(0.4, 'AX99999999'),
    check: isTaiwanId,
  },
  {
    name: 'th_id',
    pack: 'th',
    labels: ['thai'],
    hints: NATIONAL_ID,
    forms: [...forms(0.7, '9-9999-99999-99-9', '9 9999 99999 99 9'), ...forms(0.1, '9999999999999')],
    check: isThaiId,
  },
  {
    name: 'my_nric',
    pack: 'my',
    labels: ['mykad', 'nric', 'kad pengenalan'],
    hints: NATIONAL_ID,
    forms: [...forms(0.5, '999999-99-9999'), ...forms(0.1, '999999999999')],
    check: (id) => isYymmdd(id) && !NO_BIRTHPLACE.has(twoDigits(id, 6)),
  },
  {
    name: 'id_nik',
    pack: 'id',
    labels: ['nik', 'ktp', 'kependudukan'],
    forms: forms(0.15, '9999999999999999'),
    check: isNik,
  },
]
