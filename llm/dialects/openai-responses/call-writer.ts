import type { BlockStart } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { type BlockHandler, type ItemPlace, type ItemStatus, type ItemWriter, idOf } from './item-writer.js'
import { membersText } from './outlet.js'

type Call = Extract<BlockStart, { kind: 'tool-call' }>

/** Writes a call of a function or a custom tool. */
export function callWriter(place: ItemPlace, start: Call): ItemWriter & BlockHandler {
  const { outlet, index } = place
  const custom = start.call === 'custom'
  const id = idOf(place, custom ? 'ctc' : 'fc')
  const member = custom ? 'input' : 'arguments'
  const type = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  const at = { item_id: id, output_index: index }
  const members = membersText(at)
  const item = (status: ItemStatus | 'in_progress', text: string): JsonObject => ({
    ...place.own,
    type: custom ? 'custom_tool_call' : 'function_call',
    id,
    status,
    call_id: start.id,
    name: start.name,
    [member]: text,
  })
  let said = ''
  const say = (text: string) => {
    if (text === '') return
    said += text
    outlet.delta(`${type}.delta`, members, text)
  }
  outlet.event('response.output_item.added', { output_index: index, item: item('in_progress', '') })
  return {
    say,
    end() {
      // Clients parse the arguments of a call; no text at all is not JSON.
      if (said === '' && !custom) say('{}')
      outlet.event(`${type}.done`, { ...at, ...(custom ? {} : { name: start.name }), [member]: said })
    },
    done(status) {
      const whole = item(status, said)
      outlet.event('response.output_item.done', { output_index: index, item: whole })
      return whole
    },
  }
}
