import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { ModelLimits } from '../../../core/provider.js'
import { defined } from '../shared/defined.js'
import type { Client, Drop } from './words.js'

/** Ranges that the API takes: https://docs.cohere.com/reference/chat, https://docs.cohere.com/reference/errors */
const MOST_STOPS = 5
const MOST_K = 500
const P = { least: 0.01, most: 0.99 }

/** Writes how tokens are chosen and where an answer ends. What is out of range is brought into it, and reported. */
export function encodeSampling(request: ChatRequest, limits: ModelLimits, client: Client, drop: Drop): JsonObject {
  const { temperature, topP, topK, seed, frequencyPenalty, presencePenalty, logprobs } = request
  const common = defined({
    max_tokens: atMost(request.maxOutputTokens, limits.maxOutput),
    logprobs: logprobs === undefined ? undefined : true,
  })
  if ((logprobs?.top ?? 0) > 0) drop('top_logprobs')
  if (client === 'own') {
    const penalties = { frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty }
    return defined({ ...common, temperature, p: topP, k: topK, seed, ...penalties, stop_sequences: some(request.stop) })
  }
  return defined({
    ...common,
    temperature: within(temperature, 'temperature', 0, 1, drop),
    // What lies between these and the whole range is a hundredth of it: not worth a report.
    p: topP === undefined ? undefined : Math.min(P.most, Math.max(P.least, topP)),
    k: within(topK, 'top_k', 0, MOST_K, drop),
    seed: encodeSeed(seed, drop),
    ...encodePenalties(request, drop),
    stop_sequences: encodeStop(request.stop, drop),
  })
}

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list)

function atMost(wanted: number | undefined, limit: number | undefined): number | undefined {
  return wanted === undefined || limit === undefined ? wanted : Math.min(wanted, limit)
}

function within(wanted: number | undefined, name: string, least: number, most: number, drop: Drop): number | undefined {
  if (wanted === undefined) return undefined
  const possible = Math.min(most, Math.max(least, wanted))
  if (possible !== wanted) drop(name)
  return possible
}

function encodeSeed(seed: number | undefined, drop: Drop): number | undefined {
  if (seed === undefined || seed >= 0) return seed
  drop('seed')
  return undefined
}

/** From 0, which is the default, to 1; and models take no more than one of the two. */
function encodePenalties({ frequencyPenalty, presencePenalty }: ChatRequest, drop: Drop): JsonObject {
  const frequency = within(frequencyPenalty, 'frequency_penalty', 0, 1, drop) || undefined
  const presence = within(presencePenalty, 'presence_penalty', 0, 1, drop) || undefined
  if (frequency === undefined) return { presence_penalty: presence }
  if (presence !== undefined) drop('presence_penalty')
  return { frequency_penalty: frequency }
}

function encodeStop(stop: readonly string[], drop: Drop): readonly string[] | undefined {
  const taken = stop.filter((sequence) => sequence !== '').slice(0, MOST_STOPS)
  if (taken.length < stop.length) drop('stop')
  return some(taken)
}
