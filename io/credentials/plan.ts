import type { AwsCredentials, Credentials } from '../../core/provider.js'
import { accountOf } from './accounts.js'
import { awsKeys } from './aws.js'
import { entraScope, entraToken } from './entra.js'
import { googleToken } from './google.js'
import type { Fetch } from './renewal.js'

/** What of a configured provider says how its requests are signed. */
export interface CredentialSettings {
  readonly kind: string
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
  readonly region?: string | undefined
  readonly project?: string | undefined
  /** Google's JSON of a key or of a federation. */
  readonly credentials?: string | undefined
  /** Of AWS's shared configuration. */
  readonly profile?: string | undefined
  /** Of Entra. */
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
}

/** How credentials are come by: they are there, or are fetched from a source, of which two with the same `key` are one. */
export type Plan =
  | { readonly kind: 'given'; readonly credentials: Credentials }
  | { readonly kind: 'token'; readonly key: string; readonly fetch: Fetch<string> }
  | { readonly kind: 'aws'; readonly key: string; readonly fetch: Fetch<AwsCredentials> }

/** An API key where there is one; else what the kind's vendor does without: Google, AWS and Entra have accounts. */
export function planFor(settings: CredentialSettings, env: Readonly<Record<string, string | undefined>>): Plan {
  const { kind, apiKey, baseUrl, region, credentials, project, profile, tenantId, clientId, clientSecret } = settings
  if (apiKey !== undefined) return given({ apiKey })
  const key = (...of: readonly unknown[]) => JSON.stringify(of)
  switch (accountOf(kind)) {
    case 'google':
      return { kind: 'token', key: key('google', credentials), fetch: googleToken({ credentials, project }) }
    case 'aws': {
      // As in AWS's own clients a key of the environment goes before the chain, but not before a profile that somebody chose.
      const bearer = profile === undefined ? env['AWS_BEARER_TOKEN_BEDROCK']?.trim() : undefined
      if (bearer) return { kind: 'token', key: key('bearer', bearer), fetch: async () => ({ value: bearer }) }
      return { kind: 'aws', key: key('aws', profile, region), fetch: awsKeys({ profile, region }) }
    }
    case 'entra':
      return {
        kind: 'token',
        key: key('entra', tenantId, clientId, clientSecret, entraScope(baseUrl)),
        fetch: entraToken({ tenantId, clientId, clientSecret, baseUrl }),
      }
    case undefined:
      return given({})
  }
}

const given = (credentials: Credentials): Plan => ({ kind: 'given', credentials })
