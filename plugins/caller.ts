import { GatewayError } from '../core/errors.js'
import { isObject, type JsonObject } from '../core/json.js'
import type { IngressConfig } from './config.js'
import { table, text, texts } from './lua-values.js'
import type { Pdk } from './pdk.js'
import type { Place } from './place.js'

/**
 * Asks Kong who is calling, and gives it in the form of `Caller` (`core/caller.ts`). Of a credential only its id is taken: keys,
 * secrets and tokens stay in Kong. Rejects when Kong cannot say.
 */
export async function whoIsCalling(kong: Pdk, config: IngressConfig, placeOf: (kong: Pdk) => Promise<Place>) {
  const consumer = table(await kong['client.get_consumer']())
  const credential = table(await kong['client.get_credential']())
  const claims = config.claims === 'jwt' ? claimsOf(await kong['ctx.shared.get']('authenticated_jwt_token')) : undefined
  const groups = config.groups === 'none' ? undefined : await groupsOf(kong, config.groups, consumer)
  const address = config.address === 'client' ? await addressFrom(kong) : undefined
  const { route, service } = await placeOf(kong)
  return {
    consumer: consumer && {
      id: text(consumer['id']),
      username: text(consumer['username']),
      customId: text(consumer['custom_id']),
    },
    credential: credential && { id: text(credential['id']) },
    groups,
    route,
    service,
    claims,
    address,
    overrides: config.overrides && { ...config.overrides },
  }
}

async function addressFrom(kong: Pdk): Promise<string> {
  const address = text(await kong['client.get_forwarded_ip']())
  if (address !== undefined) return address
  throw new GatewayError('upstream_unavailable', 'Kong does not say where the request came from')
}

/** The claims of the token that the jwt plugin leaves, which is the token's text. */
function claimsOf(token: unknown): JsonObject | undefined {
  if (token === undefined || token === null) return undefined
  const payload = typeof token === 'string' ? token.split('.')[1] : undefined
  const claims = payload === undefined ? undefined : parsed(Buffer.from(payload, 'base64url').toString('utf8'))
  if (isObject(claims)) return claims
  throw new GatewayError('upstream_unavailable', 'what Kong keeps as a verified token is none')
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The parser's message would quote the token.
    return undefined
  }
}

async function groupsOf(
  kong: Pdk,
  source: Exclude<IngressConfig['groups'], 'none'>,
  consumer: unknown,
): Promise<readonly string[] | undefined> {
  switch (source) {
    case 'authenticated':
      return texts(await kong['ctx.shared.get']('authenticated_groups'))
    case 'acl':
      // For callers without a consumer the acl plugin leaves this header as the client sent it.
      return consumer === undefined
        ? undefined
        : text(await kong['request.get_header']('x-consumer-groups'))?.split(/, */)
  }
}
