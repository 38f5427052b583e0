import { GatewayError } from '../../core/errors.js'
import type { ProviderOptions, WireRequest, WireTarget } from '../../core/provider.js'

/** What the configuration may say of Bedrock; the region is also in the host's name, unless that is one of your own. */
export const BEDROCK_OPTIONS = { allowed: ['region'], required: [] } as const

/** Partitions whose hosts end in another domain than `amazonaws.com`, by the beginning of their regions. */
const DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
]

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/

/** `https://bedrock-runtime.REGION.amazonaws.com`. Throws for what is no region's name. */
export function bedrockBaseUrl({ region }: ProviderOptions): string {
  if (region === undefined || !REGION.test(region)) throw new GatewayError('internal_error', 'Bedrock needs a region')
  const domain = DOMAINS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  return `https://bedrock-runtime.${region}.${domain}`
}

/** The region in the host's name (`bedrock-runtime.eu-west-1.amazonaws.com`, a VPC endpoint's); undefined in any other. */
export function regionOf(authority: string): string | undefined {
  return /(?:^|\.)bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(authority)?.[1]
}

/** A request to an operation of a model: `/model/ID/converse`. */
export function modelRequest(body: Uint8Array, { model, basePath }: WireTarget, operation: string): WireRequest {
  return {
    method: 'POST',
    path: `${basePath.replace(/\/+$/, '')}/model/${escapeModel(model)}/${operation}`,
    headers: { 'content-type': 'application/json' },
    body,
  }
}

/**
 * A model id or ARN as one segment of a path: everything but AWS's unreserved characters is escaped, once. (The signature
 * escapes the path once more.) Throws `model_not_found` for names that proxies resolve however they are escaped.
 */
function escapeModel(model: string): string {
  if (/^\.{0,2}$/.test(model)) throw new GatewayError('model_not_found', "the model's name cannot stand in a path")
  return [...Buffer.from(model, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
