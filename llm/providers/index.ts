import type { Provider } from '../../core/provider.js'
import { anthropic } from './anthropic.js'
import { azure } from './azure.js'
import { cerebras } from './cerebras.js'
import { compatible } from './compatible.js'
import { deepseek } from './deepseek.js'
import { fireworks } from './fireworks.js'
import { groq } from './groq.js'
import { mistral } from './mistral.js'
import { ollama } from './ollama.js'
import { openai } from './openai.js'
import { openrouter } from './openrouter.js'
import { perplexity } from './perplexity.js'
import { together } from './together.js'
import { vllm } from './vllm.js'
import { xai } from './xai.js'

const LIST: readonly Provider[] = [
  ...[openai, azure, anthropic],
  ...[mistral, groq, deepseek, xai, together, fireworks, openrouter, cerebras, perplexity],
  ...[ollama, vllm, compatible],
]

/** Every provider kind that a config may name. */
export const providers: ReadonlyMap<string, Provider> = new Map(LIST.map((provider) => [provider.kind, provider]))
