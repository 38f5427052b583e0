import { sha256 } from './sha256.js'

const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** The XRP Ledger's order of the same characters (XRPL, base58 encodings). */
const RIPPLE = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz'

/** The bytes of a base 58 number with its leading zeroes; undefined where a character is not of the alphabet. */
function decode(text: string, alphabet: string): Uint8Array | undefined {
  const bytes: number[] = []
  for (const character of text) {
    let carry = alphabet.indexOf(character)
    if (carry < 0) return undefined
    for (let index = 0; index < bytes.length; index++) {
      carry += (bytes[index] ?? 0) * 58
      bytes[index] = carry & 0xff
      carry >>= 8
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff)
  }
  for (let index = 0; text[index] === alphabet[0]; index++) bytes.push(0)
  return Uint8Array.from(bytes.reverse())
}

/** The payload of Base58Check: version byte and data, when the first four bytes of the double SHA-256 agree. */
function checked(text: string, alphabet: string): Uint8Array | undefined {
  const bytes = decode(text, alphabet)
  if (!bytes || bytes.length < 5) return undefined
  const payload = bytes.subarray(0, -4)
  const sum = sha256(sha256(payload))
  return bytes.subarray(-4).every((byte, index) => byte === sum[index]) ? payload : undefined
}

/** The version byte of a 20-byte hash in Base58Check in the Bitcoin alphabet, or undefined. */
export function base58Version(text: string): number | undefined {
  const payload = checked(text, BITCOIN)
  return payload?.length === 21 ? payload[0] : undefined
}

/** Whether `text` is an account address of the XRP Ledger. */
export function isRippleAddress(text: string): boolean {
  const payload = checked(text, RIPPLE)
  return payload?.length === 21 && payload[0] === 0
}
