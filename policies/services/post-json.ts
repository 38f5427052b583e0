import { GatewayError } from '../../core/errors.js'
import { isObject, type JsonValue, parseJson } from '../../core/json.js'
import { writeJson } from '../../core/json-writer.js'
import { inTurns } from '../../core/turns.js'
import { type ServiceAnswer, ServiceFailure, type Services } from './transport.js'
import { unlessAborted } from './unless-aborted.js'

export interface Posting {
  /** As failures name it. */
  readonly service: string
  readonly url: string
  /** Besides that of the body's type; what has to be waited for is waited for no longer than the signal says. */
  readonly headers: Readonly<Record<string, string>> | ((body: Uint8Array) => Promise<Readonly<Record<string, string>>>)
  readonly body: JsonValue
  readonly signal: AbortSignal
  /** The most bytes of the answer; 1 MiB unless said. */
  readonly most?: number
}

const MOST = 1024 * 1024

/**
 * Sends JSON and reads the JSON that comes back with a status of 200. Rejects with a `ServiceFailure` for everything else: it tells the
 * status and, where there is one, the service's word for what is wrong.
 */
export async function postJson({ send, turns }: Services, posting: Posting): Promise<JsonValue> {
  const { service, url, signal, most = MOST } = posting
  const body = await inTurns(writeJson(posting.body), turns)
  const answer = await asked(service, async () => {
    signal.throwIfAborted()
    const own =
      typeof posting.headers === 'function' ? await unlessAborted(posting.headers(body), signal) : posting.headers
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...own }
    return await send({ method: 'POST', url, headers, body, most, signal })
  })
  if (answer.status !== 200) throw refusal(service, answer)
  const value = parseJson(answer.body)
  if (value === undefined) throw malformed(service, 'it is no JSON')
  return value
}

/** An answer that the service's documentation does not know. */
export function malformed(service: string, why: string): ServiceFailure {
  return new ServiceFailure(`${service} gave an answer that cannot be read: ${why}`)
}

async function asked(service: string, call: () => Promise<ServiceAnswer>): Promise<ServiceAnswer> {
  try {
    return await call()
  } catch (cause) {
    throw new ServiceFailure(`${service} gave no answer: ${safeWords(cause)}`, { cause })
  }
}

/** Messages of other errors may quote what was sent. */
function safeWords(cause: unknown): string {
  if (cause instanceof ServiceFailure || cause instanceof GatewayError) return cause.message
  return cause instanceof Error ? cause.name : 'an error without a name'
}

function refusal(service: string, answer: ServiceAnswer): ServiceFailure {
  const word = errorWord(answer)
  return new ServiceFailure(`${service} answered ${answer.status}${word === undefined ? '' : ` ${word}`}`)
}

/** `error.code` of OpenAI and Azure, the header of AWS. */
function errorWord(answer: ServiceAnswer): string | undefined {
  const named = answer.header('x-amzn-errortype')?.split(':')[0]
  return word(named) ?? word(codeIn(answer.body))
}

function codeIn(body: string): unknown {
  const value = parseJson(body)
  const error = isObject(value) ? value['error'] : undefined
  return isObject(error) ? (error['code'] ?? error['type']) : undefined
}

/** A word of an enumeration; anything longer or stranger could be content. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,47}$/.test(value) ? value : undefined
}
