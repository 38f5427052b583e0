import { z } from 'zod'
import { AZURE_CATEGORIES, type AzureContentSafetySettings } from '../../../policies/guardrails/external/settings.js'
import type { CredentialSettings } from '../../credentials/plan.js'
import { namedSection } from '../maps.js'
import { choice } from '../rule-values.js'
import { baseUrl, integer, text } from '../values.js'
import { apiKey, cache, keyAmong, unlessOff, window } from './external-values.js'

const CATEGORIES = Object.keys(AZURE_CATEGORIES)
const WORST = 7
/** Azure's own filters of its models begin here. */
const MEDIUM = 4
const MOST_BLOCKLISTS = 10

/** What a guard of kind `azure-content-safety` has of its own. */
export function kindMembers() {
  const version = 'an API version such as 2024-09-01'
  return {
    baseUrl: baseUrl(),
    apiKey: apiKey(),
    tenantId: option('the id of an Entra tenant'),
    clientId: option('the id of an Entra application or identity'),
    clientSecret: apiKey(),
    apiVersion: text(version)
      .regex(/^(\d{4}-\d{2}-\d{2}(-preview)?)?$/, { error: `must be ${version}` })
      .default('2024-09-01'),
    severities: namedSection(
      keyAmong(CATEGORIES, 'category'),
      unlessOff(integer(1, WORST), `a whole number from 1 to ${WORST}`),
      'categories to severities',
    ),
    blocklists: blocklists(),
    promptShield: choice(['on', 'off'], 'one of these').default('on'),
    window: window(1000),
    cache: cache(300_000),
  }
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check(written: Written, context: z.RefinementCtx): void {
  const refuse = (key: keyof Written, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  const { severities, blocklists, promptShield } = settingsOf(written)
  if (Object.keys(severities).length === 0 && blocklists.length === 0 && promptShield === 'off') {
    refuse('severities', 'must not be off for all categories without blocklists and promptShield: nothing is checked')
  }
  const { apiKey, tenantId, clientId, clientSecret } = written
  for (const key of ['tenantId', 'clientId', 'clientSecret'] as const) {
    if (apiKey !== undefined && written[key] !== undefined)
      refuse(key, 'has no use beside apiKey; remove one of the two')
  }
  if (clientSecret === undefined || apiKey !== undefined) return
  if (tenantId === undefined) refuse('tenantId', 'must be the id of an Entra tenant: there is a clientSecret')
  if (clientId === undefined) refuse('clientId', 'must be the id of an Entra application: there is a clientSecret')
}

/** Categories that are not named are judged from medium severity on. */
export function settingsOf(written: Written): AzureContentSafetySettings {
  const { baseUrl, apiVersion, severities, blocklists, promptShield, window } = written
  const own = CATEGORIES.flatMap((category) => {
    const severity = severities.get(category) ?? MEDIUM
    return severity === 'off' ? [] : [[category, severity] as const]
  })
  return { baseUrl, apiVersion, severities: Object.fromEntries(own), blocklists, promptShield, window }
}

export function credentialsOf({ apiKey, baseUrl, tenantId, clientId, clientSecret }: Written): CredentialSettings {
  return { kind: 'azure', apiKey, baseUrl, tenantId, clientId, clientSecret }
}

function blocklists() {
  const error = `must be a list of at most ${MOST_BLOCKLISTS} names of blocklists, each 1 to 64 of A-Z a-z 0-9 . _ ~ -`
  const name = z.string({ error }).regex(/^[A-Za-z0-9._~-]{1,64}$/, { error })
  return z.array(name, { error }).max(MOST_BLOCKLISTS, { error }).default([])
}

function option(what: string) {
  const error = `must be ${what}; 1 to 128 of A-Z a-z 0-9 . _ : - are allowed`
  return text(what)
    .regex(/^[A-Za-z0-9._:-]{0,128}$/, { error })
    .optional()
}
