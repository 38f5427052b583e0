import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { Equal, Sign } from '../core/signed-context.js'

/** Signs with HMAC-SHA256, as base64url. */
export function signer(secret: string): Sign {
  const key = createSecretKey(secret, 'utf8')
  return (text) => createHmac('sha256', key).update(text).digest('base64url')
}

/** Takes the same time wherever two texts of one length differ. */
export const sameText: Equal = (a, b) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Names that never come twice: `random` tells processes apart and has no dots, a counter what one process names. */
export function nonces(random: string): () => string {
  let count = 0
  return () => `${random}-${(count++).toString(36)}`
}
