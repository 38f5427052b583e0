import { type BlockStart, type ChatEvent, mergeUsage, type Usage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import { parseInput } from '../shared/tool-input.js'
import { encodeError } from './errors.js'
import { isWireDelta, wireBlock, wireMessage } from './wire-message.js'
import { DIALECT, stopReasonOf } from './words.js'

interface HeldBlock {
  readonly start: BlockStart
  readonly texts: string[]
  readonly citations: JsonValue[]
  signature: string
}

/** Collects an answer and writes it as one Messages body when it ends. */
export function bodyWriter(): (event: ChatEvent) => readonly Frame[] {
  const blocks: HeldBlock[] = []
  const open = new Map<number, HeldBlock>()
  let start: Extract<ChatEvent, { type: 'start' }> = { type: 'start', id: '', model: '' }
  let usage: Usage = {}
  let finish: Extract<ChatEvent, { type: 'finish' }> | undefined

  const message = (): JsonObject => {
    const called = blocks.some((block) => block.start.kind === 'tool-call') ? 'tools' : 'nothing'
    return {
      ...wireMessage(start, usage),
      content: blocks.flatMap((block) => contentOf(block)),
      stop_reason: finish === undefined ? null : stopReasonOf(finish, called),
      stop_sequence: finish?.stopSequence ?? null,
    }
  }

  return (event) => {
    switch (event.type) {
      case 'start':
        start = event
        return []
      case 'block-start': {
        const held: HeldBlock = { start: event.start, texts: [], citations: [], signature: '' }
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
        if (event.dialect === DIALECT && !isWireDelta(event.value)) open.get(event.block)?.citations.push(event.value)
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
        return [bodyFrame(message())]
    }
  }
}

function contentOf(block: HeldBlock): readonly JsonObject[] {
  const wire = wireBlock(block.start)
  if (wire === undefined) return []
  const text = block.texts.join('')
  switch (block.start.kind) {
    case 'text':
    case 'refusal':
      return [{ ...wire, text, ...(block.citations.length === 0 ? {} : { citations: block.citations }) }]
    case 'reasoning':
      return [{ ...wire, thinking: text, signature: block.signature }]
    case 'redacted-reasoning':
      return [wire]
    case 'tool-call':
      return [{ ...wire, input: parseInput(text) }]
    case 'opaque': {
      const input = text === '' ? undefined : parseInput(text)
      return [isObject(input) ? { ...wire, input } : wire]
    }
  }
}
