import { z } from 'zod'
import type { BedrockGuardrailSettings } from '../../../policies/guardrails/external/settings.js'
import type { CredentialSettings } from '../../credentials/plan.js'
import { baseUrl, text } from '../values.js'
import { apiKey, cache, window } from './external-values.js'

/** What a guard of kind `bedrock-guardrail` has of its own. */
export function kindMembers() {
  const region = 'a region such as us-east-1'
  const guardrail = 'the id or the ARN of a guardrail'
  const profile = "the name of a profile of AWS's shared configuration"
  return {
    region: text(region).regex(/^([a-z]{2,4}(-[a-z]+)+-\d{1,2})?$/, { error: `must be ${region}` }),
    baseUrl: baseUrl().optional(),
    apiKey: apiKey(),
    profile: text(profile)
      .regex(/^[^\p{C}]{0,128}$/u, { error: `must be ${profile}, of at most 128 characters` })
      .optional(),
    guardrail: text(guardrail).regex(
      /^([a-z0-9]{0,64}|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail\/[a-z0-9]+)$/,
      { error: `must be ${guardrail}` },
    ),
    version: version(),
    window: window(1000),
    cache: cache(300_000),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ apiKey, profile }: Written, context: z.RefinementCtx): void {
  if (apiKey === undefined || profile === undefined) return
  const message = 'has no use beside apiKey; remove one of the two'
  context.addIssue({ code: 'custom', path: ['profile'], message })
}

export function settingsOf({ region, baseUrl, guardrail, version, window }: Written): BedrockGuardrailSettings {
  return { region, ...(baseUrl !== undefined && { baseUrl }), guardrail, version, window }
}

export function credentialsOf({ apiKey, baseUrl, region, profile }: Written): CredentialSettings {
  return { kind: 'bedrock', apiKey, baseUrl, region, profile }
}

/** Written as a number or as a text. */
function version() {
  const error = 'must be the number of a version, or DRAFT'
  return z
    .union([z.string(), z.number()], { error })
    .transform(String)
    .refine((version) => /^([1-9][0-9]{0,7}|DRAFT)$/.test(version), { error })
    .default('DRAFT')
}
