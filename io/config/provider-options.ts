import type { z } from 'zod'
import type { ProviderKind, ProviderOptions } from '../../core/provider.js'
import { type Account, accountOf } from '../credentials/accounts.js'
import { googleCredentialFault } from '../credentials/google-credential.js'
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

/** What only some kinds read of how their requests are signed, and what each is, as error messages say it. */
const SIGNING = {
  credentials: 'the JSON of a Google credential',
  profile: "the name of a profile of AWS's shared configuration",
  tenantId: 'the id of an Entra tenant',
  clientId: 'the id of an Entra application or identity',
  clientSecret: 'the secret of an Entra application',
} as const

type SigningKey = keyof typeof SIGNING
type Signing = { readonly [Key in SigningKey]?: string | undefined }

const SIGNING_KEYS = Object.keys(SIGNING) as readonly SigningKey[]

const READ_BY: Readonly<Record<Account, readonly SigningKey[]>> = {
  google: ['credentials'],
  aws: ['profile'],
  entra: ['tenantId', 'clientId', 'clientSecret'],
}

/** The keys of a provider that some kinds sign with in place of an `apiKey`. */
export function providerSigning() {
  return {
    credentials: text(SIGNING.credentials)
      .superRefine((json, context) => {
        const message = googleCredentialFault(json)
        if (message !== undefined && json !== '') context.addIssue({ code: 'custom', message })
      })
      .optional(),
    profile: name(SIGNING.profile),
    tenantId: option(SIGNING.tenantId),
    clientId: option(SIGNING.clientId),
    clientSecret: text(SIGNING.clientSecret)
      .regex(/^[\x21-\x7e]*$/, { error: `must be ${SIGNING.clientSecret}: printable ASCII without spaces` })
      .optional(),
  }
}

// Profiles may have names with almost any character, which go nowhere but into a look-up.
function name(what: string) {
  return text(what)
    .regex(/^[^\p{C}]{0,128}$/u, { error: `must be ${what}, of at most 128 characters` })
    .optional()
}

// They become parts of hosts and paths.
function option(what: string) {
  const error = `must be ${what}; 1 to 128 of A-Z a-z 0-9 . _ : - are allowed`
  return text(what)
    .regex(/^[A-Za-z0-9._:-]{0,128}$/, { error })
    .optional()
}

/** Reports what a provider of this kind does not sign with, and what is not enough to sign. */
export function checkSigning(
  settings: { readonly kind: string; readonly apiKey?: string | undefined; readonly apiKeys?: unknown } & Signing,
  kinds: readonly ProviderKind[],
  context: z.RefinementCtx,
): void {
  // A kind that is none has been reported, and is not to be repeated.
  if (!kinds.some(({ kind }) => kind === settings.kind)) return
  const account = accountOf(settings.kind)
  const read = account === undefined ? [] : READ_BY[account]
  const refuse = (key: SigningKey, message: string, params = {}) =>
    context.addIssue({ code: 'custom', path: [key], message, params })
  for (const key of SIGNING_KEYS) {
    if (settings[key] === undefined) continue
    if (!read.includes(key)) refuse(key, `has no use for a provider of kind ${settings.kind}; remove it`, AT_KEY)
    else if (settings.apiKey !== undefined) refuse(key, 'has no use beside apiKey; remove one of the two', AT_KEY)
    else if (settings.apiKeys !== undefined) refuse(key, 'has no use beside apiKeys; remove one of the two', AT_KEY)
  }
  if (settings.apiKey !== undefined && settings.apiKeys !== undefined) {
    const message = 'has no use beside apiKey; remove one of the two'
    context.addIssue({ code: 'custom', path: ['apiKeys'], message, params: AT_KEY })
  }
  if (settings.clientSecret === undefined || !read.includes('clientSecret')) return
  for (const key of ['tenantId', 'clientId'] as const) {
    if (settings[key] === undefined) refuse(key, `must be ${SIGNING[key]}: there is a clientSecret`)
  }
}

/**
 * Reports the options that a provider's kind does not read, and what it cannot do without. A region may be said of any that has no
 * location: rules on calls ask for it.
 */
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
    } else if (!options.allowed.includes(name) && (name !== 'region' || settings.location !== undefined)) {
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
