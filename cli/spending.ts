import type { Clock } from '../core/clock.js'
import type { Config } from '../io/config.js'
import { type Journal, openJournal } from '../io/ledger/journal.js'
import { JournalUnusable } from '../io/ledger/ledger-file.js'
import { createMemoryLedger } from '../io/ledger/memory-ledger.js'
import { openPendingFile, type PendingFile } from '../io/ledger/pending-file.js'
import { createRedisLedger } from '../io/ledger/redis-ledger.js'
import { createResilientLedger } from '../io/ledger/resilient-ledger.js'
import { LEASE_TTL } from '../policies/budget/lease.js'
import type { Ledger } from '../policies/budget/ledger.js'
import { createRenewals, type Renewals } from '../policies/budget/renewals.js'
import type { Rule } from '../policies/budget/rules.js'
import { Failure } from './failure.js'
import { pendingBeside } from './state-files.js'

type Store = Config['store']

/** What has been spent, for as long as the process lives. */
export interface Spending {
  /** The ledger in the store; opened when it is first asked for, and then the same whatever a later configuration says. */
  ledger(store: Store): Ledger
  /** The ledger, if it has been opened, and the store that it is in. */
  opened(): Opened | undefined
  readonly renewals: Renewals
  exhausted(rule: Rule, what: 'refused' | 'alert'): void
  failed(error: unknown): void
}

export interface Opened {
  readonly ledger: Ledger
  readonly store: Store
  storeUp(): boolean
}

export interface SpendingHooks {
  exhausted(rule: Rule, what: 'refused' | 'alert'): void
  failed(error: unknown): void
  /** The store has gone away, or come back. */
  store(state: 'up' | 'down'): void
  /** The store will never get this many calls; at most once per minute. */
  dropped(calls: number): void
}

/** Where one process keeps what it must not forget, and how many others there are. */
export interface SpendingPlace {
  /** The file for what memory must not forget, where the configuration names none. What waits for Redis is kept beside it. */
  readonly journal: string
  /** Files with what waited for Redis in processes that are not there any more: it is this one's from now on. */
  readonly left?: readonly string[]
  /** How many processes share what the configuration gives to one Tollgate; 1 unless said. */
  readonly processes?: number
}

/** How often it is said that calls were dropped, in milliseconds. */
const DROPPED_EVERY = 60_000

/** Spending in the configured store. */
export function createSpending(clock: Clock, place: SpendingPlace, hooks: SpendingHooks): Spending {
  let opened: Opened | undefined
  return {
    ledger(store) {
      opened ??= open(store, clock, place, hooks)
      return opened.ledger
    },
    opened: () => opened,
    renewals: renewals(),
    exhausted: hooks.exhausted,
    failed: hooks.failed,
  }
}

/** Throws `Failure` when the store cannot be used at all; one that merely does not answer is used once it does. */
function open(store: Store, clock: Clock, place: SpendingPlace, hooks: SpendingHooks): Opened {
  if (store.kind === 'memory') {
    const path = store.journal ?? place.journal
    return { store, ledger: createMemoryLedger({ clock, journal: opening(path, hooks) }), storeUp: () => true }
  }
  const pending = openingPending(place, hooks)
  const ledger = createResilientLedger({
    primary: createRedisLedger({ url: store.url, prefix: store.prefix }),
    local: () => createMemoryLedger({ clock }),
    clock,
    deadline: store.deadline,
    share: 1 / (store.instances * (place.processes ?? 1)),
    onState: hooks.store,
    ...(pending && { journal: pending }),
  })
  const stopTelling = tellDropped(ledger.dropped, hooks)
  const close = async () => {
    await ledger.close()
    stopTelling()
    pending?.close()
  }
  return { store, ledger: { ...ledger, close }, storeUp: () => ledger.state() === 'up' }
}

/** The store itself can be used without the file, and until it is away for the first time nothing is missing. */
function openingPending({ journal, left = [] }: SpendingPlace, hooks: SpendingHooks): PendingFile | undefined {
  const own = openedPending(pendingBeside(journal), hooks)
  if (!own) return undefined
  const pending = [...own.pending]
  for (const path of left) {
    const other = openedPending(path, hooks)
    for (const call of other?.pending ?? []) {
      own.added(call)
      other?.done(call)
      pending.push(call)
    }
    other?.close()
  }
  return { ...own, pending }
}

function openedPending(path: string, hooks: SpendingHooks): PendingFile | undefined {
  try {
    return openPendingFile(path, { onError: hooks.failed })
  } catch (cause) {
    if (!(cause instanceof JournalUnusable)) throw cause
    hooks.failed(cause)
    return undefined
  }
}

/** Returns what ends this, and tells of the last ones. */
function tellDropped(dropped: () => number, hooks: SpendingHooks): () => void {
  let told = 0
  const tell = () => {
    const calls = dropped() - told
    told += calls
    if (calls > 0) hooks.dropped(calls)
  }
  const timer = setInterval(tell, DROPPED_EVERY).unref()
  return () => {
    clearInterval(timer)
    tell()
  }
}

function opening(path: string, hooks: SpendingHooks): Journal {
  try {
    return openJournal(path, { onError: hooks.failed })
  } catch (cause) {
    if (!(cause instanceof JournalUnusable)) throw cause
    throw new Failure(`${cause.message}: set store.journal or TOLLGATE_STATE_DIR to a place that can be written`)
  }
}

/** For those who only look at a configuration: touches no store. */
export function forgetful(clock: Clock): Spending {
  const ledger = createMemoryLedger({ clock })
  return {
    ledger: () => ledger,
    opened: () => undefined,
    renewals: renewals(),
    exhausted: () => {},
    failed: () => {},
  }
}

function renewals(): Renewals {
  return createRenewals((period, tick) => {
    const timer = setInterval(tick, period)
    timer.unref()
    return () => clearInterval(timer)
  }, LEASE_TTL / 3)
}
