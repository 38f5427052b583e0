import { z } from 'zod'
import type { WordsSettings } from '../../../policies/guardrails/content/settings.js'
import { keyed } from '../maps.js'
import { flag } from '../values.js'
import { checkNames, reasonName, terms } from './term-values.js'

/** What a guard of kind `words` has of its own. */
export function kindMembers() {
  const what = 'lists of words, each { name: ..., terms: [...] }'
  return {
    lists: z
      .array(keyed({ name: reasonName(), terms: terms() }), { error: `must be ${what}` })
      .min(1, { error: `must not be empty; it must be ${what}` }),
    disguised: flag().default(true),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ lists }: Written, context: z.RefinementCtx): void {
  checkNames('lists', lists, context)
}

export function settingsOf({ lists, disguised }: Written): WordsSettings {
  return { lists, disguised }
}
