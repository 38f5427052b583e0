import { pick, type Random } from './digest.js'

/** RFC 5737. */
const DOCUMENTATION: readonly [string, string, string] = ['192.0.2', '198.51.100', '203.0.113']
const MOST_RANDOM_GROUPS = 5

/** An address of the documentation ranges (RFC 5737, RFC 3849), which the detector takes for nobody's and does not find again. */
export function otherIp(written: string, random: Random): string {
  return written.includes(':') ? otherIpv6(written, random) : `${pick(random, DOCUMENTATION)}.${1 + random(254)}`
}

/** 2001:db8::/32, with as many groups of the same lengths behind it, as far as they fit. */
function otherIpv6(written: string, random: Random): string {
  const short = written.includes('::')
  const groups = written.split(/:+/).filter((group) => group !== '')
  const made = groups.slice(short ? -MOST_RANDOM_GROUPS : 2).map((group) => hexOf(Math.max(group.length, 1), random))
  return `2001:db8:${short ? ':' : ''}${made.join(':')}`
}

function hexOf(length: number, random: Random): string {
  return Array.from({ length }, (_, index) => (index === 0 ? 1 + random(15) : random(16)).toString(16)).join('')
}

/** One of the 256 hardware addresses for documentation, 00-00-5E-00-53-xx (RFC 9542, section 2.1.2), printed as the original. */
export function otherMac(written: string, random: Random): string | undefined {
  const digits = `00005e0053${hexOf(2, random)}`
  const count = written.replace(/[^\da-f]/gi, '').length
  if (count !== digits.length) return undefined
  let next = 0
  const made = written.replace(/[\da-f]/gi, () => digits[next++] ?? '')
  return /[A-F]/.test(written) ? made.toUpperCase() : made
}
