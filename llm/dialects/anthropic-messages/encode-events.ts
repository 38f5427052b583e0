import { type BlockStart, type ChatEvent, type ChatRequest, mergeUsage, type Usage } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { bodyWriter } from './encode-body.js'
import { encodeStreamError } from './errors.js'
import { rawUsageOf } from './usage.js'
import { isWireDelta, wireBlock, wireMessage } from './wire-message.js'
import { DIALECT, stopReasonOf } from './words.js'

/**
 * Writes an answer the way Anthropic sends it: named events when the client asked for a stream, else one body. Only
 * choice 0 is written; this API has no others. Blocks and annotations of other dialects are left out.
 */
export function encodeEvents(request: ChatRequest): Transform<ChatEvent, Frame> {
  const write = request.stream ? streamWriter() : bodyWriter()
  let state: 'open' | 'done' = 'open'
  return {
    push: (event) => {
      if (state === 'done' || ('choice' in event && event.choice !== 0)) return []
      if (event.type === 'end' || event.type === 'error') state = 'done'
      return write(event)
    },
    end: () => {
      if (state === 'done') return []
      state = 'done'
      return write({ type: 'error', error: new GatewayError('upstream_error', 'the answer ended early') })
    },
  }
}

function streamWriter(): (event: ChatEvent) => readonly Frame[] {
  /** Our block numbers to indexes on the wire, which have no gaps. */
  const indexes = new Map<number, { readonly index: number; readonly kind: BlockStart['kind'] }>()
  let started = false
  let count = 0
  let usage: Usage = {}
  let finish: Extract<ChatEvent, { type: 'finish' }> | undefined
  let called: 'tools' | 'nothing' = 'nothing'

  const stop = (index: number) => frame({ type: 'content_block_stop', index })
  const begin = (start: Extract<ChatEvent, { type: 'start' }>) => {
    started = true
    return frame({ type: 'message_start', message: wireMessage(start, usage) })
  }
  const beginUnlessBegun = () => (started ? [] : [begin({ type: 'start', id: '', model: '' })])

  const closing = (): readonly Frame[] => {
    const stops = [...indexes.values()].map(({ index }) => stop(index))
    const reason = finish === undefined ? null : stopReasonOf(finish, called)
    const delta = { stop_reason: reason, stop_sequence: finish?.stopSequence ?? null }
    return [
      ...beginUnlessBegun(),
      ...stops,
      frame({ type: 'message_delta', delta, usage: rawUsageOf(usage) }),
      frame({ type: 'message_stop' }),
    ]
  }

  return (event) => {
    switch (event.type) {
      case 'start':
        return started ? [] : [begin(event)]
      case 'block-start': {
        const block = wireBlock(event.start)
        if (block === undefined) return []
        if (event.start.kind === 'tool-call') called = 'tools'
        const index = count++
        indexes.set(event.block, { index, kind: event.start.kind })
        return [...beginUnlessBegun(), frame({ type: 'content_block_start', index, content_block: block })]
      }
      case 'delta': {
        const block = indexes.get(event.block)
        if (block === undefined || event.text === '') return []
        // Parallel tool calls that interleave are sent as they come: clients assemble blocks by index.
        return [frame({ type: 'content_block_delta', index: block.index, delta: deltaOf(block.kind, event.text) })]
      }
      case 'signature': {
        const block = indexes.get(event.block)
        const delta = { type: 'signature_delta', signature: event.signature }
        return block === undefined ? [] : [frame({ type: 'content_block_delta', index: block.index, delta })]
      }
      case 'annotation': {
        const block = indexes.get(event.block)
        if (block === undefined || event.dialect !== DIALECT) return []
        return [frame({ type: 'content_block_delta', index: block.index, delta: annotationDelta(event.value) })]
      }
      case 'block-end': {
        const block = indexes.get(event.block)
        indexes.delete(event.block)
        return block === undefined ? [] : [stop(block.index)]
      }
      case 'finish':
        finish = event
        return []
      case 'usage':
        usage = mergeUsage(usage, event.usage)
        return []
      case 'embedding':
        return []
      case 'error':
        return [encodeStreamError(event.error, '')]
      case 'end':
        return closing()
    }
  }
}

function deltaOf(kind: BlockStart['kind'], text: string): JsonObject {
  switch (kind) {
    case 'text':
    case 'refusal':
      return { type: 'text_delta', text }
    case 'reasoning':
      return { type: 'thinking_delta', thinking: text }
    case 'tool-call':
    case 'opaque':
    case 'redacted-reasoning':
      return { type: 'input_json_delta', partial_json: text }
  }
}

/** A citation, or a delta that this vocabulary has no word for and that was kept whole. */
const annotationDelta = (value: JsonObject): JsonObject =>
  isWireDelta(value) ? value : { type: 'citations_delta', citation: value }

const frame = (data: JsonObject & { readonly type: string }): Frame => ({
  type: 'event',
  event: data.type,
  data: JSON.stringify(data),
})
