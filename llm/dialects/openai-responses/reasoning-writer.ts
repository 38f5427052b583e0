import type { JsonObject } from '../../../core/json.js'
import { type BlockHandler, type ItemPlace, type ItemWriter, idOf } from './item-writer.js'
import { membersText } from './outlet.js'
import { foreignReasoningId, toClient } from './sealed.js'

/** Writes reasoning as an item with a summary; what only its provider can read is its encrypted content. */
export function reasoningWriter(place: ItemPlace, redacted: string | undefined): ItemWriter & BlockHandler {
  const { outlet, index } = place
  const known = typeof place.own.id === 'string' && place.own.id !== ''
  const id = known ? idOf(place, 'rs') : foreignReasoningId(place.unique)
  const at = { item_id: id, output_index: index, summary_index: 0 }
  const members = membersText(at)
  const part = (text: string) => ({ type: 'summary_text', text })
  let said = ''
  let signature = ''
  const item = (): JsonObject => ({
    ...place.own,
    type: 'reasoning',
    id,
    summary: said === '' ? [] : [part(said)],
    ...(redacted === undefined ? {} : { encrypted_content: toClient('redacted', redacted) }),
    ...(signature === '' ? {} : { encrypted_content: toClient('signature', signature) }),
  })
  outlet.event('response.output_item.added', { output_index: index, item: item() })
  return {
    say(text) {
      if (text === '') return
      if (said === '') outlet.event('response.reasoning_summary_part.added', { ...at, part: part('') })
      said += text
      outlet.delta('response.reasoning_summary_text.delta', members, text)
    },
    sign(more) {
      signature += more
    },
    end() {
      if (said === '') return
      outlet.event('response.reasoning_summary_text.done', { ...at, text: said })
      outlet.event('response.reasoning_summary_part.done', { ...at, part: part(said) })
    },
    done() {
      const whole = item()
      outlet.event('response.output_item.done', { output_index: index, item: whole })
      return whole
    },
  }
}
