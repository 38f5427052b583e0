/**
 * Letters and digits as placeholders know them: in either case, O being 0, I and L being 1, as in Crockford's base 32
 * (https://www.crockford.com/base32.html). Names of entities are read the same way.
 */

const ZERO = 48
const CAPITAL_A = 65
const SMALL_A = 97

/** Units that `symbolOf` is defined for have a symbol of 0 to 35. */
export const SYMBOLS = 36

function canonical(letter: number): number {
  const name = String.fromCharCode(CAPITAL_A + letter)
  if (name === 'O') return 0
  return name === 'I' || name === 'L' ? 1 : 10 + letter
}

const TABLE = new Int8Array(128).fill(-1)
for (let digit = 0; digit < 10; digit++) TABLE[ZERO + digit] = digit
for (let letter = 0; letter < 26; letter++) TABLE[CAPITAL_A + letter] = TABLE[SMALL_A + letter] = canonical(letter)

/** The symbol of a UTF-16 unit; -1 for what is no ASCII letter or digit. */
export function symbolOf(unit: number): number {
  return unit < 128 ? (TABLE[unit] ?? -1) : -1
}

/** A run of ASCII letters and digits with one spelling for all that are read alike. */
export function canonicalOf(run: string): string {
  return run.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
}
