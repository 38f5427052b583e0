import { z } from 'zod'
import type { AddressSource, IdentityRules, IdentitySource } from '../../policies/identity/rules.js'
import { byShape } from './by-shape.js'
import { AT_KEY, keyed, namedSection, section } from './maps.js'
import { integer } from './values.js'

const PARTS = ['user', 'team', 'organization', 'key', 'role', 'route'] as const

/** What only the two ends of a connection may set, and what holds credentials. */
const REFUSED_HEADERS = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'authorization', 'cookie', 'x-api-key', 'api-key', 'x-goog-api-key'],
])

/** The section `identity`: where the gateway says who is calling. */
export function identity() {
  const headers = section(each(headerName().optional()))
  const claims = section(each(claimPath().optional()))
  return section({
    headers,
    claims,
    tags: section({
      headers: namedSection(tagName(), headerName(), 'tag names to names of headers'),
      claims: namedSection(tagName(), claimPath(), 'tag names to claims'),
    }),
    address: address().optional(),
  })
    .superRefine(({ headers, claims, tags }, context) => {
      const twice = (path: readonly string[]) =>
        context.addIssue({ code: 'custom', path: [...path], message: TWICE, params: AT_KEY })
      for (const part of PARTS) {
        if (headers[part] !== undefined && claims[part] !== undefined) twice(['claims', part])
      }
      for (const tag of tags.claims.keys()) if (tags.headers.has(tag)) twice(['tags', 'claims', tag])
    })
    .transform(({ headers, claims, tags, address }): IdentityRules => {
      const sources = PARTS.flatMap((part) => {
        const source = sourceOf(headers[part], claims[part])
        return source === undefined ? [] : [[part, source] as const]
      })
      const tagged = [
        ...[...tags.headers].map(([tag, name]) => [tag, header(name)] as const),
        ...[...tags.claims].map(([tag, path]) => [tag, claim(path)] as const),
      ]
      return { ...Object.fromEntries(sources), tags: new Map(tagged), ...(address && { address }) }
    })
}

const TWICE = 'is given in headers too; a part of an identity has one source'

/** The name of a tag, as a map's key. */
export function tagName() {
  return z.string().refine((name) => /^[A-Za-z0-9._-]{1,64}$/.test(name), {
    error: 'is not a tag name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed',
    params: AT_KEY,
  })
}

/** Stands for tags of every name. */
export const ANY_TAG = 'tag:*'

/** What a virtual key says of its bearer. */
const OF_KEYS = ['user', 'team', 'organization', 'role', 'key', ANY_TAG]

/**
 * The dimensions that a file's `identity` establishes (`user`, `tag:env`, `address`), valid or not, and those of keys of Tollgate's own
 * where it has them; undefined when it is no map, and nothing can be said.
 */
export function establishedBy(
  identity: unknown,
  keys: 'keys' | 'no keys' = 'no keys',
): ReadonlySet<string> | undefined {
  const ofKeys = keys === 'keys' ? OF_KEYS : []
  if (identity === undefined || identity === null) return new Set(ofKeys)
  if (!(identity instanceof Map)) return undefined
  const ofAddress = identity.get('address') === undefined ? [] : ['address']
  const tags: unknown = identity.get('tags')
  const parts = [...keysOf(identity, 'headers'), ...keysOf(identity, 'claims')]
  const tagged = [...keysOf(tags, 'headers'), ...keysOf(tags, 'claims')]
  return new Set([...parts, ...tagged.map((tag) => `tag:${tag}`), ...ofKeys, ...ofAddress])
}

function keysOf(map: unknown, key: string): readonly string[] {
  const inner: unknown = map instanceof Map ? map.get(key) : undefined
  return inner instanceof Map ? [...inner.keys()].map(String) : []
}

function each<Value extends z.ZodType>(value: Value) {
  return { user: value, team: value, organization: value, key: value, role: value, route: value }
}

function sourceOf(name: string | undefined, path: string | undefined): IdentitySource | undefined {
  if (name !== undefined) return header(name)
  return path === undefined ? undefined : claim(path)
}

function header(name: string): IdentitySource {
  return { from: 'header', name }
}

function claim(path: string): IdentitySource {
  return { from: 'claim', path }
}

const ADDRESS = 'must be gateway, or { header: ..., fromRight: ... }'
const MOST_PROXIES = 32

/** Where the address of a client is. */
function address() {
  const gateway = z.literal('gateway', { error: ADDRESS }).transform((from): AddressSource => ({ from }))
  const forwarded = keyed({ header: headerName(), fromRight: integer(1, MOST_PROXIES).default(1) }).transform(
    ({ header, fromRight }): AddressSource => ({ from: 'header', name: header, fromRight }),
  )
  return byShape<AddressSource>((input) => (input instanceof Map ? forwarded : gateway))
}

function headerName() {
  const error = 'must be the name of a header such as x-user-id'
  return z
    .string({ error })
    .toLowerCase()
    .superRefine((name, context) => {
      const message = headerFault(name)
      if (message !== undefined) context.addIssue({ code: 'custom', message: message === '' ? error : message })
    })
}

function headerFault(name: string): string | undefined {
  if (name.startsWith(':')) return 'must not be a pseudo-header; name a header that the gateway sets'
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/.test(name)) return ''
  if (/^x-(tollgate|envoy)-/.test(name)) return 'must not begin with x-tollgate- or x-envoy-; these have other meanings'
  if (REFUSED_HEADERS.has(name)) {
    return 'must not be a header of the connection or of credentials; name one that the gateway sets after it checked them'
  }
  return undefined
}

function claimPath() {
  const error = 'must be the name of a claim such as sub, or a path of names such as org.team'
  return z
    .string({ error })
    .max(256, { error })
    .regex(/^[^\s\p{C}.]+(\.[^\s\p{C}.]+)*$/u, { error })
}
