import { z } from 'zod'
import type { NamedPattern, PatternsSettings } from '../../../policies/guardrails/content/settings.js'
import { keyed } from '../maps.js'
import { LONGEST_MATCH, patternText } from '../pii-values.js'
import { integer } from '../values.js'
import { reasonName } from './term-values.js'

/** What a guard of kind `patterns` has of its own; `faultOf` tells what is wrong with a pattern, without quoting it. */
export function kindMembers(faultOf: (pattern: string) => string | undefined) {
  const what = 'a list of patterns, each { name: ..., pattern: ... }'
  const entry = keyed({
    name: reasonName(),
    pattern: patternText(faultOf),
    maxLength: integer(1, LONGEST_MATCH).optional(),
  }).transform(({ name, pattern, maxLength }): NamedPattern => {
    return { name, pattern, ...(maxLength !== undefined && { maxLength }) }
  })
  return {
    patterns: z.array(entry, { error: `must be ${what}` }).min(1, { error: `must not be empty; it must be ${what}` }),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** Several patterns may have one name. */
export function settingsOf({ patterns }: Written): PatternsSettings {
  return { patterns }
}
