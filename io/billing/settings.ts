import type { SinkSettings } from './sinks/settings.js'

/** The section `ledger`: whether and how a ledger is kept of what was spent. */
export type LedgerSettings = { readonly kind: 'off' } | LedgerFileSettings

export interface LedgerFileSettings {
  readonly kind: 'files'
  /** The absolute path of the root directory; absent means one of Tollgate's own. */
  readonly dir?: string | undefined
  /** Bytes of a segment. */
  readonly segment: number
  /** Milliseconds for which segments are kept. */
  readonly keep: number
  /** Bytes that sinks may be behind. */
  readonly disk: number
  /** What becomes of requests whose rows cannot be kept. */
  readonly onFull: 'refuse' | 'admit'
  /** Milliseconds until rows that are written outlive a power loss; 0 for at once. */
  readonly fsync: number
  /** Where rows go beside the files. */
  readonly sinks: readonly SinkSettings[]
}
