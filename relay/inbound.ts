import { randomUUID } from 'node:crypto'
import { type Caller, claimIn } from '../core/caller.js'
import type { Inbound } from '../core/gateway.js'
import { CONTEXT_HEADERS } from '../core/signed-context.js'
import type { ClientRequest } from './client.js'

const HIDDEN: ReadonlySet<string> = new Set(Object.values(CONTEXT_HEADERS))

/** Ids that can stand in logs and response headers; others are replaced. */
const REQUEST_ID = /^[\x21-\x7e]{1,200}$/

const BEYOND_ASCII = /[\x80-\xff]/

/** What the core is told of a request. Of the gateway's own headers it sees what was made of them, never the headers. */
export function inboundOf(request: ClientRequest, caller: Caller, hangUp: () => AbortSignal): Omit<Inbound, 'body'> {
  let claim: ReturnType<typeof claimIn> | undefined
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    requestId: requestIdOf(request),
    header: (name) => (HIDDEN.has(name) ? undefined : headerOf(request, name)),
    claim(path) {
      claim ??= claimIn(caller)
      return claim(path)
    },
    address: () => caller.address,
    overrides: caller.overrides,
    hangUp,
  }
}

export function requestIdOf(request: ClientRequest): string {
  const given = headerOf(request, 'x-request-id')
  return given !== undefined && REQUEST_ID.test(given) ? given : randomUUID()
}

/** A header by lower-case name; several of one name are joined, and bytes beyond ASCII are UTF-8. */
export function headerOf(request: ClientRequest, name: string): string | undefined {
  const value = request.headers[name]
  const text = typeof value === 'object' ? value.join(', ') : value
  return text !== undefined && BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
}
