import type { ChatRequest } from './chat.js'
import { type ClientBody, changedBody, readClientBody } from './client-body.js'
import type { Endpoint } from './endpoint.js'
import type { GatewayError } from './errors.js'
import type { JsonObject, JsonValue } from './json.js'
import { then } from './transform.js'
import { atOnce, inTurns, LONG, type Turns } from './turns.js'

/** A client's body, and what it asks for. */
export interface Reading {
  readonly body: ClientBody
  readonly request: ChatRequest
  /** Why targets of other dialects cannot answer it; absent where they can. */
  readonly nativeOnly?: GatewayError
}

/** Reads a body and what it asks for; a long one in turns. Throws `malformed_request`. */
export function readRequest(
  endpoint: Endpoint,
  bytes: Uint8Array,
  contentType: string,
  turns: Turns,
): Reading | Promise<Reading> {
  return then(readClientBody(bytes, contentType, endpoint.form, turns), (body) => {
    const { refusal, rest } = endpoint.references?.(body.value) ?? { rest: body.value }
    return then(decoded(endpoint, rest, bytes.length, turns), (request) => ({ body, request, nativeOnly: refusal }))
  })
}

function decoded({ dialect, place }: Endpoint, body: JsonObject, length: number, turns: Turns) {
  if (length <= LONG || !dialect.decodeInSteps) return dialect.decodeRequest(body, place)
  return inTurns(dialect.decodeInSteps(body, place), turns)
}

/** The same body with these top-level members replaced, read anew. */
export function rewritten(
  endpoint: Endpoint,
  { body }: Reading,
  members: Readonly<Record<string, JsonValue>>,
  turns: Turns,
): Reading | Promise<Reading> {
  const contentType = body.form === 'multipart' ? body.contentType : ''
  const changing = changedBody(body, members)
  const changed = body.bytes.length > LONG ? inTurns(changing, turns) : atOnce(changing)
  return then(changed, (bytes) => readRequest(endpoint, bytes, contentType, turns))
}
