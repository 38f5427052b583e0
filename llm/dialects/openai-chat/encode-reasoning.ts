import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { defined } from '../shared/defined.js'
import { NAME } from './name.js'
import { PLAIN_REASONING, type ReasoningPart } from './thinking.js'

/** Units that a part takes. */
const THOUGHT = 8

/** Thinking in the members of the message that it stood in when a client of this dialect sent it, in steps. */
export function* reasoningMembers(own: readonly ReasoningPart[]): Steps<JsonObject> {
  const plain = PLAIN_REASONING.map((name) => ({ name, texts: [] as string[] }))
  const blocks: JsonObject[] = []
  const details: JsonObject[] = []
  const add = (part: ReasoningPart) => {
    const members = membersOf(part) ?? []
    for (const { name, texts } of plain) if (members.includes(name)) texts.push(part.text)
    if (members.includes('thinking_blocks')) blocks.push(thinkingBlock(part))
    const detail = detailOf(part)
    if (detail !== undefined) details.push(detail)
  }
  yield* eachInSteps(own, () => THOUGHT, add)
  return defined({
    ...Object.fromEntries(plain.map(({ name, texts }) => [name, texts.length === 0 ? undefined : texts.join('')])),
    thinking_blocks: blocks.length === 0 ? undefined : blocks,
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
