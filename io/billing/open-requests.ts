import type { Clock } from '../../core/clock.js'

/**
 * So long after its end, in milliseconds, a request still counts as open: counters note in a file of their own that they were
 * settled, and some milliseconds later.
 */
const SETTLES_WITHIN = 2_000

/** Which requests have rows and are not over, by the `seq` of their first one. */
export interface OpenRequests {
  asked(request: string, seq: number): void
  ended(request: string): void
  /** The first `seq` of the oldest one; undefined when none is open. */
  oldest(): number | undefined
  /** How many have not ended. */
  running(): number
}

/** No request is open. */
export function createOpenRequests(clock: Clock): OpenRequests {
  // In the order of their rows.
  const open = new Map<string, number>()
  let leaving: { readonly request: string; readonly at: number }[] = []

  const forget = () => {
    const due = clock.monotonic() - SETTLES_WITHIN
    const staying = leaving.findIndex(({ at }) => at > due)
    const gone = staying === -1 ? leaving.length : staying
    for (const { request } of leaving.slice(0, gone)) open.delete(request)
    if (gone > 0) leaving = leaving.slice(gone)
  }
  return {
    asked(request, seq) {
      if (!open.has(request)) open.set(request, seq)
    },
    ended(request) {
      if (open.has(request)) leaving.push({ request, at: clock.monotonic() })
    },
    oldest() {
      forget()
      return open.values().next().value
    },
    running: () => open.size - leaving.length,
  }
}
