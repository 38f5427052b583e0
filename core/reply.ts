import type { JsonObject } from './json.js'

/** A whole response that the gateway sends itself. */
export interface Reply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const encoder = new TextEncoder()

/** A JSON response; `extra` headers win over the usual ones. */
export function jsonReply(
  status: number,
  body: JsonObject,
  requestId: string,
  extra: Readonly<Record<string, string>> = {},
): Reply {
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId, ...extra }
  return { kind: 'reply', status, headers, body: encoder.encode(JSON.stringify(body)) }
}
