import type { Random } from './digest.js'
import { withDigits } from './substitute.js'

/**
 * A number in the form of an SSN that nobody has: the SSA issues no area from 900 on, and the groups of 01 to 49 keep it out of
 * the IRS's 9xx numbers (ITIN from 50 on, ATIN 93). The detector finds it where it has dashes and a label, as it does any stated SSN.
 */
export function otherSsn(written: string, random: Random): string | undefined {
  if (written.replace(/\D/g, '').length !== 9) return undefined
  const part = (least: number, most: number, length: number): string =>
    String(least + random(most - least + 1)).padStart(length, '0')
  return withDigits(written, part(900, 999, 3) + part(1, 49, 2) + part(1, 9999, 4))
}
