import type { Alert, Raised } from './alert.js'

/** What a look found of one subject. */
export type Finding =
  /** It is so: worth an alert, unless one is in force. */
  | {
      readonly kind: 'on'
      readonly subject: string
      readonly basis: number
      readonly until: number
      readonly alert: Omit<Alert, 'id' | 'at' | 'subject'>
    }
  /** It is not so: an alert that is in force is over. */
  | { readonly kind: 'off'; readonly subject: string }

/** The alerts that are in force, by subject. */
export type InForce = ReadonlyMap<string, Raised>
