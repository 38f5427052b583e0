import type { Outcome } from '../../core/outcome.js'
import type { Conversation } from './said.js'
import type { AuditRule } from './settings.js'

/** What a policy knows of a request for its record. */
export interface Captured {
  /** The configured model that the client asked for. */
  readonly model: string
  readonly rule: AuditRule
  /** Reads what was said, in turns where that is much; undefined where nothing of it is kept. To be asked once, or not at all. */
  readonly read?: (() => Heard | Promise<Heard>) | undefined
}

/** What was said in a request, without the request. */
export interface Heard {
  /** How many UTF-16 units it has. */
  readonly characters: number
  /** What may be kept of it, to be asked for off the request's path. */
  conversation(): Conversation | Promise<Conversation>
}

/** Where records are made. */
export interface AuditPort {
  /** False while requests are to be refused because their records could not be kept. */
  mayGoOn(): boolean
  /** Told before the observer is, of the same outcome. */
  captured(outcome: Outcome, captured: Captured): void
}
