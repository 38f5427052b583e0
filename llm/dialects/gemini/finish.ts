import type { FinishReason } from '../../../core/chat.js'
import type { JsonValue } from '../../../core/json.js'

const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  LANGUAGE: 'other',
  OTHER: 'other',
  MALFORMED_FUNCTION_CALL: 'other',
  UNEXPECTED_TOOL_CALL: 'other',
  TOO_MANY_TOOL_CALLS: 'other',
  NO_IMAGE: 'other',
  IMAGE_OTHER: 'other',
  CONTINUATION: 'other',
}

/** The numbers that are sent with `$alt=json;enum-encoding=int`, as far as Google's two APIs agree on them. */
const NUMBERS: readonly string[] = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION']

/** The word of a `finishReason`; undefined where the answer goes on. */
export function finishWordIn(member: JsonValue | undefined): string | undefined {
  if (typeof member === 'number') return member === 0 ? undefined : (NUMBERS[member] ?? 'OTHER')
  return typeof member === 'string' && member !== '' && member !== NUMBERS[0] ? member : undefined
}

/** What a word means; unknown ones are `other`. Google says `STOP` of an answer that calls functions, too. */
export function finishReason(word: string, called: 'functions' | 'nothing'): FinishReason {
  const reason = (Object.hasOwn(REASONS, word) ? REASONS[word] : undefined) ?? 'other'
  return reason === 'stop' && called === 'functions' ? 'tool-calls' : reason
}

/** The word for an answer of any dialect; `raw` is used when it already is one of Google's. */
export function finishWord(finish: { readonly reason: FinishReason; readonly raw: string }): string {
  if (Object.hasOwn(REASONS, finish.raw)) return finish.raw
  switch (finish.reason) {
    case 'stop':
    case 'tool-calls':
      return 'STOP'
    case 'length':
      return 'MAX_TOKENS'
    case 'content-filter':
    case 'refusal':
      return 'SAFETY'
    case 'other':
      return 'OTHER'
  }
}
