import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { Equal, Sign } from '../core/signed-context.js'

/** HMAC-SHA256 in base64url. */
export function signWith(secret: string): Sign {
  const key = createSecretKey(secret, 'utf8')
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}

/** Compares in a time that does not tell where two differ; how long a signature is everybody knows. */
export const equal: Equal = (a, b) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
