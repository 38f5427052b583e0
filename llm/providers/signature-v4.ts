import { Sha256 } from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentials, WireRequest } from '../../core/provider.js'

/** Where a signature holds. */
export interface Scope {
  readonly region: string
  readonly service: string
  readonly authority: string
}

/**
 * Signs a request with AWS's Signature Version 4 over its final body. The host is signed but not set: whoever sends the request does.
 * AWS's libraries come with this file, so it is imported where there is something to sign.
 */
export async function signedV4(
  wire: WireRequest,
  credentials: AwsCredentials,
  now: number,
  { region, service, authority }: Scope,
): Promise<WireRequest> {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 })
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
