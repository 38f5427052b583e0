import type { z } from 'zod'
import type { ProviderKind, ProviderOptions } from '../../core/provider.js'
import { AT_KEY } from './maps.js'
import { text } from './values.js'

/** What each option is, as error messages say it. */
const MEANINGS = {
  apiVersion: 'an API version such as 2025-01-01-preview',
  region: 'a region such as us-east-1',
  project: 'the id of a project',
  location: 'a location such as europe-west4',
} as const satisfies Record<keyof ProviderOptions, string>

const OPTIONS = Object.keys(MEANINGS) as readonly (keyof typeof MEANINGS)[]

/** The keys of a provider that only some kinds have. */
export function providerOptions() {
  return {
    apiVersion: option(MEANINGS.apiVersion),
    region: option(MEANINGS.region),
    project: option(MEANINGS.project),
    location: option(MEANINGS.location),
  }
}

// They become parts of hosts and paths.
function option(what: string) {
  const error = `must be ${what}; 1 to 128 of A-Z a-z 0-9 . _ : - are allowed`
  return text(what)
    .regex(/^[A-Za-z0-9._:-]{0,128}$/, { error })
    .optional()
}

/** Reports the options that a provider's kind does not read, and what it cannot do without. */
export function checkKind(
  settings: { readonly kind: string; readonly baseUrl?: string | undefined } & ProviderOptions,
  kinds: readonly ProviderKind[],
  context: z.RefinementCtx,
): void {
  const known = kinds.find(({ kind }) => kind === settings.kind)
  if (!known) return
  const { kind, options = { allowed: [], required: [] } } = known
  const refuse = (key: string, message: string, params = {}) =>
    context.addIssue({ code: 'custom', path: [key], message, params })
  for (const name of OPTIONS) {
    if (settings[name] === undefined) {
      if (options.required.includes(name)) refuse(name, `must be ${MEANINGS[name]}`)
    } else if (!options.allowed.includes(name)) {
      refuse(name, `has no use for a provider of kind ${kind}; remove it`, AT_KEY)
    }
  }
  if (settings.baseUrl === undefined && !hasEndpoint(known, settings)) {
    refuse('baseUrl', `must be a URL such as https://api.example.com/v1: kind ${kind} has no endpoint of its own`)
  }
}

function hasEndpoint({ defaultBaseUrl, baseUrlFor, options }: ProviderKind, settings: ProviderOptions): boolean {
  if (defaultBaseUrl !== undefined) return true
  if (baseUrlFor === undefined) return false
  // What is missing for it has been reported.
  if (options?.required.some((name) => settings[name] === undefined)) return true
  try {
    baseUrlFor(settings)
    return true
  } catch {
    return false
  }
}
