import { z } from 'zod'
import type { TerminologyRule, TerminologySettings } from '../../../policies/guardrails/content/settings.js'
import { keyed } from '../maps.js'
import { checkNames, reasonName, terms } from './term-values.js'

const LONGEST_REPLACEMENT = 200

/** What a guard of kind `terminology` has of its own. */
export function kindMembers() {
  const what = 'rules, each { name: ..., terms: [...], replacement: ... }'
  const error = `must be a text of at most ${LONGEST_REPLACEMENT} characters`
  const rule = keyed({
    name: reasonName(),
    terms: terms(),
    replacement: z.string({ error }).max(LONGEST_REPLACEMENT, { error }).optional(),
  }).transform(({ name, terms, replacement }): TerminologyRule => {
    return { name, terms, ...(replacement !== undefined && { replacement }) }
  })
  return {
    rules: z.array(rule, { error: `must be ${what}` }).min(1, { error: `must not be empty; it must be ${what}` }),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ rules }: Written, context: z.RefinementCtx): void {
  checkNames('rules', rules, context)
}

export function settingsOf({ rules }: Written): TerminologySettings {
  return { rules }
}
