import type { Outcome } from '../../core/outcome.js'
import type { Conversation } from './said.js'
import type { AuditRule } from './settings.js'

/** What a policy knows of a request for its record. */
export interface Captured {
  /** The configured model that the client asked for. */
  readonly model: string
  readonly rule: AuditRule
  /** What was said, to be asked for off the request's path; undefined where nothing of it is kept. */
  readonly conversation?: (() => Conversation | Promise<Conversation>) | undefined
  /** How many UTF-16 units that is made from. */
  readonly characters: number
}

/** Where records are made. */
export interface AuditPort {
  /** False while requests are to be refused because their records could not be kept. */
  mayGoOn(): boolean
  /** Told before the observer is, of the same outcome. */
  captured(outcome: Outcome, captured: Captured): void
}
