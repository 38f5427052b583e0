import { isSegwitAddress } from '../detect/checks/bech32.js'
import type { Random } from './digest.js'

const CHARACTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const CHECK_GROUPS = 6
const BECH32 = 1
const BECH32M = 0x2bc830a3

/** A segregated witness address of a made-up program: prefix, version, length and case stay (BIP 173, BIP 350). Undefined for others. */
export function otherSegwit(address: string, random: Random): string | undefined {
  const lower = address.toLowerCase()
  const prefix = /^(bc|ltc)1/.exec(lower)?.[1]
  if (prefix === undefined || !isSegwitAddress(address, prefix)) return undefined
  const version = CHARACTERS.indexOf(lower[prefix.length + 1] ?? '')
  const groups = [version, ...programOf(lower.length - prefix.length - 2 - CHECK_GROUPS, random)]
  const made = `${prefix}1${written([...groups, ...checkOf(prefix, groups, version === 0 ? BECH32 : BECH32M)])}`
  return address === lower ? made : made.toUpperCase()
}

function written(groups: readonly number[]): string {
  return groups.map((group) => CHARACTERS[group] ?? '').join('')
}

/** So many groups of 5 bits; those that fill up the last byte are zero. */
function programOf(length: number, random: Random): readonly number[] {
  const padding = (length * 5) % 8
  return Array.from({ length }, (_, index) => {
    const group = random(32)
    return index === length - 1 ? (group >> padding) << padding : group
  })
}

function checkOf(prefix: string, groups: readonly number[], constant: number): readonly number[] {
  const human = Array.from(prefix, (character) => character.charCodeAt(0))
  const expanded = [...human.map((code) => code >> 5), 0, ...human.map((code) => code & 31), ...groups]
  const check = polymod([...expanded, 0, 0, 0, 0, 0, 0]) ^ constant
  return [25, 20, 15, 10, 5, 0].map((shift) => (check >>> shift) & 31)
}

function polymod(values: readonly number[]): number {
  return values.reduce((check, value) => {
    const shifted = ((check & 0x1ffffff) << 5) ^ value
    return GENERATOR.reduce((sum, term, bit) => ((check >>> (25 + bit)) & 1 ? sum ^ term : sum), shifted)
  }, 1)
}
