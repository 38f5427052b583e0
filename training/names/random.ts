/** Numbers that look random and are the same in every run. */
export interface Random {
  /** From 0 up to, but not, `below`. */
  integer(below: number): number
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
}

/** The generator "mulberry32". */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    integer: (below) => Math.floor(next() * below),
    chance: (share) => next() < share,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
