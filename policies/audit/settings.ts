import type { Match } from '../budget/rules.js'

/** What is kept of prompts and answers, from least to most. */
export const CONTENT_POLICIES = ['off', 'redacted', 'full'] as const
export type ContentPolicy = (typeof CONTENT_POLICIES)[number]

/** What is kept of the requests that match, and for how long. */
export interface AuditRule {
  readonly name: string
  readonly match: Match
  readonly content: ContentPolicy
  /** Days after the one that the request came on. */
  readonly keep: number
}

/** The configuration's section `audit`. */
export interface AuditSettings {
  /** An absolute directory in place of the state directory. */
  readonly dir?: string | undefined
  /** The first that matches a request is its; the last one matches all. */
  readonly rules: readonly AuditRule[]
  /** The most that is kept of one prompt or one answer, in UTF-16 units: its beginning and its end. */
  readonly maxContent: number
  /** What becomes of requests whose record could not be kept. */
  readonly onFull: 'refuse' | 'admit'
}
