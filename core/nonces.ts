import type { SignedContext } from './signed-context.js'

/** Says `seen` of a context whose nonce has come before. Only for contexts that are valid at `now`. */
export type Remember = (context: SignedContext, now: number) => 'new' | 'seen'

/**
 * Remembers nonces for as long as their contexts are valid, so that no context is worth anything twice. They are kept by the time
 * at which they were issued, a set per `window` (milliseconds): at most three are in use, and older ones go when one is added.
 */
export function rememberNonces(window: number): Remember {
  const generations = new Map<number, Set<string>>()
  return ({ nonce, issuedAt }, now) => {
    const generation = Math.floor(issuedAt / window)
    let seen = generations.get(generation)
    if (!seen) {
      for (const old of generations.keys()) if ((old + 1) * window < now - window) generations.delete(old)
      seen = new Set()
      generations.set(generation, seen)
    }
    if (seen.has(nonce)) return 'seen'
    seen.add(detached(nonce))
    return 'new'
  }
}

/**
 * The same text, on its own. A part of a text refers to the whole in V8: of each request its context, ten times as long, would be
 * kept for a minute.
 */
const detached = (text: string) => ` ${text}`.slice(1)
