import { z } from 'zod'
import { type CanarySettings, LEAST_CANARY } from '../../../policies/guardrails/content/settings.js'
import { byShape } from '../by-shape.js'
import { integer, oneOf } from '../values.js'

const LONGEST_CANARY = 200
const LEAST_WORDS = 4
const MOST_WORDS = 50

/** What a guard of kind `canary` has of its own. */
export function kindMembers() {
  const error = `must be a text of ${LEAST_CANARY} letters and digits at least, of at most ${LONGEST_CANARY} characters`
  const canary = z
    .string({ error })
    .max(LONGEST_CANARY, { error })
    .refine((text) => (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= LEAST_CANARY, { error })
  return {
    canaries: z.array(canary, { error: 'must be a list of texts that must stand in no answer' }).default([]),
    words: words().prefault(12),
  }
}

/** How many words in a row are a leak, or `off`. */
function words() {
  const off = oneOf(['off'], `a whole number from ${LEAST_WORDS} to ${MOST_WORDS}, or this word`)
  return byShape<number | 'off'>((input) =>
    typeof input === 'number' ? integer(LEAST_WORDS, MOST_WORDS) : off.transform((): number | 'off' => 'off'),
  )
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ canaries, words }: Written, context: z.RefinementCtx): void {
  if (words !== 'off' || canaries.length > 0) return
  context.addIssue({
    code: 'custom',
    path: ['words'],
    message: 'must not be off without canaries: nothing is looked for',
  })
}

export function settingsOf({ canaries, words }: Written): CanarySettings {
  return { canaries, ...(words !== 'off' && { words }) }
}
