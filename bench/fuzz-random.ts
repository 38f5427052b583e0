/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** An integer from 0 up to, and without, `limit`. */
  below(limit: number): number
  /** Whether something of this probability happens. */
  chance(probability: number): boolean
  oneOf<T>(choices: readonly T[]): T
}

/** mulberry32: 32 bits of state, far more than enough to choose inputs by. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (probability) => next() < probability,
    oneOf: <T>(choices: readonly T[]) => choices[below(choices.length)] as T,
  }
}
