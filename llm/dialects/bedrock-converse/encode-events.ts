import { type BlockStart, type ChatEvent, type ChatRequest, mergeUsage, type Usage } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { bodyWriter } from './encode-body.js'
import { encodeStreamError } from './errors.js'
import { redactedToWire } from './redacted.js'
import { rawUsageOf } from './usage.js'
import { DIALECT, stopReasonOf } from './words.js'

/**
 * Writes an answer the way Bedrock sends it: ConverseStream's events when the client asked for a stream, else one Converse
 * body. Only choice 0 is written; this API has no others. Blocks and annotations of other dialects are left out.
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
  const open = new Map<number, { readonly index: number; readonly kind: BlockStart['kind'] }>()
  let started = false
  let count = 0
  let usage: Usage = {}
  let finish: Extract<ChatEvent, { type: 'finish' }> | undefined
  let called: 'tools' | 'nothing' = 'nothing'

  const begin = (): readonly Frame[] => {
    if (started) return []
    started = true
    return [frame('messageStart', { role: 'assistant' })]
  }
  const stop = (contentBlockIndex: number) => frame('contentBlockStop', { contentBlockIndex })
  const delta = (block: number, write: (kind: BlockStart['kind']) => JsonObject): readonly Frame[] => {
    const known = open.get(block)
    if (known === undefined) return []
    return [frame('contentBlockDelta', { delta: write(known.kind), contentBlockIndex: known.index })]
  }

  const openBlock = (block: number, start: BlockStart): readonly Frame[] => {
    if (start.kind === 'opaque' && start.dialect !== DIALECT) return []
    if (start.kind === 'tool-call') called = 'tools'
    const index = count++
    open.set(block, { index, kind: start.kind })
    return [...begin(), ...opening(start, index)]
  }

  const closing = (): readonly Frame[] => {
    const stopReason = stopReasonOf(finish ?? { reason: 'other', raw: '' }, called)
    const sequence = finish?.stopSequence
    const more = sequence === undefined ? {} : { additionalModelResponseFields: { stop_sequence: sequence } }
    return [
      ...begin(),
      ...[...open.values()].map(({ index }) => stop(index)),
      frame('messageStop', { stopReason, ...more }),
      frame('metadata', { usage: rawUsageOf(usage) }),
    ]
  }

  return (event) => {
    switch (event.type) {
      case 'start':
        return begin()
      case 'block-start':
        return openBlock(event.block, event.start)
      case 'delta':
        return event.text === '' ? [] : delta(event.block, (kind) => deltaOf(kind, event.text))
      case 'signature':
        return delta(event.block, () => ({ reasoningContent: { signature: event.signature } }))
      case 'annotation':
        return event.dialect === DIALECT ? delta(event.block, () => event.value) : []
      case 'block-end': {
        const known = open.get(event.block)
        open.delete(event.block)
        return known === undefined ? [] : [stop(known.index)]
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

/** What a block has before its deltas: text and reasoning nothing, encrypted reasoning all that it is. */
function opening(start: BlockStart, contentBlockIndex: number): readonly Frame[] {
  const begin = (value: JsonObject) => [frame('contentBlockStart', { start: value, contentBlockIndex })]
  switch (start.kind) {
    case 'text':
    // This API has no refusal blocks: the words are text, and the stop reason says `content_filtered`.
    case 'refusal':
    case 'reasoning':
      return []
    case 'redacted-reasoning': {
      const redactedContent = redactedToWire(start.data)
      return [frame('contentBlockDelta', { delta: { reasoningContent: { redactedContent } }, contentBlockIndex })]
    }
    case 'tool-call':
      return begin({ toolUse: { toolUseId: start.id, name: start.name } })
    case 'opaque':
      return begin(start.value)
  }
}

function deltaOf(kind: BlockStart['kind'], text: string): JsonObject {
  switch (kind) {
    case 'text':
    case 'refusal':
      return { text }
    case 'reasoning':
      return { reasoningContent: { text } }
    case 'tool-call':
    case 'opaque':
    case 'redacted-reasoning':
      return { toolUse: { input: text } }
  }
}

const frame = (event: string, payload: JsonObject): Frame => ({ type: 'event', event, data: JSON.stringify(payload) })
