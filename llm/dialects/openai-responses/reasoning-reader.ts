import type { JsonObject } from '../../../core/json.js'
import type { BlockWriter } from './block-writer.js'
import { type ItemReader, keptOf, objectsIn, textOr } from './item-reader.js'
import { NAME } from './name.js'
import { seal } from './sealed.js'

/**
 * Reads a reasoning item: a block with its summary and its text, signed with what is encrypted; redacted reasoning where there
 * is no text. An item with neither is only worth something to the API that knows its id.
 */
export function reasoningReader(item: JsonObject, blocks: BlockWriter): ItemReader {
  const kept = keptOf(item, ['type', 'summary', 'content', 'encrypted_content', 'status'])
  let block: number | undefined
  const say = (text: string) => {
    if (text === '') return
    if (block === undefined || !blocks.isOpen(block)) block = blocks.begin({ kind: 'reasoning' }, kept)
    blocks.say(block, text)
  }
  return {
    read(type, event) {
      switch (type) {
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          say(textOr(event.delta, ''))
          break
      }
    },
    done(finished) {
      if (block === undefined) {
        say(textIn(finished, 'summary'))
        say(textIn(finished, 'content'))
      }
      const encrypted = textOr(finished.encrypted_content, '')
      if (block !== undefined) {
        if (encrypted !== '') blocks.sign(block, seal(encrypted))
        blocks.end(block)
      } else if (encrypted !== '') {
        blocks.end(blocks.begin({ kind: 'redacted-reasoning', data: seal(encrypted) }, kept))
      } else {
        blocks.end(blocks.begin({ kind: 'opaque', dialect: NAME, value: finished }, {}))
      }
    },
  }
}

const textIn = (item: JsonObject, name: string): string =>
  objectsIn(item[name])
    .map((part) => textOr(part.text, ''))
    .join('')
