import { type BlockStart, type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import { parseInput } from '../shared/tool-input.js'
import { encodeError } from './errors.js'
import { redactedToWire } from './redacted.js'
import { rawUsageOf } from './usage.js'
import { DIALECT, stopReasonOf } from './words.js'

interface HeldBlock {
  readonly start: BlockStart
  readonly texts: string[]
  /** Deltas in wire form. */
  readonly annotations: JsonObject[]
  signature: string
}

/** Collects an answer and writes it as one Converse body when it ends. */
export function bodyWriter(): (event: ChatEvent) => readonly Frame[] {
  const blocks: HeldBlock[] = []
  const open = new Map<number, HeldBlock>()
  let tier: string | undefined
  let usage: Usage = {}
  let finish: Extract<ChatEvent, { type: 'finish' }> | undefined

  const body = (): JsonObject => {
    const called = blocks.some((block) => block.start.kind === 'tool-call') ? 'tools' : 'nothing'
    const sequence = finish?.stopSequence
    return {
      output: { message: { role: 'assistant', content: blocks.flatMap(contentOf) } },
      stopReason: stopReasonOf(finish ?? { reason: 'other', raw: '' }, called),
      usage: rawUsageOf(usage),
      ...(sequence === undefined ? {} : { additionalModelResponseFields: { stop_sequence: sequence } }),
      ...(tier === undefined ? {} : { serviceTier: { type: tier } }),
    }
  }

  return (event) => {
    switch (event.type) {
      case 'start':
        tier = event.serviceTier
        return []
      case 'block-start': {
        const held: HeldBlock = { start: event.start, texts: [], annotations: [], signature: '' }
        blocks.push(held)
        open.set(event.block, held)
        return []
      }
      case 'delta':
        open.get(event.block)?.texts.push(event.text)
        return []
      case 'signature': {
        const held = open.get(event.block)
        if (held !== undefined) held.signature += event.signature
        return []
      }
      case 'annotation':
        if (event.dialect === DIALECT) open.get(event.block)?.annotations.push(event.value)
        return []
      case 'block-end':
        open.delete(event.block)
        return []
      case 'finish':
        finish = event
        return []
      case 'usage':
        usage = mergeUsage(usage, event.usage)
        return []
      case 'embedding':
        return []
      case 'error':
        return [{ type: 'body', data: JSON.stringify(encodeError(event.error, '')) }]
      case 'end':
        return [bodyFrame(body())]
    }
  }
}

function contentOf({ start, texts, annotations, signature }: HeldBlock): readonly JsonObject[] {
  const text = texts.join('')
  switch (start.kind) {
    case 'text':
    case 'refusal': {
      const citations = annotations.flatMap(({ citation }) => (isObject(citation) ? [citation] : []))
      return citations.length === 0 ? [{ text }] : [{ citationsContent: { content: [{ text }], citations } }]
    }
    case 'reasoning':
      return [{ reasoningContent: { reasoningText: signature === '' ? { text } : { text, signature } } }]
    case 'redacted-reasoning':
      return [{ reasoningContent: { redactedContent: redactedToWire(start.data) } }]
    case 'tool-call':
      return [{ toolUse: { toolUseId: start.id, name: start.name, input: parseInput(text) } }]
    case 'opaque':
      return start.dialect === DIALECT ? [wholeOf(start.value, text, annotations)] : []
  }
}

/** Puts what was streamed of a server's tool into the block: a call's input, a result's content. */
function wholeOf(value: JsonObject, text: string, annotations: readonly JsonObject[]): JsonObject {
  const { toolUse, toolResult } = value
  if (isObject(toolUse) && text !== '') return { toolUse: { ...toolUse, input: parseInput(text) } }
  const content = annotations.flatMap(({ toolResult: pieces }) => (Array.isArray(pieces) ? pieces : []))
  if (isObject(toolResult) && content.length > 0) return { toolResult: { ...toolResult, content } }
  return value
}
