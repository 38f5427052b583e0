import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { type Certificate, hasName } from './certificate.js'
import { type Answer, json, type Principal } from './operation.js'
import type { AdminSettings } from './settings.js'

export interface AuthenticationOptions {
  /** What whoever runs Tollgate shows as `authorization: Bearer`: an admin. */
  readonly token?: string | undefined
  /** Whether the admin port listens on loopback only. */
  readonly loopback: boolean
  /** The settings in force. */
  settings(): AdminSettings
}

/** What a caller shows. `certificate` is one that has been verified, and no other. */
export interface Shown {
  readonly headers: IncomingHttpHeaders
  readonly certificate?: Certificate | undefined
}

/** Who is calling, or what they are told instead. */
export type Authentication =
  | { readonly kind: 'known'; readonly principal: Principal }
  | { readonly kind: 'refused'; readonly answer: Answer }

/** How the trail names whoever shows TOLLGATE_ADMIN_TOKEN, and whoever calls from this machine where nothing need be shown. */
export const OWN_NAMES = { token: 'admin-token', local: 'local' } as const

const refused = (answer: Answer): Authentication => ({ kind: 'refused', answer })
const known = (principal: Principal): Authentication => ({ kind: 'known', principal })

/**
 * Tells who is calling. A token decides alone where one is shown; else the certificate does. Where the configuration knows neither
 * and the port is on loopback, the caller is an admin.
 */
export function createAuthentication({
  token,
  loopback,
  settings,
}: AuthenticationOptions): (shown: Shown) => Authentication {
  const tokensOf = memoized((of: AdminSettings) => knownTokens(of, token))

  return ({ headers, certificate }) => {
    const inForce = settings()
    const tokens = tokensOf(inForce)
    if (tokens.length === 0 && inForce.clients.length === 0) return unprotected(loopback, headers)
    const { authorization } = headers
    if (authorization === undefined && certificate !== undefined) return byCertificate(inForce, certificate)
    const [, shown = ''] = /^bearer +(.*)$/i.exec(authorization ?? '') ?? []
    const given = digest(shown)
    let principal: Principal | undefined
    // All of them, whichever it is: the time it takes tells nothing.
    for (const one of tokens) if (timingSafeEqual(given, one.digest)) principal = one.principal
    return principal === undefined ? refused(unknownCaller(inForce)) : known(principal)
  }
}

/** Whether callers have something to show: what is needed wherever others than this machine reach the port. */
export function isProtected(settings: AdminSettings, token: string | undefined): boolean {
  return (token ?? '').trim() !== '' || settings.tokens.length > 0 || settings.clients.length > 0
}

/** Whether a host to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

interface KnownToken {
  readonly principal: Principal
  readonly digest: Buffer
}

function knownTokens({ tokens }: AdminSettings, own: string | undefined): readonly KnownToken[] {
  // A mounted secret often ends in a newline, which no header can show.
  const trimmed = own?.trim() ?? ''
  const others = tokens.map(({ principal, token }) => ({ principal, digest: digest(token) }))
  return trimmed === '' ? others : [...others, { principal: admin(OWN_NAMES.token), digest: digest(trimmed) }]
}

function byCertificate({ clients }: AdminSettings, certificate: Certificate): Authentication {
  const found = clients.find((client) => hasName(certificate, client.certificate))
  if (found) return known(found.principal)
  return refused(json(401, { error: "no client of the configuration has this certificate's name" }, CHALLENGE))
}

function unknownCaller({ clients }: AdminSettings): Answer {
  const more = clients.length === 0 ? '' : ', and there is no certificate'
  return json(401, { error: `the admin token is missing or wrong${more}` }, CHALLENGE)
}

const CHALLENGE = { 'www-authenticate': 'Bearer' }

function unprotected(loopback: boolean, headers: IncomingHttpHeaders): Authentication {
  if (!loopback) return refused(json(403, { error: 'off loopback this needs TOLLGATE_ADMIN_TOKEN to be set' }))
  // A web page whose name was made to point at 127.0.0.1 (DNS rebinding) calls by that name.
  if (!isLocalAuthority(headers.host ?? ''))
    return refused(json(403, { error: 'call this by localhost or by its address' }))
  return known(admin(OWN_NAMES.local))
}

function admin(name: string): Principal {
  return { name, role: 'admin', teams: [] }
}

function isLocalAuthority(authority: string): boolean {
  const host = authority.replace(/:\d+$/, '')
  return host.toLowerCase() === 'localhost' || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0
}

/** Digests have one length, so that comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Settings stay the same object until the next reload. */
function memoized<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  let last: { readonly key: Key; readonly value: Value } | undefined
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) }
    return last.value
  }
}
