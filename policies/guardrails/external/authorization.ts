import type { Credentials } from '../../../core/provider.js'

/** The header of a bearer token: an API key, else the token of an account; none where there is neither. */
export async function bearer(credentials: Credentials): Promise<Readonly<Record<string, string>>> {
  const token = credentials.apiKey ?? (await credentials.token?.())
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** The header of an Azure AI resource's key, else of the token of an account. */
export async function azureKey(credentials: Credentials): Promise<Readonly<Record<string, string>>> {
  const { apiKey } = credentials
  return apiKey === undefined ? bearer(credentials) : { 'ocp-apim-subscription-key': apiKey }
}
