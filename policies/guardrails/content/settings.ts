import type { JsonObject } from '../../../core/json.js'

/** Terms that are looked for together. */
export interface TermList {
  /** Told as the reason. */
  readonly name: string
  /** Words and phrases, as somebody would write them. */
  readonly terms: readonly string[]
}

export interface WordsSettings {
  readonly lists: readonly TermList[]
  /** Whether `sh1t`, `a$$` and `f u c k` are read as what they stand for. */
  readonly disguised: boolean
}

/** A pattern in the syntax of RE2. */
export interface NamedPattern {
  /** Told as the reason. */
  readonly name: string
  readonly pattern: string
  /** How long a match may be, in UTF-16 units; 128 unless said. What is longer is found in part. */
  readonly maxLength?: number
}

export interface PatternsSettings {
  readonly patterns: readonly NamedPattern[]
}

/** What a text may be about, by the words that give it away. */
export interface Topic {
  /** Told as the reason. */
  readonly name: string
  readonly terms: readonly WeightedTerm[]
}

export interface WeightedTerm {
  readonly term: string
  /** Above 0: 1 for a term that says half of it, 2 for one that is nearly enough by itself. */
  readonly weight: number
}

export interface TopicsSettings {
  /** Texts must not be about any of them (`deny`), or must be about one of them (`allow`). */
  readonly mode: 'deny' | 'allow'
  readonly topics: readonly Topic[]
  /** The score, 0 to 1, from which on a text is about a topic. */
  readonly threshold: number
  /** Shorter texts (in words) need not be about an allowed topic. */
  readonly leastWords: number
}

export interface LanguageSettings {
  /** ISO 639-1. */
  readonly allowed: readonly string[]
  /** Letters of prose below which nothing is said of a text. */
  readonly leastLetters: number
  /** 0 to 1: how much more a text must look like another language than like any allowed one. */
  readonly confidence: number
}

/** Both ends included. */
export interface Bounds {
  readonly least?: number
  readonly most?: number
}

export interface LengthSettings {
  /** UTF-16 units, of all texts of a request that the guard reads. */
  readonly characters?: Bounds
  readonly words?: Bounds
  /** Texts of users; a message of several parts has several. */
  readonly messages?: Bounds
  /** The most UTF-16 units of one choice of an answer, without reasoning and arguments of calls. */
  readonly answerCharacters?: number
}

export interface JsonSchemaSettings {
  /** What answers must fit, or `request`: the form that the client has asked for, where it has. */
  readonly schema: JsonObject | 'request'
}

/** How something is to be written, or not at all. */
export interface TerminologyRule {
  /** Told as the reason. */
  readonly name: string
  readonly terms: readonly string[]
  /** What `mask` writes in their place. That spelling itself is none of them. */
  readonly replacement?: string
}

export interface TerminologySettings {
  readonly rules: readonly TerminologyRule[]
}

export interface CanarySettings {
  /** Texts that stand in no answer unless what was confidential has leaked; 8 letters and digits at least. */
  readonly canaries: readonly string[]
  /** So many words in a row of a system prompt are a leak; undefined: system prompts are not looked for. */
  readonly words?: number
}

/** The shortest canary, in letters and digits. */
export const LEAST_CANARY = 8
