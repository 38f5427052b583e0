import { z } from 'zod'
import { SOURCES } from '../../../policies/guardrails/guard.js'
import { FAMILIES, type Family } from '../../../policies/guardrails/injection/families.js'
import type { InjectionSettings } from '../../../policies/guardrails/injection/settings.js'
import { AT_KEY, namedSection } from '../maps.js'
import { choice } from '../rule-values.js'
import { didYouMean, listed } from '../suggest.js'

/** What a guard of kind `injection` has of its own. */
export function kindMembers() {
  return {
    thresholds: namedSection(sourceKey(), threshold(), 'whose texts to scores'),
    off: z
      .array(choice(FAMILIES, 'a family of attacks'), { error: `must be a list of families: ${listed(FAMILIES)}` })
      .default([]),
  }
}

/** Certainty is never reached, and everything is above nothing. */
function threshold() {
  const error = 'must be a number above 0 and below 1'
  return z.number({ error }).gt(0, { error }).lt(1, { error })
}

function sourceKey() {
  return z.string().superRefine((written, context) => {
    if (SOURCES.some((source) => source === written)) return
    const message = `is nobody's; allowed: ${listed(SOURCES)}${didYouMean(written, SOURCES)}`
    context.addIssue({ code: 'custom', message, params: AT_KEY })
  })
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ off }: Written, context: z.RefinementCtx): void {
  if (FAMILIES.every((family) => off.includes(family))) {
    context.addIssue({ code: 'custom', path: ['off'], message: 'must not name every family: nothing is looked for' })
  }
}

export function settingsOf({ thresholds, off }: Written): InjectionSettings {
  return { thresholds: Object.fromEntries(thresholds), off: off satisfies readonly Family[] }
}
