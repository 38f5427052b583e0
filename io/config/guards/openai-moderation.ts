import type { z } from 'zod'
import { OPENAI_CATEGORIES, type OpenaiModerationSettings } from '../../../policies/guardrails/external/settings.js'
import type { CredentialSettings } from '../../credentials/plan.js'
import { namedSection } from '../maps.js'
import { fraction } from '../pii-values.js'
import { baseUrl, text } from '../values.js'
import { apiKey, cache, keyAmong, unlessOff, window } from './external-values.js'

const OPENAI = 'https://api.openai.com'

/** What a guard of kind `openai-moderation` has of its own. */
export function kindMembers() {
  return {
    apiKey: apiKey(),
    baseUrl: baseUrl().default(OPENAI),
    model: text('the name of a moderation model').default('omni-moderation-latest'),
    thresholds: namedSection(
      keyAmong(OPENAI_CATEGORIES, 'category'),
      unlessOff(fraction(), 'a number from 0 to 1'),
      'categories to scores',
    ),
    window: window(1000),
    cache: cache(300_000),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ apiKey, baseUrl }: Written, context: z.RefinementCtx): void {
  if (apiKey !== undefined || !baseUrl.startsWith(OPENAI)) return
  context.addIssue({
    code: 'custom',
    path: ['apiKey'],
    message: 'must be an API key: OpenAI answers nobody without one',
  })
}

export function settingsOf({ baseUrl, model, thresholds, window }: Written): OpenaiModerationSettings {
  return { baseUrl, model, thresholds: Object.fromEntries(thresholds), window }
}

export function credentialsOf({ apiKey, baseUrl }: Written): CredentialSettings {
  return { kind: 'openai', apiKey, baseUrl }
}
