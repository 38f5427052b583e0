/** Calls every open lease's renewal now and then; holds no timer while none is open. */
export interface Renewals {
  /** Returns what takes it off again. */
  add(renew: () => void | Promise<void>): () => void
}

/** A lease that is open: since which tick, and where it stands among the others. */
interface Entry {
  readonly renew: () => void | Promise<void>
  readonly since: number
  place: number
}

/** `every` starts a timer and returns what stops it; `period` is in milliseconds. */
export function createRenewals(every: (period: number, tick: () => void) => () => void, period: number): Renewals {
  // An array, for a map keeps what was in it alive for long (see `core/open-exchanges.ts`).
  const open: Entry[] = []
  let ticks = 0
  let stop: (() => void) | undefined
  const tick = () => {
    ticks++
    // One that began since the last tick needs no renewal yet.
    for (const entry of [...open]) if (entry.since < ticks - 1 && open[entry.place] === entry) void entry.renew()
  }
  return {
    add(renew) {
      const entry: Entry = { renew, since: ticks, place: open.length }
      open.push(entry)
      stop ??= every(period, tick)
      return () => {
        if (open[entry.place] !== entry) return
        const last = open.pop()
        if (last && last !== entry) {
          open[entry.place] = last
          last.place = entry.place
        }
        if (open.length > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}
