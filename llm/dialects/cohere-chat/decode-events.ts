import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { errorInAnswer, saysError } from './errors.js'
import { finishReason } from './finish.js'
import { countAt, objectAt, objectsOf, textAt } from './members.js'
import { messageReader } from './message-reader.js'
import { argumentText, beginCall, readContent, readMessage } from './read-message.js'
import { usageOf } from './usage.js'

/**
 * Reads the events of a stream, of which `message-end` is the last that counts, or one whole answer. Cohere names no model.
 * Garbage, a finish of `ERROR` or `TIMEOUT` and a stream that ends early become one `error` event, the last.
 * Spec: https://docs.cohere.com/reference/chat-stream
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  let state: 'before' | 'within' | 'after' = 'before'
  let answerId = ''
  const reader = messageReader((block) => callId(answerId, block))

  const start = (value: JsonObject, out: ChatEvent[]) => {
    if (state !== 'before') return
    state = 'within'
    answerId = textAt(value, 'id') ?? ''
    out.push({ type: 'start', id: answerId, model: '' })
  }
  const fail = (error: GatewayError, out: ChatEvent[]) => {
    reader.close('cut', out)
    state = 'after'
    out.push({ type: 'error', error })
  }
  /** `ending` holds the finish, the usage and what went wrong: a body, or the `delta` of the last event. */
  const finish = (ending: JsonObject, out: ChatEvent[]) => {
    const usage = usageOf(ending.usage)
    if (usage !== undefined) out.push({ type: 'usage', usage })
    if (saysError(ending)) throw errorInAnswer(ending)
    reader.close('complete', out)
    const raw = textAt(ending, 'finish_reason') ?? ''
    const reason = raw === '' && reader.called() ? 'tool-calls' : finishReason(raw)
    state = 'after'
    out.push({ type: 'finish', choice: 0, reason, raw }, { type: 'end' })
  }

  const readEvent = (event: JsonObject, out: ChatEvent[]) => {
    const delta = objectAt(event, 'delta')
    const message = objectAt(delta, 'message')
    const index = countAt(event, 'index') ?? 0
    switch (event.type) {
      case 'content-start':
      case 'content-delta':
        readContent(objectAt(message, 'content'), index, event.logprobs, reader, out)
        break
      case 'tool-plan-delta':
        reader.plan(textAt(message, 'tool_plan') ?? '', out)
        break
      case 'tool-call-start':
        beginCall(index, objectsOf(message.tool_calls)[0] ?? {}, reader, out)
        break
      case 'tool-call-delta': {
        const call = objectsOf(message.tool_calls)[0] ?? {}
        reader.argue(index, argumentText(objectAt(call, 'function').arguments), out)
        break
      }
      case 'tool-call-end':
        reader.endCall(index, out)
        break
      case 'citation-start':
        for (const citation of objectsOf(message.citations)) reader.cite(citation, out)
        break
      case 'message-end':
        finish(delta, out)
        break
      // `message-start`, the ends of contents and citations, and what newer versions may say, say nothing more.
      default:
        break
    }
  }

  const readFrame = (frame: Frame, out: ChatEvent[]) => {
    const data = frame.data.trim()
    if (frame.type === 'event' && (data === '' || data === '[DONE]')) return
    const value = parseJson(data)
    if (!isObject(value)) throw new GatewayError('upstream_error', 'the provider sent something that is not an answer')
    // What is neither an event nor an answer is an error body in its place.
    const { type } = value
    const known = frame.type === 'body' ? isObject(value.message) : typeof type === 'string' && type !== 'error'
    if (!known) throw errorInAnswer(value)
    start(value, out)
    if (frame.type === 'event') readEvent(value, out)
    else {
      readMessage(value, reader, out)
      finish(value, out)
    }
  }

  return {
    push(frame) {
      if (state === 'after') return []
      const out: ChatEvent[] = []
      try {
        readFrame(frame, out)
      } catch (error) {
        const known = error instanceof GatewayError
        fail(known ? error : new GatewayError('upstream_error', 'the provider sent an unreadable answer'), out)
      }
      return out
    },
    end() {
      if (state === 'after') return []
      const out: ChatEvent[] = []
      fail(new GatewayError('upstream_error', "the provider's answer ended early"), out)
      return out
    },
  }
}

/** Unique within a conversation. */
function callId(answerId: string, block: number): string {
  return `call_${answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-20)}_0_${block}`
}
