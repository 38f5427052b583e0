import { GatewayError } from '../../core/errors.js'
import type { AwsCredentials, Credentials, Destination, WireRequest } from '../../core/provider.js'
import { then } from '../../core/transform.js'
import { regionOf } from './bedrock-endpoint.js'

/** The service's name in the scope of a signature. */
const SERVICE = 'bedrock'

/**
 * Signs a request for Bedrock: with AWS's Signature Version 4 over its final body, else with a Bedrock API key as bearer
 * token, else not at all (local servers). The host is signed but not set: whoever sends the request does.
 */
export function signForBedrock(
  wire: WireRequest,
  { apiKey, token, aws }: Credentials,
  now: number,
  destination: Destination,
): WireRequest | Promise<WireRequest> {
  if (aws !== undefined) return then(aws(), (keys) => signWithKeys(wire, keys, now, destination))
  if (apiKey !== undefined) return withBearer(wire, apiKey)
  return token === undefined ? wire : then(token(), (bearer) => withBearer(wire, bearer))
}

const withBearer = (wire: WireRequest, bearer: string): WireRequest => ({
  ...wire,
  headers: { ...wire.headers, authorization: `Bearer ${bearer}` },
})

async function signWithKeys(
  wire: WireRequest,
  credentials: AwsCredentials,
  now: number,
  { authority, options }: Destination,
): Promise<WireRequest> {
  const region = options?.region ?? regionOf(authority)
  if (region === undefined) throw new GatewayError('internal_error', 'Bedrock needs a region to sign for')
  const { signedV4 } = await import('./signature-v4.js')
  return signedV4(wire, credentials, now, { region, service: SERVICE, authority })
}
