import type { Claim } from '../../policies/budget/ledger.js'

/** A call that a store has still to get. */
export type PendingCall =
  | { readonly kind: 'dispatched'; readonly id: string }
  | { readonly kind: 'settle'; readonly id: string; readonly used: readonly number[] }
  | { readonly kind: 'charge'; readonly id: string; readonly claims: readonly Claim[] }

/** Where pending calls outlive the process. Its functions must not throw or wait: what cannot be written it reports itself. */
export interface PendingJournal {
  /** What was pending when the last process ended, oldest first. */
  readonly pending: readonly PendingCall[]
  /** A later call of the same kind and id replaces the earlier one, in its place. */
  added(call: PendingCall): void
  done(call: PendingCall): void
}

/** Calls that wait for a store, in the order in which they were made. */
export interface Pending {
  size(): number
  /** How many were given up: the queue was full, or the store refused them again and again. */
  dropped(): number
  /** Whether a call for this id waits. */
  concerns(id: string): boolean
  /** Of calls of the same kind and id the latest counts. */
  put(call: PendingCall): void
  first(): PendingCall | undefined
  /** The store has got this one. Unless it was replaced meanwhile it is gone. */
  done(call: PendingCall): void
  /** The store rejected this one. After a hundred times in a row it is given up, lest it hold up the others for ever. */
  rejected(call: PendingCall): void
}

export interface PendingOptions {
  /** How many calls may wait. */
  readonly capacity: number
  readonly journal: PendingJournal | undefined
}

// Each time the store has answered something else just before, so this is no outage.
const REJECTIONS = 100

const KINDS = ['dispatched', 'settle', 'charge'] as const

/** Begins with what the journal holds. */
export function createPending({ capacity, journal }: PendingOptions): Pending {
  const calls = new Map((journal?.pending ?? []).map((call) => [keyOf(call.kind, call.id), call]))
  let dropped = 0
  let stuck: { readonly call: PendingCall; readonly times: number } | undefined

  const done = (call: PendingCall) => {
    const key = keyOf(call.kind, call.id)
    if (calls.get(key) !== call) return
    calls.delete(key)
    journal?.done(call)
  }

  return {
    size: () => calls.size,
    dropped: () => dropped,
    concerns: (id) => calls.size > 0 && KINDS.some((kind) => calls.has(keyOf(kind, id))),
    put(call) {
      const key = keyOf(call.kind, call.id)
      if (calls.size >= capacity && !calls.has(key)) {
        dropped += 1
        return
      }
      calls.set(key, call)
      journal?.added(call)
    },
    first: () => calls.values().next().value,
    done,
    rejected(call) {
      const times = stuck?.call === call ? stuck.times + 1 : 1
      stuck = { call, times }
      if (times < REJECTIONS) return
      dropped += 1
      done(call)
    },
  }
}

function keyOf(kind: PendingCall['kind'], id: string): string {
  return `${kind} ${id}`
}
