import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { Garbage, indexOf, objectAt, readBlock, stringOr } from './decode-block.js'
import { decodeErrorEvent } from './errors.js'
import { eventsOfMessage } from './message-events.js'
import { mergeRawUsage, usageOf, withSearchBegun } from './usage.js'
import { DIALECT, finishOf, tierAnswered } from './words.js'

/** A content block that has begun and not ended. */
interface OpenBlock {
  readonly kind: BlockStart['kind']
  /** What a tool call or server tool call starts with; used when nothing is streamed after it. */
  readonly input: JsonValue | undefined
  readonly streamed: 'nothing' | 'something'
}

/**
 * Reads Anthropic's stream events, or one whole message, into chat events of choice 0. Anything that is not the protocol
 * becomes one `error` event (`upstream_error`) and nothing after it. Server tools and unknown blocks are `opaque`: their
 * input comes as deltas, and deltas of other kinds as annotations in wire form.
 * Spec: https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  const open = new Map<number, OpenBlock>()
  let usage: JsonObject = {}
  let phase: 'new' | 'running' | 'finished' | 'done' = 'new'

  const closeBlock = (block: number, how: 'complete' | 'cut'): readonly ChatEvent[] => {
    const state = open.get(block)
    if (state === undefined) return []
    open.delete(block)
    const end: ChatEvent = { type: 'block-end', choice: 0, block }
    // A tool call without arguments streams no input, or an empty one.
    if (how === 'cut' || state.streamed === 'something' || state.kind !== 'tool-call') return [end]
    const text = JSON.stringify(isObject(state.input) ? state.input : {})
    return [{ type: 'delta', choice: 0, block, text }, end]
  }
  const closeAll = (how: 'complete' | 'cut') => [...open.keys()].flatMap((block) => closeBlock(block, how))
  const fail = (error: GatewayError): readonly ChatEvent[] => {
    phase = 'done'
    return [...closeAll('cut'), { type: 'error', error }]
  }

  const start = (message: JsonObject): readonly ChatEvent[] => {
    usage = mergeRawUsage(usage, message['usage'])
    // Some hosts repeat message_start; only its usage counts then.
    const first = phase === 'new'
    if (first) phase = 'running'
    const tier = usage['service_tier']
    return [
      ...(first
        ? [
            {
              type: 'start' as const,
              id: stringOr(message['id'], ''),
              model: stringOr(message['model'], ''),
              ...(typeof tier === 'string' ? { serviceTier: tierAnswered(tier) } : {}),
            },
          ]
        : []),
      ...usageEvents(usage),
    ]
  }

  const openBlock = (block: number, value: JsonObject): readonly ChatEvent[] => {
    const read = readBlock(value)
    // Blocks come one after the other; parallel tool calls are the only ones that hosts interleave.
    const overlap = read.start.kind === 'tool-call' && [...open.values()].every(({ kind }) => kind === 'tool-call')
    const closed = overlap ? closeBlock(block, 'complete') : closeAll('complete')
    open.set(block, { kind: read.start.kind, input: value['input'], streamed: 'nothing' })
    const begin: ChatEvent = { type: 'block-start', choice: 0, block, start: read.start }
    const searches = value['type'] === 'server_tool_use' && value['name'] === 'web_search'
    if (searches) usage = withSearchBegun(usage)
    return [
      ...closed,
      ...(searches ? usageEvents(usage) : []),
      begin,
      ...(read.text === '' ? [] : [{ type: 'delta' as const, choice: 0, block, text: read.text }]),
      ...(read.signature === '' ? [] : [{ type: 'signature' as const, choice: 0, block, signature: read.signature }]),
      ...read.citations.map((value) => ({ type: 'annotation' as const, choice: 0, block, dialect: DIALECT, value })),
    ]
  }

  const text = (
    block: number,
    kind: 'text' | 'reasoning' | 'tool-call',
    member: JsonValue | undefined,
  ): readonly ChatEvent[] => {
    if (typeof member !== 'string') throw new Garbage('a delta without text')
    const implied = kind !== 'tool-call' && !open.has(block) ? openBlock(block, IMPLIED[kind]) : NOTHING
    const into = open.get(block)
    if (into === undefined || (into.kind !== kind && into.kind !== 'opaque')) throw new Garbage('a delta out of place')
    if (member === '') return implied
    if (into.streamed === 'nothing') open.set(block, { ...into, streamed: 'something' })
    return after(implied, [{ type: 'delta', choice: 0, block, text: member }])
  }

  const delta = (block: number, value: JsonObject): readonly ChatEvent[] => {
    switch (value['type']) {
      case 'text_delta':
        return text(block, 'text', value['text'])
      case 'thinking_delta':
        return text(block, 'reasoning', value['thinking'])
      case 'input_json_delta':
        return text(block, 'tool-call', value['partial_json'])
      case 'signature_delta': {
        const signature = stringOr(value['signature'], '')
        return signature === '' || !open.has(block) ? [] : [{ type: 'signature', choice: 0, block, signature }]
      }
      case 'citations_delta': {
        const citation = value['citation']
        if (!isObject(citation) || !open.has(block)) return []
        return [{ type: 'annotation', choice: 0, block, dialect: DIALECT, value: citation }]
      }
      default:
        return open.has(block) ? [{ type: 'annotation', choice: 0, block, dialect: DIALECT, value }] : []
    }
  }

  const messageDelta = (event: JsonObject): readonly ChatEvent[] => {
    const delta = isObject(event['delta']) ? event['delta'] : {}
    usage = mergeRawUsage(usage, event['usage'])
    const reason = delta['stop_reason']
    const sequence = delta['stop_sequence']
    const reported = isObject(event['usage']) ? usageEvents(usage) : []
    if (typeof reason !== 'string' || phase === 'finished') return reported
    phase = 'finished'
    const finish: ChatEvent = {
      type: 'finish',
      choice: 0,
      reason: finishOf(reason),
      raw: reason,
      ...(typeof sequence === 'string' ? { stopSequence: sequence } : {}),
    }
    // Output that the token limit cut leaves its last block open.
    return [...closeAll('complete'), finish, ...reported]
  }

  const running = (type: string, event: JsonObject): readonly ChatEvent[] => {
    switch (type) {
      case 'content_block_start':
        return openBlock(indexOf(event), objectAt(event, 'content_block'))
      case 'content_block_delta':
        return delta(indexOf(event), objectAt(event, 'delta'))
      case 'content_block_stop':
        return closeBlock(indexOf(event), 'complete')
      case 'message_delta':
        return messageDelta(event)
      case 'message_stop': {
        const closed = closeAll('complete')
        phase = 'done'
        return [...closed, { type: 'end' }]
      }
      default:
        // `ping`, and events that a later API version may add.
        return NOTHING
    }
  }

  const step = (event: JsonObject, named: string): readonly ChatEvent[] => {
    const type = stringOr(event['type'], named)
    if (type === '') throw new Garbage('an event without a type')
    if (type === 'error') return fail(decodeErrorEvent(event))
    if (type === 'message_start') return start(objectAt(event, 'message'))
    const started = phase === 'new' && RUNNING.has(type) ? start({}) : NOTHING
    return after(started, running(type, event))
  }

  const read = (frame: Frame): readonly ChatEvent[] => {
    // Comments are frames without data; hosts that speak several dialects may end every stream OpenAI's way.
    if (frame.type === 'event' && (frame.data === '' || frame.data === '[DONE]')) return []
    const value = jsonIn(frame)
    if (!isObject(value)) throw new Garbage('not an object')
    if (frame.type === 'event') return step(value, frame.event)
    return eventsOfMessage(value).flatMap((event) => (phase === 'done' ? [] : step(event, '')))
  }

  return {
    push: (frame) => {
      if (phase === 'done') return []
      try {
        return read(frame)
      } catch (cause) {
        // The cause of a JSON error quotes the text: it goes no further than here.
        const why = cause instanceof Garbage ? cause.message : 'not JSON'
        return fail(new GatewayError('upstream_error', `the provider's answer is not a Messages answer: ${why}`))
      }
    },
    end: () => {
      if (phase === 'done') return []
      const why = phase === 'new' ? 'the provider sent no answer' : "the provider's stream ended early"
      return fail(new GatewayError('upstream_error', why))
    },
  }
}

const NOTHING: readonly ChatEvent[] = []

const after = (first: readonly ChatEvent[], made: readonly ChatEvent[]): readonly ChatEvent[] =>
  first.length === 0 ? made : [...first, ...made]

const RUNNING = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

const IMPLIED = { text: { type: 'text' }, reasoning: { type: 'thinking' } } as const

const usageEvents = (raw: JsonObject): readonly ChatEvent[] => {
  const usage = usageOf(raw)
  return Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage }]
}
