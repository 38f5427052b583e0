import type { BlockStart, ChatEvent, Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { rawUsageOf } from './usage.js'
import { DIALECT, tierToAnswer } from './words.js'

/** What a block is on this wire before any delta; undefined for what only another dialect can say. */
export function wireBlock(start: BlockStart): JsonObject | undefined {
  switch (start.kind) {
    case 'text':
    // This API has no refusal blocks: the words are text, and the stop reason says `refusal`.
    case 'refusal':
      return { type: 'text', text: '' }
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'redacted-reasoning':
      return { type: 'redacted_thinking', data: start.data }
    case 'tool-call':
      return { type: 'tool_use', id: start.id, name: start.name, input: {} }
    case 'opaque':
      return start.dialect === DIALECT ? start.value : undefined
  }
}

/** The message without content, as message_start shows it and as a body begins. */
export function wireMessage(start: Extract<ChatEvent, { type: 'start' }>, usage: Usage): JsonObject {
  const tier = start.serviceTier === undefined ? {} : { service_tier: tierToAnswer(start.serviceTier) }
  return {
    id: start.id,
    type: 'message',
    role: 'assistant',
    model: start.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...rawUsageOf(usage), ...tier },
  }
}

/** Whether an annotation is a whole wire delta instead of a citation. */
export const isWireDelta = (value: JsonObject): boolean =>
  typeof value['type'] === 'string' && value['type'].endsWith('_delta')
