import { createHash, randomBytes } from 'node:crypto'
import type { JsonObject } from '../core/json.js'
import type { Answer } from './answer.js'
import type { Piece } from './http-server.js'

/** Tokens of a prompt; `input` leaves out what was read from or written to the cache. */
export interface PromptUsage {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
}

/** One answer on its way out, the same for both forms. `thinking` is in tokens, empty when none was asked for. */
export interface AnthropicMaking {
  readonly id: string
  readonly model: string
  readonly thinking: readonly string[]
  readonly answer: Answer
  readonly prompt: PromptUsage
}

/** The body of an answer that is not streamed. */
export function messageOf(making: AnthropicMaking): JsonObject {
  const content = blocksOf(making).map(wholeBlock)
  return { ...envelope(making), content, ...ending(making), usage: usageOf(making, 'whole') }
}

/** The events of a streamed answer, from `message_start` to `message_stop`, with the vendor's early `ping`. */
export function streamOf(making: AnthropicMaking): readonly Piece[] {
  const started = {
    ...envelope(making),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: usageOf(making, 'begun'),
  }
  const blocks = blocksOf(making).flatMap((block, index): readonly Piece[] => [
    frame('content_block_start', { index, content_block: block.opened }),
    ...(index === 0 ? [frame('ping', {})] : []),
    ...block.tokens.map(
      (token): Piece => ({ ...frame('content_block_delta', { index, delta: deltaOf(block, token) }), kind: 'token' }),
    ),
    ...(block.kind === 'thinking' ? [frame('content_block_delta', { index, delta: signatureDelta(block) })] : []),
    frame('content_block_stop', { index }),
  ])
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = making.prompt
  const usage = {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    output_tokens: outputTokens(making),
    output_tokens_details: { thinking_tokens: making.thinking.length },
  }
  return [
    frame('message_start', { message: started }),
    ...blocks,
    frame('message_delta', { delta: ending(making), usage }),
    frame('message_stop', {}),
  ]
}

interface Block {
  readonly kind: 'thinking' | 'text' | 'tool_use'
  /** The block as it is announced, before its content. */
  readonly opened: JsonObject
  readonly tokens: readonly string[]
}

function blocksOf({ thinking, answer }: AnthropicMaking): readonly Block[] {
  const thoughts: Block = {
    kind: 'thinking',
    opened: { type: 'thinking', thinking: '', signature: '' },
    tokens: thinking,
  }
  const id = `toolu_01${randomBytes(11).toString('hex')}`
  const said: Block =
    answer.kind === 'text'
      ? { kind: 'text', opened: { type: 'text', text: '' }, tokens: answer.tokens }
      : { kind: 'tool_use', opened: { type: 'tool_use', id, name: answer.name, input: {} }, tokens: answer.tokens }
  return thinking.length === 0 ? [said] : [thoughts, said]
}

function wholeBlock({ kind, opened, tokens }: Block): JsonObject {
  const text = tokens.join('')
  switch (kind) {
    case 'thinking':
      return { ...opened, thinking: text, signature: signatureOf(text) }
    case 'text':
      return { ...opened, text }
    case 'tool_use':
      return { ...opened, input: JSON.parse(text) }
  }
}

function deltaOf({ kind }: Block, token: string): JsonObject {
  switch (kind) {
    case 'thinking':
      return { type: 'thinking_delta', thinking: token }
    case 'text':
      return { type: 'text_delta', text: token }
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: token }
  }
}

function signatureDelta({ tokens }: Block): JsonObject {
  return { type: 'signature_delta', signature: signatureOf(tokens.join('')) }
}

function signatureOf(text: string): string {
  return createHash('sha512').update(text).digest('base64')
}

function envelope({ id, model }: AnthropicMaking): JsonObject {
  return { id, type: 'message', role: 'assistant', model }
}

function ending({ answer }: AnthropicMaking): JsonObject {
  if (answer.kind === 'call') return { stop_reason: 'tool_use', stop_sequence: null }
  if (answer.finish === 'stop') return { stop_reason: 'end_turn', stop_sequence: null }
  if (answer.finish === 'length') return { stop_reason: 'max_tokens', stop_sequence: null }
  return { stop_reason: 'stop_sequence', stop_sequence: answer.finish.stopSequence }
}

function outputTokens({ answer, thinking }: AnthropicMaking): number {
  return answer.tokens.length + thinking.length
}

/** At the beginning of a stream the vendor counts the prompt and one token. */
function usageOf(making: AnthropicMaking, stage: 'begun' | 'whole'): JsonObject {
  const { prompt, thinking } = making
  const details = { output_tokens_details: { thinking_tokens: thinking.length } }
  return {
    input_tokens: prompt.input,
    cache_creation_input_tokens: prompt.cacheWrite5m + prompt.cacheWrite1h,
    cache_read_input_tokens: prompt.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: prompt.cacheWrite5m,
      ephemeral_1h_input_tokens: prompt.cacheWrite1h,
    },
    output_tokens: stage === 'whole' ? outputTokens(making) : 1,
    ...(stage === 'whole' ? details : {}),
    service_tier: 'standard',
  }
}

function frame(event: string, data: JsonObject): Piece {
  return { kind: 'frame', text: `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n` }
}
