import type { ResponseFormat } from '../../core/chat.js'
import type { Identity } from '../../core/identity.js'
import type { Steps } from '../../core/turns.js'

/**
 * Who a text of a request comes from. `definition`: of a tool; `document`: a text that was handed in or found; `tool`: what a tool gave
 * back. Only `system` and `user` have a say in what the model does.
 */
export const SOURCES = ['system', 'user', 'assistant', 'tool', 'document', 'definition'] as const
export type Source = (typeof SOURCES)[number]

/** One text of a request. */
export interface Segment {
  readonly text: string
  readonly source: Source
}

/** What a guard may know of a request; the same object for as long as the request and its answer last. */
export interface GuardedRequest {
  readonly id: string
  readonly identity: Identity
  /** The name that the client asked for. */
  readonly model: string
  /** How many messages the conversation has. */
  readonly messages: number
  /** Every text of the request that this guard is to read, in the order of the body. */
  readonly segments: readonly Segment[]
  /** The form that the client wants its answer in. */
  readonly format?: ResponseFormat
  /** How many values of each kind the filter of personal data has found, whatever became of them. */
  readonly found: Readonly<Record<string, number>>
}

/** One text of an answer, or the part of it that has come so far. */
export interface AnswerText {
  /** `other`: what only the provider's dialect can say, such as citations, and what its own tools have answered. */
  readonly kind: 'text' | 'reasoning' | 'tool-call' | 'refusal' | 'other'
  /** Counted from 0. */
  readonly choice: number
  /** With a window: what has not been judged, and before it as much as the window holds of what has. */
  readonly text: string
  /** UTF-16 offset in `text` from which on nothing has been judged. */
  readonly from: number
  /** The text has come to its end. */
  readonly ended: boolean
}

/** What a guard found. */
export type Judgement = { readonly kind: 'clean'; readonly score?: number } | Hit

export interface Hit {
  readonly kind: 'hit'
  /** 0 to 1, where the guard has one. */
  readonly score?: number
  /**
   * Why, for logs and metrics: a word from a bounded set (`override`, `hate`, the name of a list), lower case letters, digits, `_`,
   * `-`, `.` and `/`. Never content.
   */
  readonly reason: string
  /** Where, as far as it is known: what `strip` and `mask` work on. Absent: everywhere. */
  readonly places?: readonly Place[]
  /** What the guard itself would have done about it; heard where the configuration says `advised`. */
  readonly advice?: 'block' | 'flag' | 'mask'
}

/** A part of one text: `text` is its index among those that were asked about. UTF-16 offsets, `end` exclusive. */
export interface Place {
  readonly text: number
  readonly start: number
  readonly end: number
  /** What to write there with `mask`; a neutral mark unless said. */
  readonly replacement?: string
}

/** What is done at once or in turns with other work (see `Steps`), or takes another's time. What it throws or rejects with is a failure. */
export type Judging = Judgement | Steps<Judgement> | Promise<Judgement>

/** One rule about what may be said, for requests, answers or both. */
export interface Guard {
  /**
   * What it needs to see of an answer at once: so many UTF-16 units, so that nothing it looks for is longer; or all of the
   * choice, which then reaches the client in one piece at its end.
   */
  readonly window: number | 'whole'
  /** Asked once per request; what it holds on to lasts as long as that. Undefined: none of its business. */
  open(request: GuardedRequest): OpenGuard | undefined
}

/** A guard of one request. The signal is aborted when its time is over, or its client gone. */
export interface OpenGuard {
  /** Judges the request's segments. Absent: this guard is about answers only. */
  request?(signal: AbortSignal): Judging
  /**
   * Judges texts of the answer: one, as it comes, or with `whole` all texts of one choice at its end. Absent: this guard is about
   * requests only.
   */
  answer?(texts: readonly AnswerText[], signal: AbortSignal): Judging
}
