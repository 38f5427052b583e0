import { GatewayError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Pdk } from './pdk.js'

/** Writes an error body in one dialect. */
export type EncodeError = (error: GatewayError, requestId: string) => JsonObject

/** How failures are told. */
export interface FailClosedOptions {
  /** Which dialect the client of this request speaks. */
  readonly dialectOf: (kong: Pdk) => Promise<EncodeError>
  /** Takes a line for the operator, at most one a second. */
  readonly say: (line: string) => void
  readonly now: () => number
}

const HEADERS = { 'content-type': 'application/json' }
const BETWEEN_LINES = 1000

/**
 * Answers a request that `access` could not take: 503, or the status of a refusal. Kong itself would proxy what a plugin throws on,
 * so nothing is thrown but where the answer fails too; then the service's dead target is left.
 */
export function failClosed(
  access: (kong: Pdk) => Promise<void>,
  { dialectOf, say, now }: FailClosedOptions,
): (kong: Pdk) => Promise<void> {
  let quietUntil = 0
  return async (kong) => {
    try {
      return await access(kong)
    } catch (error) {
      if (now() >= quietUntil) {
        quietUntil = now() + BETWEEN_LINES
        say(`a request was refused: ${inWords(error)}`)
      }
      const shown = shownFor(error)
      const encode = await dialectOf(kong)
      // Nothing may follow: Kong is done with the request and answers no more calls.
      await kong['response.exit'](shown.status, JSON.stringify(encode(shown, '')), HEADERS)
    }
  }
}

/** How each API that clients can be recognised by writes its errors. */
export interface ErrorForms {
  readonly anthropic: EncodeError
  readonly gemini: EncodeError
  /** For everything else. */
  readonly openai: EncodeError
}

/** The path of a dialect's own endpoints decides, below whatever prefix the route has. */
export function dialectByPath({ anthropic, gemini, openai }: ErrorForms): (kong: Pdk) => Promise<EncodeError> {
  return async (kong) => {
    const path = await kong['request.get_path']().catch(() => undefined)
    if (typeof path !== 'string') return openai
    if (/\/v1beta\/models(\/|$)/.test(path)) return gemini
    return /\/v1\/messages(\/|$)/.test(path) ? anthropic : openai
  }
}

/** A refusal is for the client to read; what went wrong inside is not. */
function shownFor(error: unknown): GatewayError {
  if (error instanceof GatewayError && error.code !== 'upstream_unavailable') return error
  return new GatewayError('upstream_unavailable', 'the gateway cannot take requests at the moment', { cause: error })
}

/** Our own words and what Kong says of its calls are safe to log; any other message may quote what it stumbled over. */
function inWords(error: unknown): string {
  if (error instanceof GatewayError) return error.message
  if (error instanceof Error && error.name === 'PDKError') return error.message.slice(0, 200)
  return error instanceof Error ? `${error.name} in the plugin` : 'the plugin failed'
}
