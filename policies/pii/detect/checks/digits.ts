/** The value of the decimal digit at `index` of `text`; what is no digit gives a value outside 0..9. */
export function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 48
}

/** The sum of the digits from `offset` on, each times its weight; `weights.length` digits are read. */
export function weightedSum(text: string, weights: readonly number[], offset = 0): number {
  let sum = 0
  for (let index = 0; index < weights.length; index++) sum += digitAt(text, offset + index) * (weights[index] ?? 0)
  return sum
}

/** Whether all digits are the same; no authority issues such a number. */
export function isRepeated(text: string): boolean {
  for (let index = 1; index < text.length; index++) if (text[index] !== text[0]) return false
  return true
}

/** 0..9 and A..Z as 0..35; anything else as NaN or a number outside. */
export function alphanumericValue(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 58 ? code - 48 : code - 55
}

/** The remainder of a decimal number of any length. */
export function remainder(digits: string, modulus: number): number {
  let rest = 0
  for (let index = 0; index < digits.length; index++) rest = (rest * 10 + digitAt(digits, index)) % modulus
  return rest
}
