import { digitAt } from './digits.js'

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the month has that day in some year. */
export function isDayOfYear(month: number, day: number): boolean {
  return day >= 1 && day <= (LONGEST_MONTH[month - 1] ?? 0)
}

/** The two digits at `index` as a number. */
export function twoDigits(text: string, index: number): number {
  return digitAt(text, index) * 10 + digitAt(text, index + 1)
}

/** The four digits at `index` as a number. */
export function fourDigits(text: string, index: number): number {
  return twoDigits(text, index) * 100 + twoDigits(text, index + 2)
}

/** Whether YYMMDD stands at `index`. */
export function isYymmdd(text: string, index = 0): boolean {
  return isDayOfYear(twoDigits(text, index + 2), twoDigits(text, index + 4))
}

/** Whether DDMMYY stands at `index`. */
export function isDdmmyy(text: string, index = 0): boolean {
  return isDayOfYear(twoDigits(text, index + 2), twoDigits(text, index))
}

/** Whether YYYYMMDD of a person's possible birth stands at `index`. */
export function isBirthYyyymmdd(text: string, index = 0): boolean {
  const year = fourDigits(text, index)
  return year >= 1880 && year <= 2099 && isDayOfYear(twoDigits(text, index + 4), twoDigits(text, index + 6))
}
