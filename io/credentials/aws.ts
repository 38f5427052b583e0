import type { AwsCredentials } from '../../core/provider.js'
import { CredentialError } from './reason.js'
import type { Fetch } from './renewal.js'

export interface AwsSettings {
  /** A profile of the shared configuration; it goes before keys in the environment. Absent means `AWS_PROFILE`. */
  readonly profile?: string | undefined
  /** Where STS is asked, unless the profile says so; absent means the environment's. */
  readonly region?: string | undefined
}

/** The chain says which of its links it tried; that is no event of ours, and goes to the console otherwise. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/**
 * Keys from AWS's standard chain (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html): environment,
 * shared files with SSO, roles to assume and processes, web identity, container, instance metadata (version 2 first).
 */
export function awsKeys({ profile, region }: AwsSettings): Fetch<AwsCredentials> {
  return async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
    // A new one each time, for a provider keeps its keys until five minutes before their end, and files for ever.
    const provider = defaultProvider({
      ignoreCache: true,
      logger: SILENT,
      ...(profile !== undefined && { profile }),
      ...(region !== undefined && { parentClientConfig: { region } }),
    })
    const keys = await provider().catch((cause: unknown) => {
      throw new CredentialError('the AWS credential chain gave no keys', { cause })
    })
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = keys
    const value = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
    return { value, ...(expiration && { expiresAt: expiration.getTime() }) }
  }
}
