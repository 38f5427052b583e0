import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { type BlockWriter, blockWriter } from './block-writer.js'
import { decodeErrorEvent } from './errors.js'
import { finishOf } from './finish.js'
import { type ItemReader, objectsIn, textOr } from './item-reader.js'
import { itemReader } from './read-item.js'
import { eventsOfResponse } from './response-events.js'
import { decodeUsage } from './usage.js'

/**
 * Reads the stream events of a response, or one whole response, into chat events of choice 0. Garbage, a failed response, an
 * error event and a stream that ends early become one `error` event, the last. Items that the provider worked on itself
 * (searches, code) are `opaque`, and come whole when they are done; events about their progress are left out.
 * Spec: https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  let out: ChatEvent[] = []
  const blocks: BlockWriter = blockWriter((event) => out.push(event))
  /** Items that have begun and are not done. */
  const items = new Map<number, ItemReader>()
  let begun = 0
  let state: 'before' | 'within' | 'after' = 'before'
  let searches = 0

  const start = (response: JsonObject) => {
    if (state !== 'before') return
    state = 'within'
    out.push(startEvent(response))
  }
  const fail = (error: GatewayError) => {
    blocks.endAll()
    state = 'after'
    out.push({ type: 'error', error })
  }
  const begin = (index: number, item: JsonObject): ItemReader => {
    start({})
    begun++
    if (item.type === 'web_search_call') {
      // Searches are reported at the end; an answer that is cut has to pay for those that it began.
      searches++
      out.push({ type: 'usage', usage: { webSearches: searches } })
    }
    const reader = itemReader(item, blocks)
    items.set(index, reader)
    return reader
  }
  const reportUsage = (response: JsonObject) => {
    const usage = decodeUsage(response, searches)
    if (usage !== undefined) out.push({ type: 'usage', usage })
  }
  const finish = (response: JsonObject) => {
    start(response)
    // Some servers stream no items at all.
    if (begun === 0) for (const item of objectsIn(response.output)) begin(begun, item).done(item)
    blocks.endAll()
    reportUsage(response)
    out.push({ type: 'finish', choice: 0, ...finishOf(response, blocks.calls() > 0 ? 'tools' : 'nothing') })
    state = 'after'
    out.push({ type: 'end' })
  }

  const readItem = (type: string, event: JsonObject) => {
    const { output_index: place, item } = event
    const last = Math.max(0, begun - 1)
    if (type === 'response.output_item.added' && isObject(item)) {
      begin(typeof place === 'number' ? place : begun, item)
    } else if (type === 'response.output_item.done' && isObject(item)) {
      const index = typeof place === 'number' ? place : last
      const reader = items.get(index) ?? begin(index, item)
      items.delete(index)
      reader.done(item)
    } else {
      const index = typeof place === 'number' ? place : last
      const implied = IMPLIED.find(([of]) => of.test(type))?.[1]
      const reader = items.get(index) ?? (implied === undefined ? undefined : begin(index, { type: implied }))
      reader?.read(type, event)
    }
  }

  const step = (event: JsonObject, named: string) => {
    const type = textOr(event.type, named)
    const response = isObject(event.response) ? event.response : {}
    switch (type) {
      case '':
      case 'error':
        if (type === 'error' || saysError(event)) fail(decodeErrorEvent(event))
        else throw new GatewayError('upstream_error', 'the provider sent something that is not a response')
        break
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        start(response)
        break
      case 'response.completed':
      case 'response.incomplete':
      case 'response.cancelled':
        finish(typeof response.status === 'string' ? response : { ...response, status: type.slice('response.'.length) })
        break
      case 'response.failed':
        start(response)
        reportUsage(response)
        fail(decodeErrorEvent({ error: response.error ?? event.error ?? {} }))
        break
      default:
        readItem(type, event)
    }
  }

  const read = (frame: Frame) => {
    // Comments are frames without data; hosts that speak several dialects may end every stream with a mark.
    if (frame.type === 'event' && (frame.data === '' || frame.data === '[DONE]')) return
    const value = jsonIn(frame)
    if (!isObject(value)) throw new GatewayError('upstream_error', 'the provider sent something that is not a response')
    if (frame.type === 'event') step(value, frame.event)
    else for (const event of eventsOfResponse(value)) step(event, '')
  }
  const taken = (): readonly ChatEvent[] => {
    const events = out
    out = []
    return events
  }

  return {
    push(frame) {
      if (state === 'after') return []
      try {
        read(frame)
      } catch (error) {
        const known = error instanceof GatewayError
        fail(known ? error : new GatewayError('upstream_error', 'the provider sent an unreadable answer'))
      }
      return taken()
    },
    end() {
      if (state === 'after') return []
      const why = state === 'before' ? 'the provider sent no answer' : "the provider's answer ended early"
      fail(new GatewayError('upstream_error', why))
      return taken()
    },
  }
}

/** The items that deltas belong to when nothing said that they began. */
const IMPLIED: readonly (readonly [type: RegExp, item: string])[] = [
  [/^response\.(output_text|refusal)\.delta$/, 'message'],
  [/^response\.reasoning(_summary)?_text\.delta$/, 'reasoning'],
]

function startEvent(response: JsonObject): ChatEvent {
  const { created_at: created, service_tier: tier } = response
  return {
    type: 'start',
    id: textOr(response.id, ''),
    model: textOr(response.model, ''),
    ...(typeof created === 'number' ? { created: Math.floor(created) } : {}),
    ...(typeof tier === 'string' ? { serviceTier: tier } : {}),
  }
}

function saysError({ error }: JsonObject): boolean {
  return isObject(error) ? Object.keys(error).length > 0 : typeof error === 'string' && error !== ''
}
