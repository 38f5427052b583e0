import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { BlockWriter } from './block-writer.js'
import { type ItemReader, keptOf, objectsIn, textOr } from './item-reader.js'
import { decodeLogprobs } from './logprobs.js'

type Kind = 'text' | 'refusal'

interface Part {
  readonly kind: Kind
  readonly block: number
  annotations: number
}

/**
 * Reads a message: a block for each of its parts that says something. Some servers number the streamed parts in their own
 * way, so the finished message is read for its parts only when none was streamed.
 */
export function messageReader(item: JsonObject, blocks: BlockWriter): ItemReader {
  const parts = new Map<number, Part>()
  const kept = keptOf(item, ['type', 'role', 'content', 'status'])

  const open = (index: number, kind: Kind): Part => {
    const known = parts.get(index)
    if (known !== undefined && known.kind === kind && blocks.isOpen(known.block)) return known
    // Only the first block of an item carries what is the item's own, and by that shows where it begins.
    const block = blocks.begin({ kind }, parts.size === 0 ? { item: {}, ...kept } : {})
    const part: Part = { kind, block, annotations: known?.annotations ?? 0 }
    parts.set(index, part)
    return part
  }
  const say = (index: number, kind: Kind, text: string, tokens: JsonValue | undefined) => {
    const logprobs = decodeLogprobs(tokens)
    // A token that is a part of a character has logprobs but no text yet.
    if (text !== '' || logprobs !== undefined) blocks.say(open(index, kind).block, text, logprobs)
  }
  const annotate = (part: Part, value: JsonValue | undefined) => {
    if (value === undefined) return
    part.annotations++
    blocks.annotate(part.block, value)
  }
  const whole = (index: number, part: JsonObject) => {
    if (part.type === 'refusal') say(index, 'refusal', textOr(part.refusal, ''), undefined)
    else if (part.type === 'output_text') say(index, 'text', textOr(part.text, ''), part.logprobs)
  }
  const close = () => {
    for (const { block } of parts.values()) blocks.end(block)
  }

  return {
    read(type, event) {
      const index = typeof event.content_index === 'number' ? event.content_index : 0
      switch (type) {
        case 'response.output_text.delta':
          say(index, 'text', textOr(event.delta, ''), event.logprobs)
          break
        case 'response.refusal.delta':
          say(index, 'refusal', textOr(event.delta, ''), undefined)
          break
        case 'response.output_text.annotation.added':
          annotate(open(index, 'text'), event.annotation)
          break
      }
    },
    done(finished) {
      const streamed = parts.size > 0
      const content = objectsIn(finished.content)
      const known = [...parts.values()]
      for (const [index, part] of content.entries()) {
        if (!streamed) whole(index, part)
        const said = streamed ? known[index] : parts.get(index)
        if (said === undefined) continue
        for (const value of objectsIn(part.annotations).slice(said.annotations)) annotate(said, value)
      }
      close()
    },
  }
}
