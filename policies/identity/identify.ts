import { GatewayError } from '../../core/errors.js'
import type { Identity } from '../../core/identity.js'
import type { Claims } from '../../core/settings.js'
import { plainAddress } from './address.js'
import type { AddressSource, IdentityRules, IdentitySource } from './rules.js'

const LONGEST = 256
const PARTS = ['user', 'team', 'organization', 'key', 'role', 'route'] as const

/** What neither a name nor an id holds, and what stands in the place of bytes that were no UTF-8. */
const UNUSABLE = /[\p{Cc}\p{Cs}\ufffd]/u

/**
 * Reads identities as the rules say. Values are trimmed, and empty ones are absent. Throws `GatewayError` on a value that could
 * be taken for somebody else's if it were made to fit: too long, with control characters, or a header with several values.
 */
export function identifier(rules: IdentityRules): (claims: Claims) => Identity {
  const parts = PARTS.flatMap((part) => {
    const source = rules[part]
    return source ? [[part, source] as const] : []
  })
  const tags = [...rules.tags]
  const { address } = rules
  if (address === undefined) return (claims) => Object.assign(present(parts, claims), { tags: present(tags, claims) })
  return (claims) => {
    const from = addressOf(address, claims)
    const named = Object.assign(present(parts, claims), { tags: present(tags, claims) })
    return from === undefined ? named : Object.assign(named, { address: from })
  }
}

/** The values that are there, by name. */
function present(
  sources: readonly (readonly [name: string, IdentitySource])[],
  claims: Claims,
): Record<string, string> {
  const found: [string, string][] = []
  for (const [name, source] of sources) {
    const value = read(source, claims)
    if (value !== undefined) found.push([name, value])
  }
  return Object.fromEntries(found)
}

/** Throws where there is none: what a rule keeps out by its address must not come in without one. */
function addressOf(source: AddressSource, claims: Claims): string | undefined {
  switch (source.from) {
    case 'gateway': {
      const seen = claims.address?.()
      if (seen === undefined) throw unseen()
      // A path of the file system, where the client came over a socket of that kind.
      return plainAddress(seen)
    }
    case 'header': {
      const element = claims.header(source.name)?.split(',').at(-source.fromRight)?.trim()
      const address = element === undefined ? undefined : plainAddress(element)
      if (address !== undefined) return address
      throw refusal('header', source.name, `has no IP address in place ${source.fromRight} from the right`)
    }
  }
}

function unseen(): GatewayError {
  const message = 'The gateway does not say where this request came from; its configuration has to be rendered anew.'
  return new GatewayError('upstream_unavailable', message)
}

function read(source: IdentitySource, claims: Claims): string | undefined {
  switch (source.from) {
    case 'header': {
      const value = checked(claims.header(source.name), 'header', source.name)
      // A second value may be one that the client sent and the gateway did not remove.
      if (value?.includes(',')) throw refusal('header', source.name, 'has more than one value, or a comma in it')
      return value
    }
    case 'claim':
      return checked(claims.claim?.(source.path), 'claim', source.path)
  }
}

function checked(raw: string | undefined, from: IdentitySource['from'], name: string): string | undefined {
  const value = raw?.trim()
  if (value === undefined || value === '') return undefined
  if (value.length > LONGEST) throw refusal(from, name, `is longer than ${LONGEST} characters`)
  if (UNUSABLE.test(value)) throw refusal(from, name, 'holds a control character or is not UTF-8')
  return value
}

function refusal(from: IdentitySource['from'], name: string, why: string): GatewayError {
  return new GatewayError('malformed_request', `The ${from} '${name}' ${why}.`, { param: name })
}
