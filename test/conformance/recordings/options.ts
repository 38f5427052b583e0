import type { ProviderOptions } from '../../../core/provider.js'

const BEDROCK = { region: 'us-east-1' }

/** What a kind's configuration needs besides its address and its key. */
export const OPTIONS: Readonly<Record<string, ProviderOptions>> = {
  azure: { apiVersion: '2025-04-01-preview' },
  vertex: { project: 'p', location: 'europe-west4' },
  bedrock: BEDROCK,
  'bedrock-converse': BEDROCK,
  'bedrock-invoke': BEDROCK,
}
