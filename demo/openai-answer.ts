import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../core/json.js'
import type { Answer } from './answer.js'
import type { Piece } from './http-server.js'

/** One answer on its way out, the same for both forms. */
export interface OpenaiMaking {
  readonly id: string
  /** Seconds since the epoch. */
  readonly created: number
  readonly model: string
  /** How many choices; the demo says the same in each. */
  readonly choices: number
  readonly answer: Answer
  readonly promptTokens: number
  readonly includeUsage: boolean
  /** How many alternatives each token lists; undefined without logprobs. */
  readonly topLogprobs: number | undefined
}

const FINGERPRINT = 'fp_demo00tollgate'

/** The body of an answer that is not streamed. */
export function completionOf(making: OpenaiMaking): JsonObject {
  const { answer } = making
  const text = answer.tokens.join('')
  const message =
    answer.kind === 'text'
      ? { role: 'assistant', content: text, refusal: null, annotations: [] }
      : { role: 'assistant', content: null, tool_calls: [call(answer.name, text)], refusal: null, annotations: [] }
  return {
    ...envelope(making, 'chat.completion'),
    choices: choiceIndexes(making).map((index) => ({
      index,
      message,
      logprobs: answer.kind === 'text' ? logprobs(making, answer.tokens) : null,
      finish_reason: finishReason(answer),
    })),
    usage: usageOf(making),
  }
}

/** The events of a streamed answer, `[DONE]` included; choices take turns token by token. */
export function streamOf(making: OpenaiMaking): readonly Piece[] {
  const { answer, includeUsage } = making
  // With include_usage every chunk has the member, null on all but the last one.
  const usage = includeUsage ? { usage: null } : {}
  const chunk = (index: number, delta: JsonObject, finish: string | null, tokens: readonly string[]): string =>
    frame({
      ...envelope(making, 'chat.completion.chunk'),
      choices: [{ index, delta, logprobs: logprobs(making, tokens), finish_reason: finish }],
      ...usage,
    })
  const indexes = choiceIndexes(making)
  const opening = indexes.map((index) => chunk(index, openingDelta(answer), null, []))
  const middle = answer.tokens.flatMap((token) =>
    indexes.map((index) => chunk(index, tokenDelta(answer, token), null, answer.kind === 'text' ? [token] : [])),
  )
  const closing = indexes.map((index) => chunk(index, {}, finishReason(answer), []))
  const last = { ...envelope(making, 'chat.completion.chunk'), choices: [], usage: usageOf(making) }
  return [
    ...opening.map(asFrame),
    ...middle.map((text): Piece => ({ kind: 'token', text })),
    ...closing.map(asFrame),
    ...(includeUsage ? [asFrame(frame(last))] : []),
    asFrame('data: [DONE]\n\n'),
  ]
}

function envelope({ id, created, model }: OpenaiMaking, object: string): JsonObject {
  return { id, object, created, model, service_tier: 'default', system_fingerprint: FINGERPRINT }
}

function openingDelta(answer: Answer): JsonObject {
  if (answer.kind === 'text') return { role: 'assistant', content: '', refusal: null }
  return { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call(answer.name, '') }], refusal: null }
}

function tokenDelta(answer: Answer, token: string): JsonObject {
  if (answer.kind === 'text') return { content: token }
  return { tool_calls: [{ index: 0, function: { arguments: token } }] }
}

function call(name: string, text: string): JsonObject {
  return { id: `call_${randomBytes(12).toString('hex')}`, type: 'function', function: { name, arguments: text } }
}

function finishReason(answer: Answer): string {
  if (answer.kind === 'call') return 'tool_calls'
  return answer.finish === 'length' ? 'length' : 'stop'
}

function logprobs({ topLogprobs }: OpenaiMaking, tokens: readonly string[]): JsonObject | null {
  if (topLogprobs === undefined || tokens.length === 0) return null
  const content = tokens.map((token) => {
    const one = { token, logprob: -0.125, bytes: [...Buffer.from(token)] }
    return { ...one, top_logprobs: topLogprobs > 0 ? [one] : [] }
  })
  return { content, refusal: null }
}

function usageOf({ answer, promptTokens, choices }: OpenaiMaking): JsonObject {
  const completion = answer.tokens.length * choices
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function choiceIndexes({ choices }: OpenaiMaking): readonly number[] {
  return Array.from({ length: choices }, (_, index) => index)
}

function frame(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

function asFrame(text: string): Piece {
  return { kind: 'frame', text }
}
