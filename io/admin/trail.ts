import type { Role } from './operation.js'

export type TrailFields = Readonly<Record<string, string | number | boolean>>

/** Somebody wants to change something. `principal` is null where nobody knows who it is. */
export interface TrailAction {
  readonly principal: string | null
  readonly role: Role | null
  /** The operation's id. */
  readonly operation: string
  /** What stands in the path. */
  readonly parameters: Readonly<Record<string, string>>
  /** Where the call came from. */
  readonly address: string
}

/** One action as it is read back. */
export interface TrailEntry extends TrailAction {
  readonly id: string
  /** When it began, ISO 8601. */
  readonly at: string
  /** What it was answered; null where that was never written: the process died, and it may have been done or not. */
  readonly status: number | null
  /** What the operation noted. */
  readonly fields: TrailFields
}

/** Narrows what is read; times are milliseconds since the epoch, `to` exclusive. */
export interface TrailFilter {
  readonly from: number
  readonly to: number
  readonly principal?: string | undefined
  readonly operation?: string | undefined
  /** So many are given, the latest. */
  readonly limit: number
}

/** The entries, oldest first, and whether there were more that fitted. */
export interface TrailPage {
  readonly entries: readonly TrailEntry[]
  readonly truncated: boolean
}

/** What every change by the admin API is written into before it is made. */
export interface Trail {
  /** Resolves, with what tells its end, once it is on disk that somebody wants this. Rejects with `TrailUnusable`: it must not be done then. */
  begin(action: TrailAction): Promise<(status: number, fields: TrailFields) => Promise<void>>
  /** Somebody was refused. Callers who nobody knows fill the files only so fast: of more than a few each minute only the number is kept. */
  refused(action: TrailAction, status: number): Promise<void>
  /** Rejects with `TrailUnusable`. */
  read(filter: TrailFilter): Promise<TrailPage>
  close(): Promise<void>
}

/** The trail cannot be written or read. */
export class TrailUnusable extends Error {
  override readonly name = 'TrailUnusable'
}
