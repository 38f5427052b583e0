import type { TokenCredential } from '@azure/identity'
import { CredentialError } from './reason.js'
import type { Fetch } from './renewal.js'

export interface EntraSettings {
  readonly tenantId?: string | undefined
  /** Of an application, or of a user-assigned identity where there is no secret. */
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly baseUrl?: string | undefined
}

/**
 * Access tokens of Microsoft Entra ID: of an application with a secret, else of what `DefaultAzureCredential` finds
 * (https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains): environment, workload identity, managed
 * identity, developer tools.
 */
export function entraToken(settings: EntraSettings): Fetch<string> {
  const scope = entraScope(settings.baseUrl)
  return async (abortSignal) => {
    const credential = await credentialOf(settings)
    const token = await credential.getToken(scope, { abortSignal }).catch((cause: unknown) => {
      throw new CredentialError('Entra gave no access token', { cause })
    })
    if (!token) throw new CredentialError('Entra gave no access token')
    return { value: token.token, expiresAt: token.expiresOnTimestamp }
  }
}

/** A new one each time: each has a cache of its own, which gives out a token until five minutes before its end. */
async function credentialOf({ tenantId, clientId, clientSecret }: EntraSettings): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity')
  if (tenantId !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return new ClientSecretCredential(tenantId, clientId, clientSecret)
  }
  return new DefaultAzureCredential({
    ...(tenantId !== undefined && { tenantId }),
    // Workload identity takes it too.
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
  })
}

/** Clouds of their own, by the domain that their hosts end in. */
const CLOUDS: readonly (readonly [domain: RegExp, scope: string])[] = [
  [/\.azure\.us$/, 'https://cognitiveservices.azure.us/.default'],
  [/\.azure\.cn$/, 'https://cognitiveservices.azure.cn/.default'],
]

/**
 * What a token for this endpoint is asked for: `https://ai.azure.com/.default` for projects of Foundry, for everything else that
 * of Azure OpenAI, which Foundry's model inference takes too.
 */
export function entraScope(baseUrl: string | undefined): string {
  const { hostname = '', pathname = '' } = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl) : {}
  if (hostname.endsWith('.services.ai.azure.com') && pathname.startsWith('/api/projects/')) {
    return 'https://ai.azure.com/.default'
  }
  return CLOUDS.find(([domain]) => domain.test(hostname))?.[1] ?? 'https://cognitiveservices.azure.com/.default'
}
