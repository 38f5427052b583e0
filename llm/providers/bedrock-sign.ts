import { Sha256 } from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import { SignatureV4 } from '@smithy/signature-v4'
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
  const signer = new SignatureV4({ credentials, region, service: SERVICE, sha256: Sha256 })
  const request = new HttpRequest({
    method: wire.method,
    path: wire.path,
    // Given, it is not computed again: in plain JavaScript a request with pictures would hold up every other one.
    headers: { ...wire.headers, host: authority, 'x-amz-content-sha256': await sha256(wire.body) },
    body: wire.body,
  })
  const { host: _, ...headers } = (await signer.sign(request, { signingDate: new Date(now) })).headers
  return { ...wire, headers }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
