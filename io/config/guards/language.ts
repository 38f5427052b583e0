import { z } from 'zod'
import type { LanguageSettings } from '../../../policies/guardrails/content/settings.js'
import { fraction } from '../pii-values.js'
import { integer, oneOf } from '../values.js'

/** Fewer letters are a name or two, more than this are never seen at once. */
const LEAST_LETTERS = 20
const MOST_LETTERS = 200

/** What a guard of kind `language` has of its own; `languages` are those that can be told, by ISO 639-1. */
export function kindMembers(languages: readonly string[]) {
  const what = 'a list of languages such as en'
  return {
    allowed: z
      .array(oneOf(languages, 'a language (ISO 639-1)'), { error: `must be ${what}` })
      .min(1, { error: `must not be empty; it must be ${what}` }),
    leastLetters: integer(LEAST_LETTERS, MOST_LETTERS).default(40),
    confidence: fraction().default(0.15),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

export function settingsOf({ allowed, leastLetters, confidence }: Written): LanguageSettings {
  return { allowed, leastLetters, confidence }
}
