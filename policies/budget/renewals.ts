/** Calls every open lease's renewal now and then; holds no timer while none is open. */
export interface Renewals {
  /** Returns what takes it off again. */
  add(renew: () => void | Promise<void>): () => void
}

/** `every` starts a timer and returns what stops it; `period` is in milliseconds. */
export function createRenewals(every: (period: number, tick: () => void) => () => void, period: number): Renewals {
  const open = new Map<() => void | Promise<void>, number>()
  let ticks = 0
  let stop: (() => void) | undefined
  const tick = () => {
    ticks++
    // One that began since the last tick needs no renewal yet.
    for (const [renew, since] of open) if (since < ticks - 1) void renew()
  }
  return {
    add(renew) {
      open.set(renew, ticks)
      stop ??= every(period, tick)
      return () => {
        open.delete(renew)
        if (open.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}
