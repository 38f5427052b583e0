import { z } from 'zod'
import { errorAnswer, type OwnAnswer } from './answers.js'
import { bundledPlugin } from './bundled-plugin.js'
import type { Consumer } from './declarative.js'
import type { Authenticated, Exchange } from './exchange.js'
import { checkedToken } from './jwt.js'

const anonymous = z.string().optional()
const names = (fallback: readonly string[]) => z.array(z.string()).default([...fallback])

/** Kong's `key-auth`. */
export const keyAuth = bundledPlugin(
  'key-auth',
  1250,
  z.strictObject({
    key_names: z.array(z.string().min(1)).min(1).default(['apikey']),
    key_in_header: z.boolean().default(true),
    key_in_query: z.boolean().default(true),
    key_in_body: z.literal(false).default(false),
    hide_credentials: z.boolean().default(false),
    run_on_preflight: z.boolean().default(true),
    anonymous,
    realm: z.string().optional(),
  }),
  (config, { consumers }) => {
    const given = ({ headers, plan }: Exchange): readonly string[] => {
      const query = new URLSearchParams(plan.query)
      for (const name of config.key_names) {
        const found = [
          ...(config.key_in_header ? headers.all(name) : []),
          ...(config.key_in_query ? query.getAll(name) : []),
        ]
        if (found.length === 0) continue
        if (config.hide_credentials) {
          headers.remove(name)
          query.delete(name)
          plan.query = query.toString()
        }
        return found
      }
      return []
    }
    const authenticate = (exchange: Exchange): Authenticated | string => {
      const keys = given(exchange)
      if (keys.length === 0) return 'No API key found in request'
      if (keys.length > 1) return 'Duplicate API key found'
      for (const consumer of consumers) {
        const found = consumer.keys.find(({ key }) => key === keys[0])
        if (found) return { consumer, credential: { ...found, ...ownedBy(consumer) } }
      }
      return 'Unauthorized'
    }
    const challenge = { 'WWW-Authenticate': config.realm === undefined ? 'Key' : `Key realm="${config.realm}"` }
    return { access: authentication(config, consumers, challenge, authenticate, ({ credential }) => credential?.id) }
  },
)

/** Kong's `jwt`, with the HMAC algorithms. */
export const jwt = bundledPlugin(
  'jwt',
  1450,
  z.strictObject({
    uri_param_names: names(['jwt']),
    cookie_names: names([]),
    header_names: names(['authorization']),
    key_claim_name: z.string().default('iss'),
    secret_is_base64: z.boolean().default(false),
    claims_to_verify: z.array(z.enum(['exp', 'nbf'])).optional(),
    maximum_expiration: z.int().min(0).default(0),
    run_on_preflight: z.boolean().default(true),
    anonymous,
    realm: z.string().optional(),
  }),
  (config, { consumers, now }) => {
    const given = ({ headers, request }: Exchange): string | undefined => {
      const query = new URLSearchParams(request.query)
      const cookies = headers.all('cookie').flatMap((line) => line.split(/; */))
      const candidates = [
        ...config.uri_param_names.map((name) => query.get(name)),
        ...config.cookie_names.map((name) => cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)),
        ...config.header_names.flatMap((name) => headers.all(name)).map((value) => /^bearer\s+(.+)$/i.exec(value)?.[1]),
      ]
      return candidates.find((token) => token) ?? undefined
    }
    const keys = new Map(
      consumers.flatMap((consumer) => consumer.jwtSecrets.map((one) => [one.key, { consumer, one }])),
    )
    const keyOf = ({ credential }: Authenticated) =>
      consumers.flatMap((one) => one.jwtSecrets).find(({ id }) => id === credential?.id)?.key
    const authenticate = (exchange: Exchange): Authenticated | string => {
      const token = given(exchange)
      if (token === undefined) return 'Unauthorized'
      const checked = checkedToken(token, (key) => keys.get(key)?.one, config, now())
      if (checked.kind === 'refused') return checked.reason
      const known = keys.get(checked.key)
      if (!known) return `No credentials found for given '${config.key_claim_name}'`
      exchange.shared.set('authenticated_jwt_token', token)
      return { consumer: known.consumer, credential: { ...known.one, ...ownedBy(known.consumer) } }
    }
    const challenge = { 'WWW-Authenticate': config.realm === undefined ? 'Bearer' : `Bearer realm="${config.realm}"` }
    return { access: authentication(config, consumers, challenge, authenticate, keyOf) }
  },
)

/** Kong's `acl`. */
export const acl = bundledPlugin(
  'acl',
  950,
  z
    .strictObject({
      allow: z.array(z.string()).min(1).optional(),
      deny: z.array(z.string()).min(1).optional(),
      hide_groups_header: z.boolean().default(false),
      always_use_authenticated_groups: z.literal(false).default(false),
    })
    .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), {
      error: "exactly one of 'allow', 'deny' must be set",
    }),
  ({ allow, deny, hide_groups_header }) => ({
    access: ({ auth: { consumer, credential }, headers, request }) => {
      if (!consumer) {
        return credential
          ? errorAnswer(403, 'You cannot consume this service', request.id)
          : errorAnswer(401, 'Unauthorized', request.id)
      }
      const inList = consumer.groups.some((group) => (allow ?? deny ?? []).includes(group))
      if (inList !== (allow !== undefined)) return errorAnswer(403, 'You cannot consume this service', request.id)
      // Hidden means not set: a copy that the client sent stays.
      if (!hide_groups_header) headers.set('X-Consumer-Groups', consumer.groups.join(', '))
      return undefined
    },
  }),
)

const ownedBy = ({ entity }: Consumer) => ({ consumer: { id: entity.id } })

interface Common {
  readonly anonymous?: string | undefined
  readonly run_on_preflight: boolean
}

/** What authentication plugins have in common: one of several is enough where the others fall back to an anonymous consumer. */
function authentication(
  config: Common,
  consumers: readonly Consumer[],
  challenge: OwnAnswer['headers'],
  authenticate: (exchange: Exchange) => Authenticated | string,
  identifierOf: (auth: Authenticated) => string | undefined,
): (exchange: Exchange) => OwnAnswer | undefined {
  const fallback = config.anonymous
  const nobody = consumers.find(({ entity }) => entity.id === fallback || entity.username === fallback)
  if (fallback !== undefined && !nobody) throw new Error(`no consumer '${fallback}' to be the anonymous one`)
  return (exchange) => {
    if (exchange.request.method === 'OPTIONS' && !config.run_on_preflight) return undefined
    if (nobody && exchange.auth.credential) return undefined
    const result = authenticate(exchange)
    if (typeof result === 'string' && !nobody) return errorAnswer(401, result, exchange.request.id, challenge)
    const auth = typeof result === 'string' ? { consumer: nobody } : result
    exchange.auth = auth
    const { headers } = exchange
    const put = (name: string, value: string | undefined) =>
      value === undefined ? headers.remove(name) : headers.set(name, value)
    put('X-Consumer-ID', auth.consumer?.entity.id)
    put('X-Consumer-Custom-ID', auth.consumer?.entity.custom_id)
    put('X-Consumer-Username', auth.consumer?.entity.username)
    put('X-Credential-Identifier', identifierOf(auth))
    put('X-Anonymous-Consumer', typeof result === 'string' ? 'true' : undefined)
    return undefined
  }
}
