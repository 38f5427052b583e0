import type { JsonObject } from '../../../core/json.js'
import type { ProviderCall } from '../provider.js'
import { anthropicApi, bedrockClaudeApi, vertexClaudeApi } from './anthropic-api.js'
import { chatApi } from './chat-api.js'
import type { ChatRules } from './chat-rules.js'
import { CHAT_VENDORS } from './chat-vendors.js'
import { cohereApi } from './cohere-api.js'
import { converseApi } from './converse-api.js'
import { geminiApi } from './gemini-api.js'
import { responsesApi } from './responses-api.js'
import type { Envelope, StrictApi } from './strict-api.js'

/** A strict provider as the configuration names it. Its account is the first segment of its paths. */
export interface StrictPlace {
  readonly name: string
  readonly model: string
  /** The provider's configuration, without its base URL's origin and its key. */
  readonly config: JsonObject & { readonly kind: string; readonly baseUrl: string }
  /** What the target is bound to, where the kind has several APIs. */
  readonly bound?: 'responses'
  /** The API that is asked; those of one place are told apart by their paths. */
  api(call: ProviderCall): StrictApi
}

/** The key that opens a place. */
export const keyOf = (name: string): string => `key-of-${name}`

const bearer = (name: string) => ({ header: 'authorization', value: `Bearer ${keyOf(name)}` })

function rulesOf(kind: string): ChatRules {
  const rules = CHAT_VENDORS[kind]
  if (!rules) throw new Error(`There are no rules for '${kind}'.`)
  return rules
}

function chatPlace(kind: string, model: string): StrictPlace {
  const api = chatApi(rulesOf(kind), { path: `/${kind}/v1/chat/completions`, ...bearer(kind) })
  return { name: kind, model, config: { kind, baseUrl: `/${kind}/v1` }, api: () => api }
}

/** Chat Completions and Responses side by side. */
function openaiPlace(
  name: string,
  config: StrictPlace['config'],
  path: string,
  opening: Omit<Envelope, 'path'>,
): StrictPlace {
  const chat = chatApi(rulesOf('openai'), { path: `${path}/chat/completions`, ...opening })
  const responses = responsesApi({ path: `${path}/responses`, ...opening })
  return { name, model: 'gpt-4.1', config, api: (call) => (call.path.includes('/responses') ? responses : chat) }
}

function azurePlace(): StrictPlace {
  const path = '/azure/openai/deployments/gpt-4.1/chat/completions?api-version=2024-10-21'
  const api = chatApi(rulesOf('azure'), { path, header: 'api-key', value: keyOf('azure') })
  const config = { kind: 'azure', baseUrl: '/azure', apiVersion: '2024-10-21' }
  return { name: 'azure', model: 'gpt-4.1', config, api: () => api }
}

function geminiPlace(name: string, model: string): StrictPlace {
  const api = geminiApi(`/${name}/v1beta/models/${model}`, keyOf(name), { surface: 'gemini', model })
  return { name, model, config: { kind: 'gemini', baseUrl: `/${name}/v1beta` }, api: () => api }
}

const VERTEX = { kind: 'vertex', project: 'p', location: 'europe-west4' }
const vertexPath = (name: string, publisher: string, model: string) =>
  `/${name}/v1/projects/p/locations/europe-west4/publishers/${publisher}/models/${model}`

function bedrockPlace(name: string, kind: string, model: string, made: typeof converseApi): StrictPlace {
  const api = made(`/${name}/model/${encodeURIComponent(model)}`, keyOf(name))
  return { name, model, config: { kind, baseUrl: `/${name}`, region: 'us-east-1' }, api: () => api }
}

function anthropicPlace(): StrictPlace {
  const api = anthropicApi('/anthropic/v1/messages', keyOf('anthropic'))
  return {
    name: 'anthropic',
    model: 'claude-sonnet-4-5',
    config: { kind: 'anthropic', baseUrl: '/anthropic' },
    api: () => api,
  }
}

function vertexPlace(): StrictPlace {
  const model = 'gemini-2.5-flash'
  const api = geminiApi(vertexPath('vertex', 'google', model), keyOf('vertex'), { surface: 'vertex', model })
  return { name: 'vertex', model, config: { ...VERTEX, baseUrl: '/vertex' }, api: () => api }
}

function vertexClaudePlace(): StrictPlace {
  const model = 'claude-sonnet-4-5@20250929'
  const api = vertexClaudeApi(vertexPath('vertex-claude', 'anthropic', model), keyOf('vertex-claude'))
  return { name: 'vertex-claude', model, config: { ...VERTEX, baseUrl: '/vertex-claude' }, api: () => api }
}

function coherePlace(): StrictPlace {
  const api = cohereApi({ path: '/cohere/v2/chat', ...bearer('cohere') })
  return { name: 'cohere', model: 'command-a-03-2025', config: { kind: 'cohere', baseUrl: '/cohere' }, api: () => api }
}

/** Every provider kind, and each API of those that have several. */
export const STRICT_PLACES: readonly StrictPlace[] = [
  openaiPlace('openai', { kind: 'openai', baseUrl: '/openai/v1' }, '/openai/v1', bearer('openai')),
  {
    ...openaiPlace('responses', { kind: 'openai', baseUrl: '/responses/v1' }, '/responses/v1', bearer('responses')),
    bound: 'responses',
  },
  azurePlace(),
  openaiPlace('azure-v1', { kind: 'azure', baseUrl: '/azure-v1' }, '/azure-v1/openai/v1', {
    ...{ header: 'api-key', value: keyOf('azure-v1') },
  }),
  anthropicPlace(),
  geminiPlace('gemini', 'gemini-2.5-flash'),
  geminiPlace('gemini-3', 'gemini-3-pro-preview'),
  vertexPlace(),
  vertexClaudePlace(),
  bedrockPlace('bedrock', 'bedrock', 'us.amazon.nova-pro-v1:0', converseApi),
  bedrockPlace('bedrock-claude', 'bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', bedrockClaudeApi),
  bedrockPlace('bedrock-converse', 'bedrock-converse', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', converseApi),
  bedrockPlace('bedrock-invoke', 'bedrock-invoke', 'anthropic.claude-3-haiku-20240307-v1:0', bedrockClaudeApi),
  chatPlace('mistral', 'mistral-large-latest'),
  chatPlace('groq', 'llama-3.3-70b-versatile'),
  chatPlace('deepseek', 'deepseek-chat'),
  chatPlace('xai', 'grok-3'),
  chatPlace('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'),
  chatPlace('fireworks', 'accounts/fireworks/models/kimi-k2'),
  chatPlace('openrouter', 'qwen/qwen3-max'),
  chatPlace('cerebras', 'llama-3.3-70b'),
  chatPlace('perplexity', 'sonar-pro'),
  chatPlace('ollama', 'llama3.3'),
  chatPlace('vllm', 'qwen3-32b'),
  coherePlace(),
  chatPlace('compatible', 'any-model'),
]
