import { createHmac, timingSafeEqual } from 'node:crypto'
import { isObject, type JsonObject } from '../../../core/json.js'

/** What Kong's `jwt` plugin finds out about a token. */
export type CheckedToken =
  | { readonly kind: 'valid'; readonly key: string }
  | { readonly kind: 'refused'; readonly reason: string }

export interface JwtRules {
  readonly key_claim_name: string
  readonly secret_is_base64: boolean
  readonly claims_to_verify?: readonly ('exp' | 'nbf')[] | undefined
  readonly maximum_expiration: number
}

interface Secret {
  readonly secret: string
  readonly algorithm: 'HS256' | 'HS384' | 'HS512'
}

const HASHES = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/** Checks signature and claims with the secret that the token's key leads to; `now` in milliseconds. */
export function checkedToken(
  token: string,
  secretOf: (key: string) => Secret | undefined,
  rules: JwtRules,
  now: number,
): CheckedToken {
  const refused = (reason: string): CheckedToken => ({ kind: 'refused', reason })
  const [head = '', payload = '', signature = '', ...more] = token.split('.')
  const header = objectIn(head)
  const claims = objectIn(payload)
  if (!header || !claims || more.length > 0) return refused('Bad token; invalid JSON')
  const key = claims[rules.key_claim_name] ?? header[rules.key_claim_name]
  if (typeof key !== 'string') return refused(`No mandatory '${rules.key_claim_name}' in claims`)
  if (key === '') return refused(`Invalid '${rules.key_claim_name}' in claims`)
  const secret = secretOf(key)
  if (!secret) return refused(`No credentials found for given '${rules.key_claim_name}'`)
  if (header['alg'] !== secret.algorithm) return refused('Invalid algorithm')
  const bytes = Buffer.from(secret.secret, rules.secret_is_base64 ? 'base64url' : 'utf8')
  const wanted = createHmac(HASHES[secret.algorithm], bytes).update(`${head}.${payload}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return refused('Invalid signature')

  const seconds = Math.floor(now / 1000)
  const { exp, nbf } = claims
  const verify = rules.claims_to_verify ?? []
  if (verify.includes('exp') && !(typeof exp === 'number' && exp > seconds)) return refused('token expired')
  if (verify.includes('nbf') && !(typeof nbf === 'number' && nbf <= seconds)) return refused('token not valid yet')
  if (rules.maximum_expiration > 0 && !(typeof exp === 'number' && exp - seconds <= rules.maximum_expiration)) {
    return refused('exceeds maximum allowed expiration')
  }
  return { kind: 'valid', key }
}

function objectIn(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
