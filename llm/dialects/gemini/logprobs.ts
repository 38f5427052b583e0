import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { listOf, member } from './members.js'

/** Reads a `logprobsResult` in OpenAI's form, which is the vocabulary's; undefined where it has no tokens. */
export function logprobsOf(result: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(result)) return undefined
  const chosen = listOf(member(result, 'chosenCandidates')).filter(isObject)
  const tops = listOf(member(result, 'topCandidates'))
  if (chosen.length === 0) return undefined
  const content = chosen.map((candidate, place) => {
    const top = tops[place]
    const candidates = isObject(top) ? listOf(member(top, 'candidates')).filter(isObject) : []
    return { ...tokenOf(candidate), top_logprobs: candidates.map(tokenOf) }
  })
  return { content, refusal: null }
}

function tokenOf(candidate: JsonObject): JsonObject {
  const token = member(candidate, 'token')
  const probability = member(candidate, 'logProbability')
  const text = typeof token === 'string' ? token : ''
  return {
    token: text,
    logprob: typeof probability === 'number' ? probability : 0,
    bytes: [...new TextEncoder().encode(text)],
  }
}

/** The tokens of several deltas as one `logprobsResult`. */
export function logprobsResult(logprobs: readonly JsonValue[]): JsonObject | undefined {
  const tokens = logprobs.flatMap((each) => (isObject(each) ? listOf(each['content']).filter(isObject) : []))
  if (tokens.length === 0) return undefined
  return {
    chosenCandidates: tokens.map(candidateOf),
    topCandidates: tokens.map((token) => ({
      candidates: listOf(token['top_logprobs']).filter(isObject).map(candidateOf),
    })),
  }
}

const candidateOf = (token: JsonObject): JsonObject => ({
  token: token['token'] ?? '',
  logProbability: token['logprob'] ?? 0,
})
