import type { ChatEvent, Usage } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { isArray } from '../shared/arrays.js'
import { type CandidateReader, candidateReader } from './candidate-reader.js'
import { errorInAnswer } from './decode-error.js'
import { listOf, member, textAt, withCamelNames } from './members.js'
import { sameUsage, usageOf } from './usage.js'
import { searchCounter } from './web-searches.js'

/**
 * Reads the chunks of streamGenerateContent, the array of them that is sent without `alt=sse`, or one generateContent body.
 * A stream of this API ends where its bytes end: finishes come last. Garbage, an `error` member and a stream that ends
 * without any finish become one `error` event, the last.
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  let state: 'before' | 'within' | 'after' = 'before'
  let answerId = ''
  let model = ''
  let blocked: string | undefined
  let counted: Usage | undefined
  const candidates = new Map<number, CandidateReader>()
  const searches = searchCounter()

  const readerOf = (choice: number): CandidateReader => {
    const known = candidates.get(choice)
    if (known !== undefined) return known
    const reader = candidateReader(choice, (block) => callId(answerId, choice, block))
    candidates.set(choice, reader)
    return reader
  }
  const fail = (error: GatewayError, out: ChatEvent[]) => {
    for (const reader of candidates.values()) reader.close(out)
    state = 'after'
    out.push({ type: 'error', error })
  }
  const finishAll = (out: ChatEvent[]) => {
    for (const reader of candidates.values()) reader.finish(out)
    if (candidates.size === 0 && blocked !== undefined) {
      out.push({ type: 'finish', choice: 0, reason: 'content-filter', raw: blocked })
    }
    state = 'after'
    out.push({ type: 'end' })
  }

  const start = (chunk: JsonObject, out: ChatEvent[]) => {
    answerId = textAt(chunk, 'responseId') ?? answerId
    model = textAt(chunk, 'modelVersion') ?? model
    if (state !== 'before') return
    state = 'within'
    out.push(startEvent(chunk, answerId, model))
  }

  const readChunk = (wire: JsonObject, out: ChatEvent[]) => {
    const chunk = withCamelNames(wire)
    if (isObject(chunk['error'])) throw errorInAnswer(chunk)
    const list = listOf(chunk['candidates']).filter(isObject)
    const feedback = chunk['promptFeedback']
    const usage = usageOf(chunk['usageMetadata'])
    if (list.length === 0 && usage === undefined && !isObject(feedback)) throw unreadable('has no candidates')
    start(chunk, out)
    if (isObject(feedback)) blocked = blockReason(feedback) ?? blocked
    let position = 0
    for (const each of list) {
      const candidate = withCamelNames(each)
      const choice = indexOf(candidate['index'], position++)
      readerOf(choice).read(candidate, out)
      searches.add(choice, candidate['groundingMetadata'])
    }
    const webSearches = searches.count(model)
    count(webSearches === undefined ? usage : { ...usage, webSearches }, out)
  }

  /** Most chunks repeat the usage of the one before. */
  const count = (usage: Usage | undefined, out: ChatEvent[]) => {
    if (usage === undefined || (counted !== undefined && sameUsage(counted, usage))) return
    counted = usage
    out.push({ type: 'usage', usage })
  }

  const readFrame = (frame: Frame, out: ChatEvent[]) => {
    // Comments are frames without data; hosts that speak several dialects may end every stream OpenAI's way.
    if (frame.type === 'event' && (frame.data === '' || frame.data.trim() === '[DONE]')) return
    const value = parse(frame)
    for (const chunk of isArray(value) ? value : [value]) {
      if (!isObject(chunk)) throw unreadable('is not JSON')
      readChunk(chunk, out)
    }
    if (frame.type === 'event') return
    if (candidates.size === 0 && blocked === undefined) throw unreadable('has no candidates')
    finishAll(out)
  }

  return {
    push: (frame) => {
      if (state === 'after') return []
      const out: ChatEvent[] = []
      try {
        readFrame(frame, out)
      } catch (error) {
        // The cause of a JSON error quotes the text: it goes no further than here.
        fail(error instanceof GatewayError ? error : unreadable('cannot be read'), out)
      }
      return out
    },
    end: (how) => {
      if (state === 'after') return []
      const out: ChatEvent[] = []
      const said =
        blocked !== undefined || (candidates.size > 0 && [...candidates.values()].every((one) => one.finished()))
      if (how === 'complete' && said) finishAll(out)
      else fail(new GatewayError('upstream_error', endedEarly(state)), out)
      return out
    },
  }
}

const endedEarly = (state: 'before' | 'within') =>
  state === 'before' ? 'the provider sent no answer' : "the provider's stream ended early"

const unreadable = (why: string) =>
  new GatewayError('upstream_error', `the provider's answer is not a generateContent answer: it ${why}`)

function startEvent(chunk: JsonObject, id: string, model: string): ChatEvent {
  const created = Date.parse(textAt(chunk, 'createTime') ?? '')
  const usage = member(chunk, 'usageMetadata')
  const tier = isObject(usage) ? textAt(usage, 'serviceTier')?.toLowerCase() : undefined
  return {
    type: 'start',
    id,
    model,
    ...(Number.isNaN(created) ? {} : { created: Math.floor(created / 1000) }),
    ...(tier === undefined ? {} : { serviceTier: tier === 'standard' ? 'default' : tier }),
  }
}

function blockReason(feedback: JsonObject): string | undefined {
  const reason = member(feedback, 'blockReason')
  if (typeof reason === 'number') return reason === 0 ? undefined : 'OTHER'
  return typeof reason === 'string' && reason !== 'BLOCKED_REASON_UNSPECIFIED' ? reason : undefined
}

function indexOf(index: JsonValue | undefined, position: number): number {
  return typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : position
}

/** Unique within a conversation, and within the 40 characters that OpenAI takes. */
function callId(answerId: string, choice: number, block: number): string {
  return `call_${answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-20)}_${choice}_${block}`
}

function parse(frame: Frame): JsonValue | undefined {
  try {
    return jsonIn(frame)
  } catch {
    return undefined
  }
}
