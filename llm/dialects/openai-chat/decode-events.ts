import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Ending, Transform } from '../../../core/transform.js'
import { isArray } from '../shared/arrays.js'
import { type CallIds, type ChoiceReader, choiceReader } from './choice-reader.js'
import { errorInAnswer } from './errors.js'
import { decodeUsage } from './usage.js'

/**
 * Reads `chat.completion.chunk` events up to `[DONE]`, or one `chat.completion` body, from OpenAI and from servers that
 * are nearly compatible. Garbage, an `error` member and a stream that ends early become one `error` event, the last.
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  return new AnswerReader()
}

class AnswerReader implements Transform<Frame, ChatEvent>, CallIds {
  private state: 'before' | 'within' | 'after' = 'before'
  private answerId = ''
  private readonly choices = new Map<number, ChoiceReader>()

  push(frame: Frame): readonly ChatEvent[] {
    if (this.state === 'after') return []
    const out: ChatEvent[] = []
    try {
      this.readFrame(frame, out)
    } catch (error) {
      const known = error instanceof GatewayError
      this.fail(known ? error : new GatewayError('upstream_error', 'the provider sent an unreadable answer'), out)
    }
    return out
  }

  end(how: Ending): readonly ChatEvent[] {
    if (this.state === 'after') return []
    const { choices } = this
    const out: ChatEvent[] = []
    for (const choice of choices.values()) choice.close(out)
    const finished = choices.size > 0 && [...choices.values()].every((choice) => choice.finished())
    if (how === 'complete' && finished) this.finishAll(out)
    else this.fail(new GatewayError('upstream_error', "the provider's answer ended early"), out)
    return out
  }

  /** Unique within a conversation, and within OpenAI's 40 characters. */
  newId(choice: number, call: number): string {
    return `call_${this.answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-20)}_${choice}_${call}`
  }

  private start(chunk: JsonObject, out: ChatEvent[]): void {
    if (this.state !== 'before') return
    this.state = 'within'
    this.answerId = text(chunk.id) ?? ''
    out.push(startEvent(chunk, this.answerId))
  }

  private readerOf(index: number): ChoiceReader {
    const known = this.choices.get(index)
    if (known !== undefined) return known
    const reader = choiceReader(index, this)
    this.choices.set(index, reader)
    return reader
  }

  private fail(error: GatewayError, out: ChatEvent[]): void {
    for (const choice of this.choices.values()) choice.close(out)
    this.state = 'after'
    out.push({ type: 'error', error })
  }

  private finishAll(out: ChatEvent[]): void {
    // Some servers go on after they have said why they stopped.
    for (const choice of this.choices.values()) choice.finished() ? choice.close(out) : choice.finishUnsaid(out)
    this.state = 'after'
    out.push({ type: 'end' })
  }

  private readChoice(choice: JsonObject, position: number, form: Frame['type'], out: ChatEvent[]): void {
    if (isObject(choice.error)) throw errorInAnswer(choice.error)
    const reader = this.readerOf(indexOf(choice.index, position))
    const { delta, message } = choice
    const asDelta = isObject(delta) && (form === 'event' || !isObject(message))
    const source = asDelta ? delta : message
    if (isObject(source)) reader.read(source, asDelta ? 'delta' : 'message', choice.logprobs, out)
    const finish = text(choice.finish_reason)
    if (finish !== undefined) reader.finish(finish, out)
  }

  private readUsage(chunk: JsonObject, list: readonly JsonValue[], out: ChatEvent[]): void {
    const [first] = list
    const usage =
      decodeUsage(chunk.usage) ??
      (isObject(chunk.x_groq) ? decodeUsage(chunk.x_groq.usage) : undefined) ??
      (isObject(first) ? decodeUsage(first.usage) : undefined) // Moonshot
    if (usage === undefined) return
    this.start(chunk, out)
    out.push({ type: 'usage', usage })
  }

  private readChunk(chunk: JsonObject, form: Frame['type'], out: ChatEvent[]): void {
    const list = isArray(chunk.choices) ? chunk.choices : []
    // Azure's first chunk has no choices, only the verdict on the prompt.
    if (list.length > 0) this.start(chunk, out)
    for (const [position, choice] of list.entries()) {
      if (isObject(choice)) this.readChoice(choice, position, form, out)
    }
    this.readUsage(chunk, list, out)
  }

  private readFrame(frame: Frame, out: ChatEvent[]): void {
    const data = frame.data.trim()
    if (frame.type === 'event' && data === '') return
    if (frame.type === 'event' && data === '[DONE]') {
      if (this.state === 'before')
        throw new GatewayError('upstream_error', 'the provider ended the stream without an answer')
      this.finishAll(out)
      return
    }
    const value = parse(frame)
    if (!isObject(value)) throw new GatewayError('upstream_error', 'the provider sent something that is not an answer')
    if (saysError(value)) throw errorInAnswer(value)
    if (frame.type === 'event' && isForeign(frame.event) && !isArray(value.choices)) return
    if (!isArray(value.choices) && !(frame.type === 'event' && isChunk(value))) {
      throw new GatewayError('upstream_error', 'the provider sent an answer without choices')
    }
    this.readChunk(value, frame.type, out)
    if (frame.type === 'event') return
    if (this.choices.size === 0) {
      throw new GatewayError('upstream_error', 'the provider sent an answer without choices')
    }
    this.finishAll(out)
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
