import type { Steps } from '../../../core/turns.js'

/** What a call of a webhook is signed with. */
export interface SigningParts {
  /** HMAC-SHA-256 of all that it is given, of texts in UTF-8. */
  hmac(key: Uint8Array): { update(more: string | Uint8Array): unknown; digest(): Uint8Array }
  /** A new one each time. */
  newId(): string
  /** Milliseconds since the epoch. */
  now(): number
}

/** Bytes that are signed in one step, and units that it takes. */
const SIGNED = 64 * 1024
const SIGNED_UNITS = 768

/** Base64 after this is a secret of bytes. */
const PREFIX = 'whsec_'

/**
 * The headers that sign a body as Standard Webhooks does
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): over id, time in seconds and body, joined by
 * dots. Who checks the time and remembers ids for some minutes cannot be sent a call twice.
 */
export function* signatureHeaders(
  secret: string,
  body: Uint8Array,
  { hmac, newId, now }: SigningParts,
): Steps<Readonly<Record<string, string>>> {
  const id = newId()
  const timestamp = String(Math.floor(now() / 1000))
  const mac = hmac(keyOf(secret))
  mac.update(`${id}.${timestamp}.`)
  for (let from = 0; from < body.length; from += SIGNED) {
    yield SIGNED_UNITS
    mac.update(body.subarray(from, from + SIGNED))
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${base64(mac.digest())}`,
  }
}

function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(PREFIX)) return new TextEncoder().encode(secret)
  return Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
