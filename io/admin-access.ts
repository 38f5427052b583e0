import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { type AdminAnswer, type AdminRoute, type AdminTask, jsonAnswer } from './admin-route.js'

/** Who may see and change what is not open to everybody. */
export interface Access {
  /** What callers must show as `authorization: Bearer`. Without one only this machine may call. */
  readonly token?: string
  /** Whether the admin port listens on loopback only. */
  readonly loopback: boolean
}

/** The same routes, answering 401 or 403 to those who may not call them. */
export function guarded(access: Access, routes: readonly AdminRoute[]): readonly AdminRoute[] {
  return routes.map((route) => ({ ...route, handle: (task) => refusal(access, task) ?? route.handle(task) }))
}

/** Whether a host to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function refusal({ token: configured, loopback }: Access, { headers }: AdminTask): AdminAnswer | undefined {
  // A mounted secret often ends in a newline, which no header can show.
  const token = configured?.trim() ?? ''
  if (token !== '') {
    const [, shown = ''] = /^bearer +(.*)$/i.exec(headers.authorization ?? '') ?? []
    if (timingSafeEqual(digest(shown), digest(token))) return undefined
    return jsonAnswer(401, { error: 'the admin token is missing or wrong' }, { 'www-authenticate': 'Bearer' })
  }
  if (!loopback) return jsonAnswer(403, { error: 'off loopback this needs TOLLGATE_ADMIN_TOKEN to be set' })
  // A web page whose name was made to point at 127.0.0.1 (DNS rebinding) calls by that name.
  if (!isLocalAuthority(headers.host ?? ''))
    return jsonAnswer(403, { error: 'call this by localhost or by its address' })
  return undefined
}

function isLocalAuthority(authority: string): boolean {
  const host = authority.replace(/:\d+$/, '')
  return host.toLowerCase() === 'localhost' || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0
}

/** Digests have one length, so that comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
