import type { JsonObject } from '../../../core/json.js'
import type { BlockWriter } from './block-writer.js'
import { callReader } from './call-reader.js'
import type { ItemReader } from './item-reader.js'
import { messageReader } from './message-reader.js'
import { NAME } from './name.js'
import { reasoningReader } from './reasoning-reader.js'

/** The reader for an item of this type; one that runs at the provider is taken whole when it is done. */
export function itemReader(item: JsonObject, blocks: BlockWriter): ItemReader {
  switch (item.type) {
    case 'message':
      return messageReader(item, blocks)
    case 'reasoning':
      return reasoningReader(item, blocks)
    case 'function_call':
      return callReader(item, 'function', blocks)
    case 'custom_tool_call':
      return callReader(item, 'custom', blocks)
    default:
      return {
        read: () => {},
        done: (whole) => blocks.end(blocks.begin({ kind: 'opaque', dialect: NAME, value: whole }, {})),
      }
  }
}
