import type { Provider, ProviderFamily } from '../../core/provider.js'
import { anthropic } from './anthropic.js'
import { azure } from './azure.js'
import { bedrock, bedrockFor } from './bedrock.js'
import { bedrockInvoke } from './bedrock-invoke.js'
import { cerebras } from './cerebras.js'
import { compatible } from './compatible.js'
import { deepseek } from './deepseek.js'
import { fireworks } from './fireworks.js'
import { gemini } from './gemini.js'
import { groq } from './groq.js'
import { mistral } from './mistral.js'
import { ollama } from './ollama.js'
import { openai } from './openai.js'
import { openrouter } from './openrouter.js'
import { perplexity } from './perplexity.js'
import { together } from './together.js'
import { vertexFor, vertexGemini } from './vertex.js'
import { vllm } from './vllm.js'
import { xai } from './xai.js'

const FAMILIES: readonly ProviderFamily[] = [
  ...[openai, azure, anthropic, gemini].map((api) => family(api)),
  { ...family(vertexGemini), serving: (model) => [vertexFor(model)] },
  // Which API a model is called through can be fixed by naming it.
  { ...family(bedrock), serving: (model) => [bedrockFor(model)] },
  family({ ...bedrock, kind: 'bedrock-converse' }),
  family(bedrockInvoke),
  ...[mistral, groq, deepseek, xai, together, fireworks, openrouter, cerebras, perplexity].map((api) => family(api)),
  ...[ollama, vllm, compatible].map((api) => family(api)),
]

/** A kind whose models are all served by the same APIs, of one task the preferred first. */
function family(first: Provider, ...others: readonly Provider[]): ProviderFamily {
  const { kind, defaultBaseUrl, baseUrlFor, options } = first
  const apis = [first, ...others] as const
  return {
    kind,
    ...(defaultBaseUrl !== undefined && { defaultBaseUrl }),
    ...(baseUrlFor && { baseUrlFor }),
    ...(options && { options }),
    serving: () => apis,
  }
}

/** Every provider kind that a config may name. */
export const providers: ReadonlyMap<string, ProviderFamily> = new Map(FAMILIES.map((made) => [made.kind, made]))
