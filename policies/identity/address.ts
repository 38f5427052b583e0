/**
 * An IP address as proxies write it, without port, brackets and zone, in lower case; one of IPv4 that is mapped into IPv6 (RFC 4291,
 * 2.5.5.2) is the IPv4 one. Undefined for what is none.
 */
export function plainAddress(written: string): string | undefined {
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(written) ?? []
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(written) ?? []
  const [bare = ''] = (bracketed ?? beforePort ?? written).toLowerCase().split('%')
  if (isV4(bare)) return bracketed === undefined ? bare : undefined
  const groups = groupsOf(bare)
  if (groups === undefined) return undefined
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? [high, low].flatMap((part) => [part >> 8, part & 0xff]).join('.') : bare
}

function isV4(text: string): boolean {
  const parts = text.split('.')
  // What begins with 0 is octal to some readers.
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** The eight groups of an IPv6 address; undefined for what is none. */
function groupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const [before = '', after] = halves
  if (halves.length > 2) return undefined
  const left = groupsIn(before, after === undefined ? 'end' : 'inside')
  const right = after === undefined ? [] : groupsIn(after, 'end')
  if (left === undefined || right === undefined) return undefined
  const missing = 8 - left.length - right.length
  if (after === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...Array.from({ length: missing }, () => 0), ...right]
}

/** Groups with colons between; only at an address's end the last two may be written as IPv4. */
function groupsIn(text: string, place: 'inside' | 'end'): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else if (place === 'end' && index === parts.length - 1 && isV4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
      groups.push(a * 256 + b, c * 256 + d)
    } else return undefined
  }
  return groups
}
