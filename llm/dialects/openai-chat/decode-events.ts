import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { isArray } from '../shared/arrays.js'
import { type ChoiceReader, choiceReader } from './choice-reader.js'
import { errorInAnswer } from './errors.js'
import { decodeUsage } from './usage.js'

/**
 * Reads `chat.completion.chunk` events up to `[DONE]`, or one `chat.completion` body, from OpenAI and from servers that
 * are nearly compatible. Garbage, an `error` member and a stream that ends early become one `error` event, the last.
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  let state: 'before' | 'within' | 'after' = 'before'
  let answerId = ''
  const choices = new Map<number, ChoiceReader>()

  const start = (chunk: JsonObject, out: ChatEvent[]) => {
    if (state !== 'before') return
    state = 'within'
    answerId = text(chunk.id) ?? ''
    out.push(startEvent(chunk, answerId))
  }
  const readerOf = (index: number): ChoiceReader => {
    const known = choices.get(index)
    if (known !== undefined) return known
    const reader = choiceReader(index, (call) => callId(answerId, index, call))
    choices.set(index, reader)
    return reader
  }
  const fail = (error: GatewayError, out: ChatEvent[]) => {
    for (const choice of choices.values()) choice.close(out)
    state = 'after'
    out.push({ type: 'error', error })
  }
  const finishAll = (out: ChatEvent[]) => {
    // Some servers go on after they have said why they stopped.
    for (const choice of choices.values()) choice.finished() ? choice.close(out) : choice.finishUnsaid(out)
    state = 'after'
    out.push({ type: 'end' })
  }

  const readChoice = (choice: JsonObject, position: number, form: Frame['type'], out: ChatEvent[]) => {
    if (isObject(choice.error)) throw errorInAnswer(choice.error)
    const reader = readerOf(indexOf(choice.index, position))
    const { delta, message } = choice
    const asDelta = isObject(delta) && (form === 'event' || !isObject(message))
    const source = asDelta ? delta : message
    if (isObject(source)) reader.read(source, asDelta ? 'delta' : 'message', choice.logprobs, out)
    const finish = text(choice.finish_reason)
    if (finish !== undefined) reader.finish(finish, out)
  }

  const readUsage = (chunk: JsonObject, list: readonly JsonValue[], out: ChatEvent[]) => {
    const [first] = list
    const usage =
      decodeUsage(chunk.usage) ??
      (isObject(chunk.x_groq) ? decodeUsage(chunk.x_groq.usage) : undefined) ??
      (isObject(first) ? decodeUsage(first.usage) : undefined) // Moonshot
    if (usage === undefined) return
    start(chunk, out)
    out.push({ type: 'usage', usage })
  }

  const readChunk = (chunk: JsonObject, form: Frame['type'], out: ChatEvent[]) => {
    const list = isArray(chunk.choices) ? chunk.choices : []
    // Azure's first chunk has no choices, only the verdict on the prompt.
    if (list.length > 0) start(chunk, out)
    for (const [position, choice] of list.entries()) {
      if (isObject(choice)) readChoice(choice, position, form, out)
    }
    readUsage(chunk, list, out)
  }

  const readFrame = (frame: Frame, out: ChatEvent[]) => {
    const data = frame.data.trim()
    if (frame.type === 'event' && data === '') return
    if (frame.type === 'event' && data === '[DONE]') {
      if (state === 'before')
        throw new GatewayError('upstream_error', 'the provider ended the stream without an answer')
      finishAll(out)
      return
    }
    const value = parse(frame)
    if (!isObject(value)) throw new GatewayError('upstream_error', 'the provider sent something that is not an answer')
    if (saysError(value)) throw errorInAnswer(value)
    if (frame.type === 'event' && isForeign(frame.event) && !isArray(value.choices)) return
    if (!isArray(value.choices) && !(frame.type === 'event' && isChunk(value))) {
      throw new GatewayError('upstream_error', 'the provider sent an answer without choices')
    }
    readChunk(value, frame.type, out)
    if (frame.type === 'event') return
    if (choices.size === 0) throw new GatewayError('upstream_error', 'the provider sent an answer without choices')
    finishAll(out)
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
    end(how) {
      if (state === 'after') return []
      const out: ChatEvent[] = []
      for (const choice of choices.values()) choice.close(out)
      const finished = choices.size > 0 && [...choices.values()].every((choice) => choice.finished())
      if (how === 'complete' && finished) finishAll(out)
      else fail(new GatewayError('upstream_error', "the provider's answer ended early"), out)
      return out
    },
  }
}

function startEvent(chunk: JsonObject, id: string): ChatEvent {
  const created = typeof chunk.created === 'number' ? Math.floor(chunk.created) : undefined
  const systemFingerprint = text(chunk.system_fingerprint)
  const serviceTier = text(chunk.service_tier)
  return {
    type: 'start',
    id,
    model: text(chunk.model) ?? '',
    ...(created === undefined ? {} : { created }),
    ...(systemFingerprint === undefined ? {} : { systemFingerprint }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  }
}

function saysError(value: JsonObject): boolean {
  // vLLM's older form has no `error` member.
  if (value.object === 'error') return true
  const { error } = value
  if (isObject(error)) return Object.keys(error).length > 0
  return typeof error === 'string' && error !== ''
}

function isForeign(event: string): boolean {
  return event !== '' && event !== 'message' && event !== 'error'
}

function isChunk(value: JsonObject): boolean {
  return value.object === 'chat.completion.chunk' || isObject(value.usage)
}

function indexOf(index: JsonValue | undefined, position: number): number {
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : position
}

/** Unique within a conversation, and within OpenAI's 40 characters. */
function callId(answerId: string, choice: number, call: number): string {
  return `call_${answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-20)}_${choice}_${call}`
}

function parse(frame: Frame): JsonValue | undefined {
  try {
    return jsonIn(frame)
  } catch {
    return undefined
  }
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
