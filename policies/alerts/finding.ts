import type { Alert, Raised } from './alert.js'

/** An alert that nobody has raised yet. */
export type FoundAlert = Omit<Alert, 'id' | 'at' | 'subject'>

/** What a look found of one subject. */
export type Finding =
  /** It is so: worth an alert, unless one is in force. */
  | {
      readonly kind: 'on'
      readonly subject: string
      readonly basis: number
      readonly until: number
      /** Made for who raises it: most of what is found is in force already. */
      alert(): FoundAlert
    }
  /** It is not so: an alert that is in force is over. */
  | { readonly kind: 'off'; readonly subject: string }

/** The alerts that are in force, by subject. */
export type InForce = ReadonlyMap<string, Raised>
