import { isObject, type JsonObject } from './json.js'

/**
 * What one part of Tollgate tells another through the gateway between them, so that neither a client nor the network in between
 * can have said it: `v1.PURPOSE.TIME.NONCE.SIGNATURE.JSON` in one header. TIME is in milliseconds since the epoch, SIGNATURE
 * covers everything but itself, JSON is ASCII.
 */
export interface SignedContext {
  readonly purpose: Purpose
  readonly issuedAt: number
  readonly nonce: string
  readonly content: JsonObject
}

/** `ingress`: the plugin to the relay, who is calling. `egress`: the relay to the plugin, which provider is asked. */
export type Purpose = 'ingress' | 'egress'

/** The header that carries each; whatever a client sends under these names is worth nothing. */
export const CONTEXT_HEADERS = { ingress: 'x-tollgate-context', egress: 'x-tollgate-egress' } as const satisfies Record<
  Purpose,
  string
>

/** How old a context may be, and how far its clock ahead, in milliseconds. */
export const CONTEXT_WINDOW = 30_000

/** HMAC-SHA256 with the shared secret; the result has no dots. */
export type Sign = (text: string) => string

/** Compares without telling by its duration where the two differ. */
export type Equal = (a: string, b: string) => boolean

export type ReadContext =
  | { readonly kind: 'valid'; readonly context: SignedContext }
  /** `expired`: older than allowed, or from a clock that is ahead by more. */
  | { readonly kind: 'refused'; readonly reason: 'absent' | 'malformed' | 'forged' | 'expired' }

/** The header's value. `nonce` must never come twice and has no dots. */
export function writeContext({ purpose, issuedAt, nonce, content }: SignedContext, sign: Sign): string {
  const head = `v1.${purpose}.${issuedAt}.${nonce}`
  const json = JSON.stringify(content).replace(NOT_ASCII, escaped)
  return `${head}.${sign(`${head}.${json}`)}.${json}`
}

/** Reads and checks a header's value. Whether its nonce has been seen before is for the caller to find out. */
export function readContext(
  value: string | undefined,
  { purpose, now, window, sign, equal }: ReadOptions,
): ReadContext {
  if (value === undefined) return refused('absent')
  const [, head, givenPurpose, time, nonce, signature, json] = FORM.exec(value) ?? []
  if (head === undefined || nonce === undefined || signature === undefined || json === undefined) {
    return refused('malformed')
  }
  if (givenPurpose !== purpose || !equal(signature, sign(`${head}.${json}`))) return refused('forged')
  const issuedAt = Number(time)
  if (Math.abs(now - issuedAt) > window) return refused('expired')
  const content = parsed(json)
  return content === undefined
    ? refused('malformed')
    : { kind: 'valid', context: { purpose, issuedAt, nonce, content } }
}

export interface ReadOptions {
  readonly purpose: Purpose
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How old a context may be, and how far ahead its clock, in milliseconds. */
  readonly window: number
  readonly sign: Sign
  readonly equal: Equal
}

const FORM = /^(v1\.([a-z]+)\.(\d{1,15})\.([\w-]{1,64}))\.([\w-]{1,128})\.(\{.*\})$/
const NOT_ASCII = /[\u007f-\uffff]/g

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

function parsed(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function refused(reason: Extract<ReadContext, { kind: 'refused' }>['reason']): ReadContext {
  return { kind: 'refused', reason }
}
