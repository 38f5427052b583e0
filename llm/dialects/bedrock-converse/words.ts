import type { FinishReason } from '../../../core/chat.js'
import type { JsonValue } from '../../../core/json.js'

/** The name of this dialect, on everything that only it understands. */
export const DIALECT = 'bedrock-converse'

/** Called with the client's path of what cannot be said in this dialect. */
export type Drop = (path: string) => void

/** What stands in for content that the API demands and the client did not send. */
export const NOTHING = '.'

/** Converse `stopReason` words, with what they mean to every dialect. */
const STOP_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
}

/** What a `stopReason` means; an unknown word is `other`. */
export function finishOf(stopReason: string): FinishReason {
  // Not in the API's list, but Claude's own word for it, should it come through.
  if (stopReason === 'refusal') return 'refusal'
  return (Object.hasOwn(STOP_REASONS, stopReason) ? STOP_REASONS[stopReason] : undefined) ?? 'other'
}

/** The `stopReason` for an answer of any dialect; `raw` is used when it already is one of Converse's words. */
export function stopReasonOf(
  finish: { readonly reason: FinishReason; readonly raw: string; readonly stopSequence?: string },
  called: 'tools' | 'nothing',
): string {
  if (Object.hasOwn(STOP_REASONS, finish.raw)) return finish.raw
  switch (finish.reason) {
    case 'stop':
      if (finish.stopSequence !== undefined) return 'stop_sequence'
      // OpenAI answers `stop` beside the calls of a forced tool; clients of this dialect run tools on `tool_use` only.
      return called === 'tools' ? 'tool_use' : 'end_turn'
    case 'length':
      return 'max_tokens'
    case 'tool-calls':
      return 'tool_use'
    case 'content-filter':
    case 'refusal':
      return 'content_filtered'
    case 'other':
      return 'end_turn'
  }
}

/** Who runs a tool call, by its `type`: clients run what has none or `tool_use`, the provider the rest. */
export function ranBy(type: JsonValue | undefined): 'client' | 'provider' {
  return type === undefined || type === null || type === 'tool_use' ? 'client' : 'provider'
}
