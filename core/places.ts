import type { Target } from './settings.js'

/** The most attempts of one exchange, as many as the gateways are configured for. */
const MOST_ATTEMPTS = 8

/** How often the last target of a chain may be asked again. */
const MOST_SPARES = 2

/** Where one of an exchange's attempts goes. */
export interface Place {
  /** The target's index in the chain. */
  readonly index: number
  /** `spare`: only where another key of the target's provider is to be tried, else this place is passed over. */
  readonly kind: 'own' | 'spare'
}

/**
 * The places of a chain, in order, given how many keys each target's provider has to ask it with: one for each target, and behind
 * them spare ones: one for the first target that has another key and targets after it, and for the last target as many as it has other
 * keys, at most two. A gateway that asks must not be able to choose, so there are no more.
 */
export function placesFor(keys: readonly number[]): readonly Place[] {
  if (keys.length === 1 && keys[0] === 1) return ONE_PLACE
  const last = keys.length - 1
  const first = keys.findIndex((count, index) => count > 1 && index < last)
  let left = MOST_ATTEMPTS - keys.length
  return keys.flatMap((count, index): readonly Place[] => {
    const wanted = index === last ? Math.min(count - 1, MOST_SPARES) : index === first ? 1 : 0
    const spares = Math.max(0, Math.min(wanted, left))
    left -= spares
    return [{ index, kind: 'own' }, ...Array.from({ length: spares }, () => ({ index, kind: 'spare' }) as const)]
  })
}

const ONE_PLACE: readonly Place[] = [{ index: 0, kind: 'own' }]

/** How many keys a target can be asked with now. One has been set aside for it, and may be no more than that. */
export function keysReady({ upstream }: Target): number {
  return Math.max(1, upstream.credentials.pool?.ready([]) ?? 1)
}
