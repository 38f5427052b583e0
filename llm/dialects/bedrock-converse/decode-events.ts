import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { EXCEPTION } from '../../framing/aws-eventstream.js'
import { optional } from '../shared/note.js'
import { type BlockReader, blockReader, Garbage } from './block-reader.js'
import { eventsOfBody } from './body-events.js'
import { decodeException } from './errors.js'
import { redactedFromWire } from './redacted.js'
import { usageOf } from './usage.js'
import { DIALECT, finishOf, ranBy } from './words.js'

/**
 * Reads ConverseStream events, or one whole Converse body, into chat events of choice 0. Converse names neither the answer
 * nor its model. `metadata` comes after `messageStop` and ends the answer. Anything that is not the protocol becomes one
 * `error` event (`upstream_error`), as does an exception in mid-stream, and nothing comes after it.
 * Spec: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  const blocks = blockReader()
  let phase: 'new' | 'running' | 'done' = 'new'
  let finished = false
  let metadata = false

  const fail = (error: GatewayError): readonly ChatEvent[] => {
    phase = 'done'
    return [...blocks.closeAll('cut'), { type: 'error', error }]
  }

  const start = (message: JsonObject): readonly ChatEvent[] => {
    if (phase !== 'new') return []
    phase = 'running'
    const tier = isObject(message['serviceTier']) ? message['serviceTier']['type'] : undefined
    return [
      { type: 'start', id: '', model: '', ...optional('serviceTier', typeof tier === 'string' ? tier : undefined) },
    ]
  }

  /** The answer is over when both its stop and its metadata have come, in whatever order. */
  const endIfOver = (): readonly ChatEvent[] => {
    if (!finished || !metadata) return []
    phase = 'done'
    return [...blocks.closeAll('complete'), { type: 'end' }]
  }

  const stop = (event: JsonObject): readonly ChatEvent[] => {
    if (finished) return []
    finished = true
    const { stopReason, additionalModelResponseFields: more } = event
    const reason = typeof stopReason === 'string' ? stopReason : ''
    const stopSequence = stopSequenceIn(more)
    // Output that the token limit cut leaves its last block open.
    return [
      ...blocks.closeAll('complete'),
      { type: 'finish', choice: 0, reason: finishOf(reason), raw: reason, ...optional('stopSequence', stopSequence) },
      ...endIfOver(),
    ]
  }

  const meta = (event: JsonObject): readonly ChatEvent[] => {
    metadata = true
    const usage = isObject(event['usage']) ? usageOf(event['usage']) : {}
    const counted: readonly ChatEvent[] = Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage }]
    return [...counted, ...endIfOver()]
  }

  const running = (name: string, payload: JsonObject): readonly ChatEvent[] => {
    switch (name) {
      case 'contentBlockStart':
        return open(blocks, indexOf(payload), objectAt(payload, 'start'))
      case 'contentBlockDelta':
        return extend(blocks, indexOf(payload), objectAt(payload, 'delta'))
      case 'contentBlockStop':
        return blocks.close(indexOf(payload), 'complete')
      case 'messageStop':
        return stop(payload)
      case 'metadata':
        return meta(payload)
      default:
        // Events that a later version of the API may add.
        return []
    }
  }

  const step = (name: string, payload: JsonObject): readonly ChatEvent[] => {
    if (phase === 'done') return []
    if (name.startsWith(EXCEPTION)) return fail(decodeException(name.slice(EXCEPTION.length), payload))
    if (name === 'messageStart') return start(payload)
    if (phase === 'running' || !RUNNING.has(name)) return running(name, payload)
    return [...start({}), ...running(name, payload)]
  }

  const read = (frame: Frame, out: ChatEvent[]): void => {
    if (frame.type === 'event' && frame.data === '') return
    const value = jsonIn(frame)
    if (!isObject(value)) throw new Garbage('not an object')
    if (frame.type === 'event') {
      add(step(frame.event, value), out)
      return
    }
    const events = eventsOfBody(value)
    if (events === undefined) throw new Garbage('a body without a message')
    for (const [name, payload] of events) add(step(name, payload), out)
  }

  return {
    push: (frame) => {
      if (phase === 'done') return []
      const out: ChatEvent[] = []
      try {
        read(frame, out)
      } catch (cause) {
        // The cause of a JSON error quotes the text: it goes no further than here.
        const why = cause instanceof Garbage ? cause.message : 'not JSON'
        out.push(...fail(new GatewayError('upstream_error', `the provider's answer is not a Converse answer: ${why}`)))
      }
      return out
    },
    end: (how) => {
      if (phase === 'done') return []
      // Some servers that speak this API send no metadata.
      if (finished && how === 'complete') {
        phase = 'done'
        return [...blocks.closeAll('complete'), { type: 'end' }]
      }
      const why = phase === 'new' ? 'the provider sent no answer' : "the provider's stream ended early"
      return fail(new GatewayError('upstream_error', why))
    },
  }
}

function add(events: readonly ChatEvent[], out: ChatEvent[]): void {
  for (const event of events) out.push(event)
}

const RUNNING = new Set(['contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'])

/** A block that says what it is before its deltas; text and reasoning do not. */
function open(blocks: BlockReader, index: number, start: JsonObject): readonly ChatEvent[] {
  if (Object.keys(start).length === 0) return []
  const { toolUse } = start
  if (!isObject(toolUse) || ranBy(toolUse['type']) === 'provider') return blocks.open(index, opaque(start))
  const { toolUseId: id, name } = toolUse
  if (typeof id !== 'string' || typeof name !== 'string') throw new Garbage('a tool call without id or name')
  return blocks.open(index, { kind: 'tool-call', id, name, call: 'function' })
}

function extend(blocks: BlockReader, index: number, delta: JsonObject): readonly ChatEvent[] {
  const { text, toolUse, reasoningContent } = delta
  if (text !== undefined) return blocks.text(index, 'text', stringOf(text))
  if (isObject(toolUse)) return blocks.text(index, 'tool-call', stringOf(toolUse['input']))
  if (isObject(reasoningContent)) return reasoning(blocks, index, reasoningContent)
  // A citation, or a piece of what only this API has: kept as it came.
  return blocks.annotate(index, delta['citation'] === undefined ? 'any' : 'text', delta)
}

function reasoning(blocks: BlockReader, index: number, delta: JsonObject): readonly ChatEvent[] {
  const { text, signature, redactedContent } = delta
  if (typeof redactedContent === 'string') {
    const data = redactedFromWire(redactedContent)
    return [...blocks.open(index, { kind: 'redacted-reasoning', data }), ...blocks.close(index, 'complete')]
  }
  return [
    ...(text === undefined ? [] : blocks.text(index, 'reasoning', stringOf(text))),
    ...(typeof signature === 'string' && signature !== '' ? blocks.sign(index, signature) : []),
  ]
}

const opaque = (value: JsonObject): BlockStart => ({ kind: 'opaque', dialect: DIALECT, value })

/** Which sequence it was, at either place that Claude has it in. */
function stopSequenceIn(more: JsonValue | undefined): string | undefined {
  if (!isObject(more)) return undefined
  const inDelta = isObject(more['delta']) ? more['delta']['stop_sequence'] : undefined
  const found = more['stop_sequence'] ?? inDelta
  return typeof found === 'string' ? found : undefined
}

function stringOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new Garbage('a delta without text')
  return value
}

function objectAt(payload: JsonObject, name: string): JsonObject {
  const member = payload[name]
  if (!isObject(member)) throw new Garbage(`an event without ${name}`)
  return member
}

function indexOf(payload: JsonObject): number {
  const index = payload['contentBlockIndex']
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) throw new Garbage('a block without index')
  return index
}
