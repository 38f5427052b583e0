import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { BlockWriter } from './block-writer.js'
import { type ItemReader, keptOf, textOr } from './item-reader.js'

const TOLD = ['type', 'call_id', 'name', 'arguments', 'input', 'status']

/** Reads a call of a function or a custom tool. Its block starts as soon as its name is known. */
export function callReader(added: JsonObject, kind: 'function' | 'custom', blocks: BlockWriter): ItemReader {
  let block: number | undefined
  let said = ''
  const begin = (item: JsonObject): number => {
    const { call_id: callId, id, name } = item
    const start = { kind: 'tool-call', id: textOr(callId, textOr(id, '')), name: textOr(name, ''), call: kind } as const
    return blocks.begin(start, keptOf(item, TOLD))
  }
  const say = (text: string) => {
    if (text === '') return
    said = 'something'
    if (block !== undefined) blocks.say(block, text)
    else held += text
  }
  let held = ''
  if (typeof added.name === 'string' && typeof added.call_id === 'string') block = begin(added)
  return {
    read(type, event) {
      switch (type) {
        case 'response.function_call_arguments.delta':
        case 'response.custom_tool_call_input.delta':
          say(textOr(event.delta, ''))
          break
      }
    },
    done(item) {
      block ??= begin({ ...added, ...item })
      if (held !== '') blocks.say(block, held)
      if (said === '') say(wholeText(kind === 'custom' ? item.input : item.arguments))
      if (said === '' && kind === 'function') blocks.say(block, '{}')
      blocks.end(block)
    },
  }
}

function wholeText(value: JsonValue | undefined): string {
  return isObject(value) ? JSON.stringify(value) : textOr(value, '')
}
