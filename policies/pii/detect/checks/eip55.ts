import { keccak256 } from './keccak256.js'

/** Whether the 40 hex digits of an Ethereum address, without 0x, have the letter case that EIP-55 gives them. */
export function hasEip55Case(hex: string): boolean {
  const lower = hex.toLowerCase()
  const hash = keccak256(Uint8Array.from(lower, (character) => character.charCodeAt(0)))
  for (let index = 0; index < lower.length; index++) {
    const nibble = ((hash[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15
    const letter = lower[index] ?? ''
    if (hex[index] !== (nibble > 7 ? letter.toUpperCase() : letter)) return false
  }
  return true
}
