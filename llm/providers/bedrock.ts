import type { Provider } from '../../core/provider.js'
import { bedrockConverse } from '../dialects/bedrock-converse.js'
import { BEDROCK_OPTIONS, bedrockBaseUrl, modelRequest } from './bedrock-endpoint.js'
import { bedrockInvoke } from './bedrock-invoke.js'
import { signForBedrock } from './bedrock-sign.js'

/**
 * Amazon Bedrock through Converse and ConverseStream, which every chat model there answers. Models are ids, cross-region
 * ids (`us.amazon.nova-pro-v1:0`) or ARNs.
 */
export const bedrock: Provider = {
  kind: 'bedrock',
  dialect: bedrockConverse,
  options: BEDROCK_OPTIONS,
  baseUrlFor: bedrockBaseUrl,
  build: (body, target) => modelRequest(body, target, target.stream ? 'converse-stream' : 'converse'),
  sign: signForBedrock,
}

/**
 * Which of the two serves a model that nobody chose for. Claude is called in its own API: Converse has no word for
 * `tool_choice` `none` and parallel calls, renames documents, and takes thinking, effort and `top_k` only through a side
 * door, while a client that speaks Anthropic's API keeps its request and its answer as they are. What Converse has beyond
 * it (guardrails in the request, Office documents) is one setting away. A profile whose name does not tell its model goes
 * through Converse, which serves any.
 */
export function bedrockFor(model: string): Provider {
  return /(?:^|[./:])anthropic\./.test(model) ? bedrockInvoke : bedrock
}
