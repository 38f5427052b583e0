import type { ChatRequest } from './chat.js'
import { type ClientBody, changedBody, readClientBody } from './client-body.js'
import type { Endpoint } from './endpoint.js'
import type { GatewayError } from './errors.js'
import type { JsonValue } from './json.js'

/** A client's body, and what it asks for. */
export interface Reading {
  readonly body: ClientBody
  readonly request: ChatRequest
  /** Why targets of other dialects cannot answer it; absent where they can. */
  readonly nativeOnly?: GatewayError
}

/** Throws `malformed_request`. */
export function readRequest(endpoint: Endpoint, body: ClientBody): Reading {
  const { refusal, rest } = endpoint.references?.(body.value) ?? { rest: body.value }
  return { body, request: endpoint.dialect.decodeRequest(rest, endpoint.place), nativeOnly: refusal }
}

/** The same body with these top-level members replaced, read anew. */
export function rewritten(
  endpoint: Endpoint,
  { body }: Reading,
  members: Readonly<Record<string, JsonValue>>,
): Reading {
  const contentType = body.form === 'multipart' ? body.contentType : ''
  return readRequest(endpoint, readClientBody(changedBody(body, members), contentType, endpoint.form))
}
