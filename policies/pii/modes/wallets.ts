import { base58Version, isRippleAddress } from '../detect/checks/base58.js'
import { keccak256 } from '../detect/checks/keccak256.js'
import { sha256 } from '../detect/checks/sha256.js'
import type { Random } from './digest.js'
import { otherSegwit } from './segwit.js'

const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'
const HASH_BYTES = 20
const CHECK_BYTES = 4

/**
 * An address of a made-up hash, whose key nobody has, with the right check sum: Base58Check or Bech32 of the same version, or Ethereum's
 * with the case of EIP-55 where the original has it. Undefined for other addresses and entities.
 */
export function otherWallet(entity: string, address: string, random: Random): string | undefined {
  if (entity === 'ethereum_address') return otherEthereum(address, random)
  if (entity === 'ripple_address') return isRippleAddress(address) ? base58Check(0, RIPPLE, random) : undefined
  if (!/^(?:bitcoin|litecoin|dogecoin|tron)_address$/.test(entity)) return undefined
  const version = base58Version(address)
  return version === undefined ? otherSegwit(address, random) : base58Check(version, BITCOIN, random)
}

function base58Check(version: number, alphabet: string, random: Random): string {
  const payload = Uint8Array.from({ length: HASH_BYTES + 1 }, (_, index) => (index === 0 ? version : random(256)))
  const sum = sha256(sha256(payload)).subarray(0, CHECK_BYTES)
  return base58([...payload, ...sum], alphabet)
}

function base58(bytes: readonly number[], alphabet: string): string {
  let rest = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  let text = ''
  for (; rest > 0n; rest /= 58n) text = (alphabet[Number(rest % 58n)] ?? '') + text
  for (let index = 0; bytes[index] === 0; index++) text = (alphabet[0] ?? '') + text
  return text
}

function otherEthereum(address: string, random: Random): string | undefined {
  const hex = address.slice(2)
  if (!/^0x[\da-f]{40}$/i.test(address)) return undefined
  const made = Array.from(hex, () => random(16).toString(16)).join('')
  if (hex === hex.toLowerCase()) return `0x${made}`
  return `0x${hex === hex.toUpperCase() ? made.toUpperCase() : withEip55Case(made)}`
}

/** EIP-55: a letter is a capital where the hash of the lower-case address has a nibble above 7. */
function withEip55Case(hex: string): string {
  const hash = keccak256(Uint8Array.from(hex, (character) => character.charCodeAt(0)))
  return Array.from(hex, (letter, index) => {
    const nibble = ((hash[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15
    return nibble > 7 ? letter.toUpperCase() : letter
  }).join('')
}
