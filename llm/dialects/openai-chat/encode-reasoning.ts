import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { NAME } from './name.js'
import { PLAIN_REASONING, type ReasoningPart } from './thinking.js'

/** Thinking in the members of the message that it stood in when a client of this dialect sent it. */
export function reasoningMembers(own: readonly ReasoningPart[]): JsonObject {
  const plain = PLAIN_REASONING.map((name) => [name, textIn(own, name)] as const)
  const blocks = own.filter((part) => stoodIn(part, 'thinking_blocks'))
  const details: readonly JsonObject[] = own.map(detailOf).filter((detail) => detail !== undefined)
  return defined({
    ...Object.fromEntries(plain),
    thinking_blocks: blocks.length === 0 ? undefined : blocks.map(thinkingBlock),
    reasoning_details: details.length === 0 ? undefined : details,
  })
}

/** Thinking that stood among the parts of a message's content, as such a part; undefined for any other. */
export function reasoningContent(part: ReasoningPart): JsonObject | undefined {
  const form = part.extras?.dialect === NAME ? part.extras.fields.content : undefined
  if (form === undefined) return undefined
  const { text, signature, redacted } = part
  if (redacted !== undefined) return { type: 'redacted_thinking', data: redacted }
  return defined({ type: 'thinking', thinking: form === 'chunks' ? [{ type: 'text', text }] : text, signature })
}

/** Whether the part is thinking that goes into a member of its message. */
export const isOwn = (part: { readonly type: string }): part is ReasoningPart =>
  part.type === 'reasoning' && membersOf(part as ReasoningPart) !== undefined

function membersOf({ extras }: ReasoningPart): readonly JsonValue[] | undefined {
  const members = extras?.dialect === NAME ? extras.fields.members : undefined
  return isArray(members) ? members : undefined
}

const stoodIn = (part: ReasoningPart, name: string) => membersOf(part)?.includes(name) === true

function textIn(parts: readonly ReasoningPart[], name: string): string | undefined {
  const said = parts.filter((part) => stoodIn(part, name))
  return said.length === 0 ? undefined : said.map(({ text }) => text).join('')
}

function thinkingBlock({ text, signature, redacted }: ReasoningPart): JsonObject {
  if (redacted !== undefined) return { type: 'redacted_thinking', data: redacted }
  return defined({ type: 'thinking', thinking: text, signature })
}

function detailOf({ extras, text, signature }: ReasoningPart): JsonObject | undefined {
  const detail = extras?.fields.detail
  if (!isObject(detail)) return undefined
  if (detail.type === 'reasoning.encrypted') return detail
  return detail.type === 'reasoning.summary' ? { ...detail, summary: text } : defined({ ...detail, text, signature })
}
