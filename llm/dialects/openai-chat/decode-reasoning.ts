import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { isArray } from '../shared/arrays.js'
import { NAME } from './name.js'
import { PLAIN_REASONING, type ReasoningPart, reasoningDetail, thinkingBlocks } from './thinking.js'

/**
 * Thinking that a client sends back, in the richest of the forms that clients use. Each part remembers in which members it
 * stood, so that a server of this dialect gets it there again; an encrypted entry has nothing but that.
 */
export function decodeReasoning(message: JsonObject): readonly ReasoningPart[] {
  const plain = PLAIN_REASONING.filter((name) => typeof message[name] === 'string' && message[name] !== '')
  const blocks = thinkingBlocks(message.thinking_blocks)
  if (blocks.length > 0) return blocks.map((block) => as(block, [...plain, 'thinking_blocks']))
  const details = detailsOf(message.reasoning_details, plain)
  if (details.some(({ text }) => text !== '')) return details
  const [first] = plain
  const text = first === undefined ? undefined : message[first]
  return typeof text === 'string' ? [as({ type: 'reasoning', text }, plain), ...details] : details
}

/** Only the parts that have a text repeat what stands in the plain members. */
function detailsOf(value: JsonValue | undefined, plain: readonly string[]): readonly ReasoningPart[] {
  if (!isArray(value)) return []
  return value.flatMap((entry) => {
    if (!isObject(entry)) return []
    const read = reasoningDetail(entry) ?? { type: 'reasoning', text: '' }
    const { text: _text, summary: _summary, signature: _signature, ...detail } = entry
    return [as(read, read.text === '' ? [] : plain, detail)]
  })
}

/** Thinking that stands among the parts of a message's content. */
export function inContent(part: ReasoningPart, form: 'text' | 'chunks'): ReasoningPart {
  return { ...part, extras: { dialect: NAME, fields: { content: form } } }
}

function as(part: ReasoningPart, members: readonly string[], detail?: JsonObject): ReasoningPart {
  return { ...part, extras: { dialect: NAME, fields: detail === undefined ? { members } : { members, detail } } }
}
