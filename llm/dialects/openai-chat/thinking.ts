import type { AssistantPart } from '../../../core/chat.js'
import { isObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'

/** Reasoning as a message holds it: text with or without a signature, or encrypted. */
export type ReasoningPart = Extract<AssistantPart, { type: 'reasoning' }>

/** The members of a message that hold thinking as plain text; the first that is there counts. */
export const PLAIN_REASONING = ['reasoning_content', 'reasoning'] as const

/**
 * Reads `thinking_blocks`, the convention of gateways for carrying Anthropic's thinking through this dialect: `thinking`
 * with its signature, `redacted_thinking` with its data. Entries of another shape are skipped.
 */
export function thinkingBlocks(value: JsonValue | undefined): readonly ReasoningPart[] {
  return isArray(value) ? value.flatMap((block) => thinkingBlock(block) ?? []) : []
}

/** Reads one `thinking` or `redacted_thinking` object; its text may be a string or a list of text chunks (Mistral). */
export function thinkingBlock(block: JsonValue): ReasoningPart | undefined {
  if (!isObject(block)) return undefined
  if (block.type === 'redacted_thinking') {
    return typeof block.data === 'string' ? { type: 'reasoning', text: '', redacted: block.data } : undefined
  }
  if (block.type !== 'thinking') return undefined
  return signed(thinkingText(block.thinking), block.signature)
}

/** Reads `reasoning_details` (OpenRouter): texts and summaries; encrypted entries say nothing outside their provider. */
export function reasoningDetails(value: JsonValue | undefined): readonly ReasoningPart[] {
  return isArray(value) ? value.flatMap((detail) => reasoningDetail(detail) ?? []) : []
}

/** Reads one entry of `reasoning_details`; undefined for an encrypted one. */
export function reasoningDetail(detail: JsonValue): ReasoningPart | undefined {
  if (!isObject(detail) || detail.type === 'reasoning.encrypted') return undefined
  if (detail.type === 'reasoning.summary') {
    return typeof detail.summary === 'string' ? signed(detail.summary) : undefined
  }
  return signed(typeof detail.text === 'string' ? detail.text : '', detail.signature)
}

/** The visible text of several reasoning parts. */
export function textOf(parts: readonly ReasoningPart[]): string {
  return parts.map((part) => part.text).join('')
}

function signed(text: string, signature?: JsonValue): ReasoningPart {
  return typeof signature === 'string' && signature !== ''
    ? { type: 'reasoning', text, signature }
    : { type: 'reasoning', text }
}

function thinkingText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  if (!isArray(value)) return ''
  return value.map((chunk) => (isObject(chunk) && typeof chunk.text === 'string' ? chunk.text : '')).join('')
}
