import type { FinishReason } from '../../../core/chat.js'

const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  tool_call: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  refusal: 'refusal',
}

/** Reads a `finish_reason`, the words of compatible servers included; unknown words are `other`. */
export function finishReason(raw: string): FinishReason {
  return (Object.hasOwn(REASONS, raw) ? REASONS[raw] : undefined) ?? 'other'
}

/** Writes a `finish_reason`. OpenAI says `stop` when the model itself refused and its refusal is in the message. */
export function finishWord(reason: FinishReason, saidRefusal: 'with-refusal' | 'without-refusal'): string {
  switch (reason) {
    case 'stop':
    case 'other':
      return 'stop'
    case 'length':
      return 'length'
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    case 'refusal':
      return saidRefusal === 'with-refusal' ? 'stop' : 'content_filter'
  }
}
