/** What a call of a webhook is signed with. */
export interface SigningParts {
  /** HMAC-SHA-256 of the UTF-8 of the texts, one after the other. */
  hmac(key: Uint8Array, ...texts: readonly (string | Uint8Array)[]): Uint8Array
  /** A new one each time. */
  newId(): string
  /** Milliseconds since the epoch. */
  now(): number
}

/** Base64 after this is a secret of bytes. */
const PREFIX = 'whsec_'

/**
 * The headers that sign a body as Standard Webhooks does
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): over id, time in seconds and body, joined by
 * dots. Who checks the time and remembers ids for some minutes cannot be sent a call twice.
 */
export function signatureHeaders(
  secret: string,
  body: Uint8Array,
  { hmac, newId, now }: SigningParts,
): Readonly<Record<string, string>> {
  const id = newId()
  const timestamp = String(Math.floor(now() / 1000))
  const signature = hmac(keyOf(secret), `${id}.${timestamp}.`, body)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${base64(signature)}`,
  }
}

function keyOf(secret: string): Uint8Array {
  if (!secret.startsWith(PREFIX)) return new TextEncoder().encode(secret)
  return Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
