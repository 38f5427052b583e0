import { type ChatEvent, type ChatRequest, type FinishReason, mergeUsage, type Usage } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { bodyFrame } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { incompleteWord } from './finish.js'
import { noOutlet, streamOutlet } from './outlet.js'
import { type OutputWriter, outputWriter } from './output-writer.js'
import { type ResponseState, repeatedOf, responseWriter } from './response-object.js'
import { encodeUsage } from './usage.js'

/**
 * Writes an answer the way OpenAI sends it: named and numbered events when the client asked for a stream, else one body.
 * Only choice 0 is written; this API has no others. An answer without an end is none.
 */
export function encodeEvents(request: ChatRequest): Transform<ChatEvent, Frame> {
  const { stream } = request
  const outlet = stream ? streamOutlet() : noOutlet
  const repeated = repeatedOf(request)
  let output: OutputWriter | undefined
  let write: ((state: ResponseState) => JsonObject) | undefined
  let usage: Usage | undefined
  let reason: FinishReason | undefined

  const begin = (start?: Extract<ChatEvent, { type: 'start' }>): OutputWriter => {
    if (output !== undefined) return output
    write = responseWriter(repeated, start)
    const response = write({ status: 'in_progress', output: [], usage: null })
    outlet.event('response.created', { response })
    outlet.event('response.in_progress', { response })
    output = outputWriter(outlet, start?.id ?? '')
    return output
  }
  const end = (): readonly Frame[] => {
    const said = begin()
    const finished = reason ?? 'other'
    said.settle(finished === 'length' || finished === 'content-filter' ? 'incomplete' : 'completed')
    const incomplete = incompleteWord(finished, said.refused() ? 'with-refusal' : 'without-refusal')
    const status = incomplete === undefined ? 'completed' : 'incomplete'
    const counted = usage === undefined ? null : encodeUsage(usage)
    const response = write?.({ status, output: said.items(), usage: counted, incomplete }) ?? {}
    if (!stream) return [bodyFrame(response)]
    outlet.event(`response.${status}`, { response })
    return outlet.taken()
  }

  return {
    push(event) {
      if ('choice' in event && event.choice !== 0) return []
      switch (event.type) {
        case 'start':
          begin(event)
          break
        case 'block-start':
        case 'delta':
        case 'signature':
        case 'annotation':
        case 'block-end':
          begin().push(event)
          break
        case 'finish':
          reason = event.reason
          break
        case 'usage':
          usage = usage === undefined ? event.usage : mergeUsage(usage, event.usage)
          break
        case 'embedding':
        case 'error': // its writer is encodeStreamError
          break
        case 'end':
          return end()
      }
      return outlet.taken()
    },
    end: () => [],
  }
}
