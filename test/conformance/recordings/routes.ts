import { chainFor } from '../../../core/chain.js'
import type { Dialect, Provider, Task } from '../../../core/provider.js'
import type { Target } from '../../../core/settings.js'
import type { ApiChoice } from '../../../llm/providers/family.js'
import { providers } from '../../../llm/providers/index.js'
import type { Recording } from '../recording.js'
import { REPLAY_PREFIX } from '../replaying-provider.js'
import { OPTIONS } from './options.js'

/** How the recordings of one API are fed through. */
export interface Route {
  readonly task: Extract<Task, 'chat' | 'embeddings'>
  /** What the recorded bytes are written in; absent where each kind has only one dialect for the task. */
  readonly dialect?: string
  /** Kinds that may reach the API, the one to prefer first. */
  readonly kinds: readonly string[]
  /** The model's name at the provider; it decides which API some kinds choose. */
  readonly model: string
  /** The API that a target is bound to, where kinds have several for the task. */
  readonly api?: ApiChoice
}

/** The route of a recording; undefined for an API that is no part of the matrix. */
export function routeOf({ api, provider, model, id, expected }: Recording): Route | undefined {
  const replayed = `${REPLAY_PREFIX}${id}`
  const chat = { task: 'chat', model: replayed } as const
  const embeddings = { task: 'embeddings', model: replayed } as const
  switch (api) {
    case 'chat.completions':
      return { ...chat, dialect: 'openai-chat', kinds: [provider, 'compatible'], api: 'chat' }
    case 'responses':
      return { ...chat, dialect: 'openai-responses', kinds: [provider, 'compatible'], api: 'responses' }
    case 'completions':
      return { ...chat, dialect: 'openai-completions', kinds: [provider, 'compatible'], api: 'completions' }
    case 'messages':
      // Vertex AI chooses the publisher's API by the model's name.
      if (provider === 'vertex') {
        return { ...chat, dialect: 'anthropic-messages', kinds: ['vertex'], model: `claude-${replayed}` }
      }
      return { ...chat, dialect: 'anthropic-messages', kinds: ['anthropic'] }
    case 'generateContent':
    case 'streamGenerateContent':
      return { ...chat, dialect: 'gemini', kinds: [provider === 'vertex' ? 'vertex' : 'gemini'] }
    case 'converse':
    case 'converse-stream':
      return { ...chat, dialect: 'bedrock-converse', kinds: ['bedrock-converse'] }
    case 'chat.v2':
      return { ...chat, dialect: 'cohere-chat', kinds: ['cohere'] }
    case 'embeddings':
      return { ...embeddings, kinds: [provider, 'compatible'] }
    case 'embed':
      return { ...embeddings, kinds: ['cohere'] }
    case 'batchEmbedContents':
      return { ...embeddings, kinds: ['gemini'] }
    case 'embedContent':
      return { ...embeddings, kinds: ['vertex'], model: `gemini-embedding-2-${replayed}` }
    case 'invoke':
    case 'invoke-stream':
      return invokeRoute(model ?? '', expected.kind, replayed)
    default:
      return undefined
  }
}

/** Bedrock's InvokeModel passes on whatever a model's maker has; Claude before version 3 had no messages. */
function invokeRoute(model: string, kind: string, replayed: string): Route | undefined {
  const kinds = ['bedrock-invoke']
  if (/anthropic\.claude-(?!v|instant)/.test(model)) {
    return { task: 'chat', dialect: 'anthropic-messages', kinds, model: replayed }
  }
  const maker = /amazon\.titan-embed|cohere\.embed/.exec(model)?.[0]
  if (maker === undefined || kind !== 'embeddings') return undefined
  return { task: 'embeddings', kinds, model: `${maker}-${replayed}` }
}

/** A provider kind, with the API of it that a client reaches. */
export interface Reached {
  readonly kind: string
  readonly provider: Provider
  /** What the target must be bound to. */
  readonly api: ApiChoice | undefined
}

/** Through what a client of `dialect` reaches the recorded API; undefined where this build has no way. */
export function reach(route: Route, client: Dialect): Reached | undefined {
  for (const kind of route.kinds) {
    const family = providers.get(kind)
    if (!family) continue
    const api = route.api !== undefined && family.apis.includes(route.api) ? route.api : undefined
    const [first, ...others] = family.serving(route.model, { api, basePath: '', options: OPTIONS[kind] ?? {} })
    const [chosen] = chainFor(client, [{ ...targetOf(first), others: others.map(targetOf) }])
    const provider = chosen?.upstream.provider
    const right = provider && (route.dialect ?? provider.dialect.name) === provider.dialect.name
    if (right) return { kind, provider, api }
  }
  return undefined
}

/** A target of which only the API is asked for. */
function targetOf(provider: Provider): Target {
  const place = { authority: '127.0.0.1', scheme: 'http', basePath: '', cluster: 'none' } as const
  return {
    name: 'recorded',
    upstream: { name: 'recorded', provider, credentials: {}, ...place },
    model: '',
    limits: {},
  }
}
