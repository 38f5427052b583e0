import type { GatewayError } from './errors.js'
import type { NanoUsd } from './money.js'

/** Several API keys of one provider, of which each attempt takes one. */
export interface KeyPool {
  /** How many of them may be used now, other than those of these names: they neither rest nor are over their quota. */
  ready(except: readonly string[]): number
  /** One of those, other than the ones of these names; undefined where there is none. */
  take(except: readonly string[]): TakenKey | undefined
  /** Why none may be used now, with the time until the first one may; undefined while there is one. */
  refusal(): GatewayError | undefined
}

/** A key that one attempt has. Whoever took it ends it once, by `settle` or `giveBack`. */
export interface TakenKey {
  /** Its name in the configuration, which may be shown. */
  readonly name: string
  /** The key itself, a secret. */
  readonly apiKey: string
  /** Whether it has come to rest since it was taken. */
  rests(): boolean
  /** What the provider's answer says of the key; not told where it says nothing. */
  heard(news: KeyNews): void
  /** That it was refused was no fault of its own: forgets the rest that came of it. */
  cleared(): void
  /** The attempt is over, and this is what it used. */
  settle(used: KeyUse): void
  /** Nobody was asked. */
  giveBack(): void
}

/** What became of a call, as far as it concerns the key that it was made with. */
export type KeyNews =
  | { readonly kind: 'served' }
  /** Too much was asked of it; `seconds` is how long the provider says to wait, where it does. */
  | { readonly kind: 'limited'; readonly seconds?: number }
  /** The provider does not take it: `forbidden` may also speak of what was asked for. */
  | { readonly kind: 'refused'; readonly as: 'invalid' | 'unpaid' | 'forbidden' }

/** Tokens are the prompt's and the answer's; `cost` is undefined where nobody knows a price. */
export interface KeyUse {
  readonly tokens: number
  readonly cost: NanoUsd | undefined
}

/**
 * What a failure says of the key; undefined where it says nothing, as those of a server or a network do not. `status` is the
 * provider's, absent where it never answered.
 */
export function newsOf(failure: {
  readonly status?: number | undefined
  readonly error?: GatewayError | undefined
  readonly wait?: number | undefined
}): Exclude<KeyNews, { readonly kind: 'served' }> | undefined {
  const { status, error, wait } = failure
  if (status === undefined || error === undefined) return undefined
  const seconds = wait ?? error.retryAfter
  switch (status) {
    case 401:
      return { kind: 'refused', as: 'invalid' }
    case 402:
      return { kind: 'refused', as: 'unpaid' }
    case 403:
      return { kind: 'refused', as: 'forbidden' }
    case 429:
      return { kind: 'limited', ...(seconds !== undefined && { seconds }) }
    // Google's word for a key that it does not know is 400, which its dialect tells from a refusal of the request.
    case 400:
      return error.code === 'upstream_error' ? { kind: 'refused', as: 'invalid' } : undefined
    default:
      // An error in a stream that began with 200.
      return error.code === 'rate_limit_exceeded'
        ? { kind: 'limited', ...(seconds !== undefined && { seconds }) }
        : undefined
  }
}
