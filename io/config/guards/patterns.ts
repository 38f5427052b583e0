import { z } from 'zod'
import type { NamedPattern, PatternsSettings } from '../../../policies/guardrails/content/settings.js'
import { keyed } from '../maps.js'
import { integer } from '../values.js'
import { reasonName } from './term-values.js'

const LONGEST_PATTERN = 1000
const LONGEST_MATCH = 4096

/** What a guard of kind `patterns` has of its own; `faultOf` tells what is wrong with a pattern, without quoting it. */
export function kindMembers(faultOf: (pattern: string) => string | undefined) {
  const what = 'a list of patterns, each { name: ..., pattern: ... }'
  const entry = keyed({
    name: reasonName(),
    pattern: pattern(faultOf),
    maxLength: integer(1, LONGEST_MATCH).optional(),
  }).transform(({ name, pattern, maxLength }): NamedPattern => {
    return { name, pattern, ...(maxLength !== undefined && { maxLength }) }
  })
  return {
    patterns: z.array(entry, { error: `must be ${what}` }).min(1, { error: `must not be empty; it must be ${what}` }),
  }
}

function pattern(faultOf: (pattern: string) => string | undefined) {
  const error = `must be a pattern of 1 to ${LONGEST_PATTERN} characters`
  return z
    .string({ error })
    .min(1, { error })
    .max(LONGEST_PATTERN, { error })
    .superRefine((written, context) => {
      const fault = written.length > LONGEST_PATTERN ? undefined : faultOf(written)
      if (fault === undefined) return
      context.addIssue({ code: 'custom', message: `is no pattern: ${fault}; the syntax of RE2 is allowed` })
    })
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** Several patterns may have one name. */
export function settingsOf({ patterns }: Written): PatternsSettings {
  return { patterns }
}
