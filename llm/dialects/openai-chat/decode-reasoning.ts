import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { NAME } from './name.js'
import { PLAIN_REASONING, type ReasoningPart, reasoningDetail, thinkingBlock } from './thinking.js'

/** Units that an entry takes. */
const ENTRY = 8

/**
 * Thinking that a client sends back, in the richest of the forms that clients use. Each part remembers in which members it
 * stood, so that a server of this dialect gets it there again; an encrypted entry has nothing but that. In steps.
 */
export function* decodeReasoning(message: JsonObject): Steps<readonly ReasoningPart[]> {
  const plain = PLAIN_REASONING.filter((name) => typeof message[name] === 'string' && message[name] !== '')
  const members = [...plain, 'thinking_blocks']
  const blocks = yield* readEach(message.thinking_blocks, (entry) => {
    const block = thinkingBlock(entry)
    return block && as(block, members)
  })
  if (blocks.length > 0) return blocks
  const details = yield* readEach(message.reasoning_details, (entry) => detailOf(entry, plain))
  if (details.some(({ text }) => text !== '')) return details
  const [first] = plain
  const text = first === undefined ? undefined : message[first]
  return typeof text === 'string' ? [as({ type: 'reasoning', text }, plain), ...details] : details
}

function* readEach(
  value: JsonValue | undefined,
  read: (entry: JsonValue) => ReasoningPart | undefined,
): Steps<readonly ReasoningPart[]> {
  if (!isArray(value)) return []
  const parts: ReasoningPart[] = []
  const add = (entry: JsonValue) => {
    const part = read(entry)
    if (part !== undefined) parts.push(part)
  }
  yield* eachInSteps(value, () => ENTRY, add)
  return parts
}

/** Only the parts that have a text repeat what stands in the plain members. */
function detailOf(entry: JsonValue, plain: readonly string[]): ReasoningPart | undefined {
  if (!isObject(entry)) return undefined
  const read = reasoningDetail(entry) ?? { type: 'reasoning', text: '' }
  const { text: _text, summary: _summary, signature: _signature, ...detail } = entry
  return as(read, read.text === '' ? [] : plain, detail)
}

/** Thinking that stands among the parts of a message's content. */
export function inContent(part: ReasoningPart, form: 'text' | 'chunks'): ReasoningPart {
  return { ...part, extras: { dialect: NAME, fields: { content: form } } }
}

function as(part: ReasoningPart, members: readonly string[], detail?: JsonObject): ReasoningPart {
  return { ...part, extras: { dialect: NAME, fields: detail === undefined ? { members } : { members, detail } } }
}
