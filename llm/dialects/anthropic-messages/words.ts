import type { FinishReason } from '../../../core/chat.js'

/** The name of this dialect, on everything that only it understands. */
export const DIALECT = 'anthropic-messages'

/** Anthropic `stop_reason` words, with what they mean to every dialect. */
const STOP_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'refusal',
  pause_turn: 'other',
}

/** What a `stop_reason` means; an unknown word is `other`. */
export function finishOf(stopReason: string): FinishReason {
  return (Object.hasOwn(STOP_REASONS, stopReason) ? STOP_REASONS[stopReason] : undefined) ?? 'other'
}

/** The `stop_reason` for an answer of any dialect; `raw` is used when it already is one of Anthropic's words. */
export function stopReasonOf(
  finish: { readonly reason: FinishReason; readonly raw: string; readonly stopSequence?: string },
  called: 'tools' | 'nothing',
): string {
  // `stop` is Cohere's and OpenAI's word too, but none of Anthropic's words means something else elsewhere.
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
      return 'refusal'
    case 'other':
      return 'end_turn'
  }
}

/** OpenAI's service tiers are the vocabulary; Anthropic's request and response words for them. */
const TIERS: readonly (readonly [vocabulary: string, asked: string | undefined, answered: string | undefined])[] = [
  ['auto', 'auto', undefined],
  ['default', 'standard_only', 'standard'],
  ['priority', undefined, 'priority'],
]

/** `standard_only` for `default`; undefined for a tier that cannot be asked for. */
export const tierToAsk = (tier: string): string | undefined => TIERS.find(([word]) => word === tier)?.[1]

/** `default` for `standard_only`; an unknown word stays. */
export const tierAsked = (word: string): string => TIERS.find(([, asked]) => asked === word)?.[0] ?? word

/** `standard` for `default`; an unknown word stays. */
export const tierToAnswer = (tier: string): string => TIERS.find(([word]) => word === tier)?.[2] ?? tier

/** `default` for `standard`; an unknown word stays. */
export const tierAnswered = (word: string): string => TIERS.find(([, , answered]) => answered === word)?.[0] ?? word
