import type { JsonObject } from '../../../core/json.js'
import type { Handler, ProviderCall } from '../provider.js'
import { type Script, scriptFor } from './script.js'
import type { Understood } from './understood.js'
import { Violation } from './violation.js'

/** What a model says, without how the asking went. */
export type Said = Extract<Script, { kind: 'answer' }>

/** One vendor's API: how it reads requests and writes answers. */
export interface StrictApi {
  /** Throws a `Violation` where the vendor would refuse the request: its path, its credentials, its body. */
  read(call: ProviderCall): Understood
  whole(said: Said): JsonObject
  /** The pieces of a stream, with an error of the vendor's at the end of one that breaks. */
  stream(said: Said): readonly (string | Uint8Array)[]
  readonly streamType: string
  error(status: number, message: string, violation?: Violation): JsonObject
  /** Headers of an error, which some vendors name its kind in. */
  errorHeaders?(status: number): Readonly<Record<string, string>>
}

/** A provider that refuses what its vendor refuses, and else does what it is told (`scriptFor`). */
export function strictHandler(apiFor: (call: ProviderCall) => StrictApi): Handler {
  return async (call, reply) => {
    const api = apiFor(call)
    const refuse = (status: number, message: string, violation?: Violation) =>
      reply.json(status, api.error(status, message, violation), api.errorHeaders?.(status))
    try {
      const understood = api.read(call)
      const script = scriptFor(understood)
      if (script.kind === 'refused') return refuse(script.status, script.message)
      if (!understood.stream) return reply.json(200, api.whole(script))
      return await reply.stream(api.stream(script), { 'content-type': api.streamType })
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      return refuse(error.status, error.message, error)
    }
  }
}

/** Where an API stands, and the header that opens it. */
export interface Envelope {
  readonly path: string
  readonly header: string
  readonly value: string
}

/** Refuses a request at another path, with another method, or without the header. */
export function checkEnvelope(call: ProviderCall, { path, header, value }: Envelope): void {
  if (call.method !== 'POST' || call.path !== path) {
    throw new Violation(`Unrecognized request URL (${call.method}: ${call.path}), expected ${path}`, { status: 404 })
  }
  if (call.headers[header] !== value)
    throw new Violation('Incorrect API key provided.', { status: 401, code: 'invalid_api_key' })
  if (call.headers['content-type'] !== 'application/json') {
    throw new Violation(`Unsupported content type: ${call.headers['content-type']}`, { status: 415 })
  }
}
