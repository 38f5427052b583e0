import { base58Version, isRippleAddress } from '../checks/base58.js'
import { isSegwitAddress } from '../checks/bech32.js'
import { hasEip55Case } from '../checks/eip55.js'
import { mayEnd } from './boundary.js'
import { offer } from './offer.js'
import type { Scan } from './state.js'

/** Version bytes of addresses: public key hash and script hash. */
const VERSIONS: Readonly<Record<number, string>> = {
  0: 'bitcoin_address',
  5: 'bitcoin_address',
  30: 'dogecoin_address',
  22: 'dogecoin_address',
  48: 'litecoin_address',
  50: 'litecoin_address',
  65: 'tron_address',
}

/** An address without a check sum (all of one case) is one only where somebody says so. */
const UNCHECKED = 0.15
const CHECKED = 0.95

function ethereum(token: string): readonly [string, number] | undefined {
  const hex = token.slice(2)
  if (!/^[\da-f]{40}$/i.test(hex)) return undefined
  if (hex === hex.toLowerCase() || hex === hex.toUpperCase()) return ['ethereum_address', UNCHECKED]
  return hasEip55Case(hex) ? ['ethereum_address', CHECKED] : undefined
}

function walletOf(token: string): readonly [string, number] | undefined {
  if (token.startsWith('0x')) return token.length === 42 ? ethereum(token) : undefined
  if (isSegwitAddress(token, 'bc')) return ['bitcoin_address', CHECKED]
  if (isSegwitAddress(token, 'ltc')) return ['litecoin_address', CHECKED]
  if (token.length > 35) return undefined
  if (token[0] === 'r' && isRippleAddress(token)) return ['ripple_address', CHECKED]
  const entity = VERSIONS[base58Version(token) ?? -1]
  return entity ? [entity, CHECKED] : undefined
}

/** Whether an address may begin with that character: nothing else is decoded. */
const FIRST = new Set('13LMADT9rb0lBNmt')

/** Tokens with fewer characters are none. */
export const SHORTEST_WALLET = 25

/** Proposes the wallet that the whole token is. */
export function readWallet(scan: Scan, start: number, end: number): void {
  const length = end - start
  if (length < SHORTEST_WALLET || length > 90 || !FIRST.has(scan.text[start] ?? '') || !mayEnd(scan, end)) return
  scan.steps += length
  const found = walletOf(scan.text.slice(start, end))
  if (found) offer(scan, scan.rules.places.wallets[found[0]] ?? -1, found[1], start, end, 'wallet')
}
