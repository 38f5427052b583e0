import type { JWTInput } from 'google-auth-library'
import { CredentialError } from './reason.js'
import type { Fetch } from './renewal.js'

/** The one scope that Vertex AI asks for (https://cloud.google.com/vertex-ai/docs/authentication). */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/** Milliseconds that one request to Google may take. */
const TIMEOUT = 10_000

export interface GoogleSettings {
  /** The JSON of a key or of a federation, as Google gives it out; absent means Application Default Credentials. */
  readonly credentials?: string | undefined
  readonly project?: string | undefined
}

/**
 * Access tokens of a Google account: from the given JSON, else from where Application Default Credentials look
 * (https://cloud.google.com/docs/authentication/application-default-credentials): the file of `GOOGLE_APPLICATION_CREDENTIALS`, the
 * one that gcloud wrote, the metadata server.
 */
export function googleToken({ credentials, project }: GoogleSettings): Fetch<string> {
  return async (signal) => {
    const { GoogleAuth, gcpMetadata } = await import('google-auth-library')
    // A metadata server that was not up yet would else stay undiscovered.
    gcpMetadata.resetIsAvailableCache()
    // A new one each time: what it finds it keeps, and a key in a file may have been replaced.
    const auth = new GoogleAuth({
      scopes: SCOPE,
      // Without one it looks for a project, which takes a call of gcloud and several of the metadata server.
      projectId: project ?? 'none',
      clientOptions: { transporterOptions: { signal, timeout: TIMEOUT } },
      ...(credentials !== undefined && { credentials: parsed(credentials) }),
    })
    const client = await auth.getClient().catch((cause: unknown) => {
      throw new CredentialError('Google credentials were not found or cannot be read', { cause })
    })
    const { token } = await client.getAccessToken().catch((cause: unknown) => {
      throw new CredentialError('Google gave no access token', { cause })
    })
    if (!token) throw new CredentialError('Google gave no access token')
    const { expiry_date: expiresAt } = client.credentials
    return { value: token, ...(typeof expiresAt === 'number' && { expiresAt }) }
  }
}

function parsed(credentials: string): JWTInput {
  try {
    return JSON.parse(credentials) as JWTInput
  } catch {
    // The parser's message quotes the text.
    throw new CredentialError('the Google credentials are not JSON')
  }
}
