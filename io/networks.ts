import { BlockList, isIP } from 'node:net'

/** Some networks, as IP addresses are asked for in them. */
export interface Networks {
  /** Whether one of them has the address; never for text that is no address. */
  has(address: string): boolean
}

/** IPv4 addresses in IPv6's clothes (RFC 4291, 2.5.5.2), which sockets that serve both show. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const MAPPED_HEX = /^(?:::|(?:0{1,4}:){5})ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i

/**
 * Networks in CIDR form (`10.0.0.0/8`, `2001:db8::/32`); an address alone is a network of one. IPv4 addresses that are mapped into
 * IPv6 are the IPv4 ones, and a mapped network (`::ffff:10.0.0.0/104`) the IPv4 one too. Throws a RangeError for anything else.
 */
export function createNetworks(cidrs: readonly string[]): Networks {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const network = networkOf(cidr)
    if (network === undefined) throw new RangeError('this is no network in CIDR form such as 10.0.0.0/8')
    list.addSubnet(network.address, network.bits, network.family)
  }
  return {
    has(address) {
      const plain = plainAddress(address)
      const version = isIP(plain)
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** Whether a text is a network that `createNetworks` takes. */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined
}

interface Network {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

function networkOf(text: string): Network | undefined {
  const [, written = '', suffix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = plainAddress(written)
  const version = isIP(address)
  if (version === 0) return undefined
  const isMapped = version === 4 && isIP(written) === 6
  const longest = version === 4 && !isMapped ? 32 : 128
  const bits = suffix === undefined ? longest : Number(suffix)
  if (bits > longest) return undefined
  if (!isMapped) return { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' }
  return bits < 96 ? undefined : { address, bits: bits - 96, family: 'ipv4' }
}

/** Without what IPv6 adds to an IPv4 address, and without a zone. */
function plainAddress(address: string): string {
  const [bare = ''] = address.split('%')
  const dotted = MAPPED.exec(bare)?.[1]
  if (dotted !== undefined) return dotted
  const [, high, low] = MAPPED_HEX.exec(bare) ?? []
  if (high === undefined || low === undefined) return bare
  const value = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return value.flatMap((part) => [part >> 8, part & 0xff]).join('.')
}
