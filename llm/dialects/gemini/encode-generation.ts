import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { ModelLimits } from '../../../core/provider.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './encode-parts.js'
import { encodeThinking } from './encode-thinking.js'
import type { ModelTraits } from './models.js'

/** The most stop sequences, choices and alternatives per token that the API takes, and its range of seeds. */
const MOST_STOPS = 5
const MOST_CANDIDATES = 8
const MOST_LOGPROBS = 20
const SEEDS = { least: -(2 ** 31), most: 2 ** 31 - 1 }

/** What else the request holds that bears on it. */
interface GenerationContext {
  readonly traits: ModelTraits
  readonly limits: ModelLimits
  readonly client: Client
}

/** Writes `generationConfig`; undefined where there is nothing to say. */
export function encodeGeneration(request: ChatRequest, context: GenerationContext, drop: Drop): JsonObject | undefined {
  const { traits, limits, client } = context
  const config = defined({
    maxOutputTokens: atMost(request.maxOutputTokens, limits.maxOutput),
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    candidateCount: request.n === 1 ? undefined : within(request.n, 'n', MOST_CANDIDATES, drop),
    seed: encodeSeed(request.seed, drop),
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    stopSequences: encodeStop(request.stop, drop),
    responseLogprobs: request.logprobs === undefined ? undefined : true,
    logprobs:
      request.logprobs?.top === undefined
        ? undefined
        : within(request.logprobs.top, 'top_logprobs', MOST_LOGPROBS, drop),
    ...encodeFormat(request, client),
    thinkingConfig: encodeThinking(request.reasoning, traits, client, drop),
  })
  return Object.keys(config).length === 0 ? undefined : config
}

function atMost(wanted: number | undefined, limit: number | undefined): number | undefined {
  return wanted === undefined || limit === undefined ? wanted : Math.min(wanted, limit)
}

function within(wanted: number, name: string, most: number, drop: Drop): number {
  if (wanted > most) drop(name)
  return Math.min(wanted, most)
}

function encodeSeed(seed: number | undefined, drop: Drop): number | undefined {
  if (seed === undefined || (seed >= SEEDS.least && seed <= SEEDS.most)) return seed
  drop('seed')
  return undefined
}

function encodeStop(stop: readonly string[], drop: Drop): readonly string[] | undefined {
  const taken = stop.filter((sequence) => sequence !== '').slice(0, MOST_STOPS)
  if (taken.length < stop.length) drop('stop')
  return taken.length === 0 ? undefined : taken
}

function encodeFormat({ responseFormat: format }: ChatRequest, client: Client): JsonObject {
  if (format === undefined) return {}
  if (format.type === 'text') return client === 'own' ? { responseMimeType: 'text/plain' } : {}
  const json = { responseMimeType: 'application/json' }
  return format.type === 'json' || format.schema === undefined ? json : { ...json, responseJsonSchema: format.schema }
}
