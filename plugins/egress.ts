import { GatewayError } from '../core/errors.js'
import type { Remember } from '../core/nonces.js'
import { CONTEXT_HEADERS, CONTEXT_WINDOW, readContext } from '../core/signed-context.js'
import type { EgressConfig } from './config.js'
import { type Signing, sendTo } from './ingress.js'
import type { Pdk } from './pdk.js'
import { sameText } from './signing.js'

/**
 * Lets a request of the relay's through to the provider, once, and nobody else's: rejects with a `GatewayError` of status 403. The
 * header goes, or the provider could ask again with it.
 */
export function egress(
  { upstream }: EgressConfig,
  { sign, now }: Signing,
  remember: Remember,
): (kong: Pdk) => Promise<void> {
  return async (kong) => {
    const given = await kong['request.get_header'](CONTEXT_HEADERS.egress)
    const time = now()
    const read = readContext(typeof given === 'string' ? given : undefined, {
      purpose: 'egress',
      now: time,
      window: CONTEXT_WINDOW,
      sign,
      equal: sameText,
    })
    if (read.kind === 'refused') throw refusal(read.reason)
    if (read.context.content['upstream'] !== upstream) throw refusal('for another upstream')
    if (remember(read.context, time) === 'seen') throw refusal('used before, or older than this plugin server')
    await kong['service.request.clear_header'](CONTEXT_HEADERS.egress)
    await sendTo(upstream, kong)
  }
}

function refusal(reason: string): GatewayError {
  return new GatewayError(
    'invalid_api_key',
    `this route is for the Tollgate relay only: its signed context is ${reason}`,
    {
      status: 403,
      providerCode: 'egress_refused',
    },
  )
}
