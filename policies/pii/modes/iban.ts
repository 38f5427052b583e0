import { mod97 } from '../detect/checks/iso7064.js'
import type { Random } from './digest.js'
import { otherCharacter } from './substitute.js'

/** An IBAN of the same country, length and print with the right check digits (ISO 13616); whose account it is, nobody knows. */
export function otherIban(written: string, random: Random): string | undefined {
  const [head = '', ...rest] = written.split(/(?<=^[A-Za-z]{2}\d{2})/)
  if (!/^[A-Za-z]{2}\d{2}$/.test(head)) return undefined
  const account = Array.from(rest.join(''), (character) => otherCharacter(character, random)).join('')
  const compact = account.replace(/[^A-Za-z\d]/g, '').toUpperCase()
  for (let check = 2; check <= 98; check++) {
    const digits = String(check).padStart(2, '0')
    if (mod97(`${compact}${head.slice(0, 2).toUpperCase()}${digits}`)) return `${head.slice(0, 2)}${digits}${account}`
  }
  return undefined
}
