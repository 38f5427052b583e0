import { mayEnd } from './boundary.js'
import { classAt, codeAt, isDigitAt, WORD } from './characters.js'
import { offer } from './offer.js'
import { look, type Scan } from './state.js'

const LONGEST_IPV6 = 45
const LONGEST_GROUP = 4
const COLON = 58
/** Hexadecimal digits and colons. */
const IN_IPV6 = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  /^[\da-f:]$/i.test(String.fromCharCode(code)) ? 1 : 0,
)

/** The four octets at `start` and where they end; undefined where there are not four up to 255 without leading zeroes. */
function octetsAt(scan: Scan, start: number): { readonly octets: readonly number[]; readonly end: number } | undefined {
  const { codes } = scan
  const octets: number[] = []
  let index = start
  for (;;) {
    const first = index
    let value = 0
    while (isDigitAt(codes, index) && index - first < 4) value = value * 10 + codeAt(codes, index++) - 48
    look(scan, index)
    const padded = index - first > 1 && codes[first] === 48
    if (index === first || index - first > 3 || value > 255 || padded) return undefined
    octets.push(value)
    if (octets.length === 4) return { octets, end: index }
    if (codes[index++] !== 46) return undefined
  }
}

/** Nobody's: this host, loopback, documentation (RFC 5737), broadcast, and masks. */
function isNobodys(octets: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0] = octets
  if (a === 0 || a === 127 || a === 255) return true
  const block = `${a}.${b}.${c}`
  return block === '192.0.2' || block === '198.51.100' || block === '203.0.113'
}

/** Proposes an IPv4 address. Four small numbers are a version as likely, but for the private 10.0.0.0/8. */
export function readIpv4(scan: Scan, start: number): void {
  const found = octetsAt(scan, start)
  if (!found || isNobodys(found.octets)) return
  // A port may follow.
  if (codeAt(scan.codes, found.end) !== COLON && !mayEnd(scan, found.end)) return
  look(scan, found.end)
  const small = found.octets[0] !== 10 && found.octets.every((octet) => octet < 32)
  offer(scan, scan.rules.places.ip, small ? 0.4 : 0.7, start, found.end, 'ip')
}

/** Whether eight groups, or fewer with one `::`, stand for an address that is somebody's (RFC 4291, RFC 3849). */
function isIpv6(address: string): boolean {
  const halves = address.split('::')
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (halves.length > 2 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false
  if (halves.length === 1 ? groups.length !== 8 : groups.length > 7 || groups.length < 2) return false
  // Fewer groups are as likely to be names in a program: `dead::beef`.
  const plausible = groups.length >= 4 || /^(?:2[\da-f]{3}|fe80|f[cd][\da-f]{2}):/i.test(address)
  return plausible && /\d/.test(address) && !/^2001:0?db8:/i.test(address)
}

/** Whether a group of an address, or `::`, stands before `start`: what begins there is its tail. */
function isTailOfIpv6({ codes }: Scan, start: number): boolean {
  if (codeAt(codes, start - 1) !== COLON) return false
  let index = start - 2
  while (start - index <= LONGEST_GROUP + 2 && IN_IPV6[codeAt(codes, index)] && codeAt(codes, index) !== COLON) index--
  if (codeAt(codes, index) === COLON) return true
  const length = start - 2 - index
  return length > 0 && length <= LONGEST_GROUP && !(classAt(codes, index) & WORD)
}

/** Proposes an IPv6 address that begins with the hexadecimal group at `start`. */
export function readIpv6(scan: Scan, start: number): void {
  if (isTailOfIpv6(scan, start)) return
  const { text } = scan
  let end = start
  while (end - start <= LONGEST_IPV6 && IN_IPV6[codeAt(scan.codes, end)]) end++
  look(scan, end)
  scan.steps += end - start
  const next = classAt(scan.codes, end) & WORD
  const trimmed = text[end - 1] === ':' && text[end - 2] !== ':' ? end - 1 : end
  if (next || trimmed - start < 6 || trimmed - start > 39 || !isIpv6(text.slice(start, trimmed))) return
  offer(scan, scan.rules.places.ip, 0.85, start, trimmed, 'ip')
}
