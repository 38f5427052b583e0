const CHARACTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const BECH32 = 1
const BECH32M = 0x2bc830a3

function polymod(values: readonly number[]): number {
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let index = 0; index < 5; index++) if ((top >> index) & 1) check ^= GENERATOR[index] ?? 0
  }
  return check
}

/** Bytes in the 5-bit groups of a witness program, or -1 where the padding is not at most 4 zero bits. */
function programLength(groups: readonly number[]): number {
  const bits = groups.length * 5
  const padding = bits % 8
  if (padding > 4 || ((groups.at(-1) ?? 0) & ((1 << padding) - 1)) !== 0) return -1
  return Math.floor(bits / 8)
}

function isWitnessProgram(version: number, length: number): boolean {
  if (version > 16 || length < 2 || length > 40) return false
  return version !== 0 || length === 20 || length === 32
}

/**
 * Whether `text` is a segregated witness address with that human-readable part (`bc`, `ltc`): BIP 173, with Bech32m from
 * witness version 1 on (BIP 350). Mixed case is none.
 */
export function isSegwitAddress(text: string, prefix: string): boolean {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) return false
  if (!lower.startsWith(`${prefix}1`) || lower.length > 90) return false
  const groups = Array.from(lower.slice(prefix.length + 1), (character) => CHARACTERS.indexOf(character))
  const version = groups[0] ?? -1
  if (groups.length < 8 || groups.includes(-1)) return false
  const human = Array.from(prefix, (character) => character.charCodeAt(0))
  const expanded = [...human.map((code) => code >> 5), 0, ...human.map((code) => code & 31), ...groups]
  if (polymod(expanded) !== (version === 0 ? BECH32 : BECH32M)) return false
  return isWitnessProgram(version, programLength(groups.slice(1, -6)))
}
