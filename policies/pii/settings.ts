import type { Match } from '../budget/rules.js'
import type { CustomPattern } from './detect/patterns.js'

/** What becomes of a value on its way to a provider. */
export const REQUEST_MODES = ['restore', 'mask', 'hash', 'synthetic', 'block', 'report', 'off'] as const
export type RequestMode = (typeof REQUEST_MODES)[number]

/** What becomes of a value that a provider has written. */
export const ANSWER_MODES = ['mask', 'hash', 'synthetic', 'block', 'report', 'off'] as const
export type AnswerMode = (typeof ANSWER_MODES)[number]

/** One way of dealing with values, for all entities but those that are named. */
export interface Treatment<Mode extends string> {
  readonly mode: Mode
  readonly byEntity: ReadonlyMap<string, Mode>
  /** Of keys, tokens and passwords of programs, whatever their rule. */
  readonly secrets: Mode
}

/** A Presidio analyzer that reads requests beside the built-in detector. */
export interface AnalyzerSettings {
  /** Without a slash at its end; `/analyze` is put behind it. */
  readonly url: string
  /** As Presidio's models are told apart: `en`. */
  readonly language: string
  /** What it is asked for, by Presidio's names. */
  readonly entities: readonly string[]
  /** The least confidence to report, 0 to 1. */
  readonly threshold: number
  /** Milliseconds that it may take for one request. */
  readonly timeout: number
  /** What a request meets that it did not read: the built-in detector alone, or a refusal. */
  readonly onFailure: 'builtin' | 'block'
}

/** One entry of the configuration's `pii`; the first that matches a request is its. */
export interface PiiRule {
  /** As in errors, logs and metrics. */
  readonly name: string
  readonly match: Match
  readonly request: Treatment<RequestMode>
  readonly answer: Treatment<AnswerMode>
  /** What is looked for; everything unless said. */
  readonly entities?: readonly string[]
  readonly packs?: readonly string[]
  readonly regions?: readonly string[]
  /** 0 to 1. */
  readonly threshold?: number
  readonly thresholds: Readonly<Record<string, number>>
  readonly allow: readonly string[]
  /** Terms by the entity that they are reported as. */
  readonly deny: Readonly<Record<string, readonly string[]>>
  readonly patterns: readonly CustomPattern[]
  /** Reads requests too; answers are left to the built-in detector, which does not wait for anybody. */
  readonly analyzer?: AnalyzerSettings
  /** A request with something in it that nobody here can read: pictures, sound, references. */
  readonly unscannable: 'allow' | 'block'
  /** What a scan that fails or takes too long leads to. */
  readonly onFailure: 'block' | 'allow'
  /** Milliseconds that the scan of one request may take. */
  readonly timeout: number
  /** What placeholders, hashes and look-alikes are derived from; a secret. Absent: one that this installation made for itself. */
  readonly key?: string
}
