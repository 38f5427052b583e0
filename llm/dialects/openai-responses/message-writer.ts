import type { JsonObject, JsonValue } from '../../../core/json.js'
import { type BlockHandler, type ItemPlace, type ItemStatus, type ItemWriter, idOf } from './item-writer.js'
import { encodeLogprobs } from './logprobs.js'
import { membersText } from './outlet.js'

/** A message, which takes one part after the other. */
export interface MessageWriter extends ItemWriter {
  part(kind: 'text' | 'refusal'): BlockHandler
}

/** Writes a message item. */
export function messageWriter(place: ItemPlace): MessageWriter {
  const { outlet, index, own } = place
  const id = idOf(place, 'msg')
  const parts: (() => JsonObject)[] = []
  const item = (status: ItemStatus | 'in_progress', content: readonly JsonObject[]): JsonObject => ({
    ...own,
    type: 'message',
    id,
    status,
    role: 'assistant',
    content,
  })
  outlet.event('response.output_item.added', { output_index: index, item: item('in_progress', []) })

  const text = (at: JsonObject): BlockHandler => {
    const members = membersText(at)
    const annotations: JsonObject[] = []
    const tokens: JsonValue[] = []
    let said = ''
    const part = (): JsonObject => ({
      type: 'output_text',
      text: said,
      annotations: [...annotations],
      logprobs: [...tokens],
    })
    parts.push(part)
    outlet.event('response.content_part.added', { ...at, part: part() })
    return {
      say(more, logprobs) {
        const list = encodeLogprobs(logprobs)
        if (more === '' && list.length === 0) return
        said += more
        for (const token of list) tokens.push(token)
        const tail = list.length === 0 ? ',"logprobs":[]' : `,"logprobs":${JSON.stringify(list)}`
        outlet.delta('response.output_text.delta', members, more, tail)
      },
      annotate(annotation) {
        const added = { ...at, annotation_index: annotations.length, annotation }
        annotations.push(annotation)
        outlet.event('response.output_text.annotation.added', added)
      },
      end() {
        outlet.event('response.output_text.done', { ...at, text: said, logprobs: [...tokens] })
        outlet.event('response.content_part.done', { ...at, part: part() })
      },
    }
  }

  const refusal = (at: JsonObject): BlockHandler => {
    const members = membersText(at)
    let said = ''
    const part = (): JsonObject => ({ type: 'refusal', refusal: said })
    parts.push(part)
    outlet.event('response.content_part.added', { ...at, part: part() })
    return {
      say(more) {
        if (more === '') return
        said += more
        outlet.delta('response.refusal.delta', members, more)
      },
      end() {
        outlet.event('response.refusal.done', { ...at, refusal: said })
        outlet.event('response.content_part.done', { ...at, part: part() })
      },
    }
  }

  return {
    part(kind) {
      const at = { item_id: id, output_index: index, content_index: parts.length }
      return kind === 'text' ? text(at) : refusal(at)
    },
    done(status) {
      const content = parts.map((part) => part())
      const whole = item(status, content)
      outlet.event('response.output_item.done', { output_index: index, item: whole })
      return whole
    },
  }
}
