import type { FinishReason } from '../../../core/chat.js'

const REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
}

/** What a `finish_reason` means; an unknown word is `other`. `ERROR` and `TIMEOUT` are errors, not ends: see `errors.ts`. */
export function finishReason(raw: string): FinishReason {
  return (Object.hasOwn(REASONS, raw) ? REASONS[raw] : undefined) ?? 'other'
}

/** The `finish_reason` for an answer of any dialect; `raw` is used when it already is one of Cohere's words. */
export function finishWord(finish: {
  readonly reason: FinishReason
  readonly raw: string
  readonly stopSequence?: string
}): string {
  if (Object.hasOwn(REASONS, finish.raw)) return finish.raw
  switch (finish.reason) {
    case 'stop':
      return finish.stopSequence === undefined ? 'COMPLETE' : 'STOP_SEQUENCE'
    case 'length':
      return 'MAX_TOKENS'
    case 'tool-calls':
      return 'TOOL_CALL'
    case 'content-filter':
    case 'refusal':
    case 'other':
      return 'COMPLETE'
  }
}
