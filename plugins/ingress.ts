import { GatewayError } from '../core/errors.js'
import { CONTEXT_HEADERS, type Sign, writeContext } from '../core/signed-context.js'
import { whoIsCalling } from './caller.js'
import type { IngressConfig } from './config.js'
import type { Pdk } from './pdk.js'
import { placeSource } from './place.js'

/** What signing a context takes besides its content. */
export interface Signing {
  readonly sign: Sign
  readonly now: () => number
  readonly nonce: () => string
}

/**
 * Takes a client's request to the relay: says who is calling in a signed header, in place of whatever the client sent under its
 * name. The upstream comes last, so that a request that gets stuck on the way stays with the service's dead target. An egress
 * header of the client's is left alone: unsigned it opens nothing, and the relay's requests are its own.
 */
export function ingress(config: IngressConfig, { sign, now, nonce }: Signing): (kong: Pdk) => Promise<void> {
  const placeOf = placeSource(config.routeId, now)
  return async (kong) => {
    const content = await whoIsCalling(kong, config, placeOf)
    const value = writeContext({ purpose: 'ingress', issuedAt: now(), nonce: nonce(), content }, sign)
    await kong['service.request.set_header'](CONTEXT_HEADERS.ingress, value)
    await sendTo(config.relay, kong)
  }
}

/** Sets the upstream; rejects where Kong has none of that name. */
export async function sendTo(upstream: string, kong: Pdk): Promise<void> {
  if ((await kong['service.set_upstream'](upstream)) === true) return
  throw new GatewayError('upstream_unavailable', `Kong has no upstream '${upstream}'`)
}
