/** How much of a check may still be done. */
export interface Work {
  /** Throws when there is too much of it. */
  spend(units: number): void
  /** Begins anew, with so many units. */
  allow(units: number): void
}

export function createWork(): Work {
  let left = 0
  return {
    spend(units) {
      left -= units
      if (left < 0) throw new TooMuchWork('the schema takes too long to check')
    },
    allow(units) {
      left = units
    },
  }
}

class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
}
