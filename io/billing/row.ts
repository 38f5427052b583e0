import type { Usage } from '../../core/chat.js'
import type { Identity } from '../../core/identity.js'
import type { LeaseAmounts, UsageSource } from '../../core/outcome.js'

/**
 * One line of the ledger of what was spent, as JSON. Lines of one source (one process of one installation) are numbered from 1
 * without a gap, and each has the hash of the one before in it: SHA-256 in hexadecimal digits, of the line's text without its own `hash`.
 */
export interface Chained {
  readonly seq: number
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly prev: string
  readonly hash: string
}

export type Row = Chained & Entry

export type Entry = OpenedEntry | AskedEntry | AttemptEntry | AdjustedEntry | GapEntry | ClosedEntry

/** A process began to write. */
export interface OpenedEntry {
  readonly kind: 'opened'
  readonly source: string
}

/** A provider is asked: what keeps an attempt from being forgotten when the process dies before its end. */
export interface AskedEntry extends Caller {
  readonly kind: 'asked'
  readonly request: string
  readonly attempt: number
  readonly model: string
  readonly target: string
  readonly leases: readonly LeaseAmounts[]
}

/** What became of one attempt; every attempt has exactly one. Amounts of money are integer nano-dollars as text. */
export interface AttemptEntry extends Caller {
  readonly kind: 'attempt'
  readonly request: string
  /** From 1, and how many the request had. */
  readonly attempt: number
  readonly attempts: number
  readonly path: string
  /** The name that the client used, or that of the model which replaced it. */
  readonly model: string
  /** `provider/model`; and both by themselves. */
  readonly target: string
  readonly provider: string
  readonly upstreamModel: string
  readonly stream: boolean
  /** How the request was classified. */
  readonly label?: string
  /** `lost`: the process that asked has died, and nobody knows. */
  readonly outcome: 'served' | 'failed' | 'cancelled' | 'lost'
  /** The provider's HTTP status, and the code of the error where there was one. */
  readonly status?: number
  readonly code?: string
  readonly upstreamId?: string
  /** The name of the provider's key that was used, where it has several. */
  readonly credential?: string
  readonly usage: Usage
  readonly usageSource: UsageSource
  /** Null where nobody knows a price. */
  readonly nano: string | null
  readonly finish?: string
  /** Milliseconds. */
  readonly firstTokenMs?: number
  readonly durationMs: number
  readonly policyVersion: string
  /** On the last attempt of a request: what it has taken from counters of budgets, in the order of each lease. */
  readonly charges?: readonly LeaseAmounts[]
}

/** Who asked. */
export interface Caller extends Pick<Identity, 'user' | 'team' | 'organization' | 'key' | 'role' | 'route'> {
  /** Absent where there are none. */
  readonly tags?: Identity['tags']
}

/** Somebody changed what a counter holds: `amount` was added to it, below zero where something was taken away. */
export interface AdjustedEntry {
  readonly kind: 'adjusted'
  readonly bucket: string
  readonly amount: number
  readonly by: string
  /** The lease that a process had when it died, before any row told of the request: what its loss has charged. */
  readonly lease?: string
}

/** Rows that could not be kept. */
export interface GapEntry {
  readonly kind: 'gap'
  /** How many, and why. */
  readonly rows: number
  readonly reason: string
  /**
   * Only in a sink: the row stands for all rows from this `seq` to its own, which were gone before the sink could take them. Its
   * `hash` is that of the last of them, so that the next row follows it; it has no `prev`.
   */
  readonly from?: number
}

/** A process ended in order: nothing that it began is open. */
export interface ClosedEntry {
  readonly kind: 'closed'
}
