import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { parseInput } from '../shared/tool-input.js'
import { NAME } from './name.js'
import { googleSignature, redactedForClient, signatureForClient } from './signature.js'

/** A part as the client gets it, with the logprobs (OpenAI's form) of its text. */
export interface WrittenPart {
  readonly part: JsonObject
  readonly logprobs?: JsonValue
}

/** Writes what one choice says as parts of its content. */
export interface PartWriter {
  push(event: ChatEvent): readonly WrittenPart[]
  /** What is still held when the choice has come to its end. */
  rest(): readonly WrittenPart[]
}

interface OpenBlock {
  readonly start: BlockStart
  /** Of a tool call, whose arguments are an object here and must be complete; of others whether there was any. */
  text: string
}

/**
 * Text leaves as it comes, a call when it is over. A signature without thoughts of its own waits for the part that it stands
 * on. Blocks of other dialects are left out.
 */
export function partWriter(): PartWriter {
  const open = new Map<number, OpenBlock>()
  let signature: string | undefined

  const signed = (part: JsonObject): JsonObject => {
    if (signature === undefined) return part
    const held = signature
    signature = undefined
    return { ...part, thoughtSignature: held }
  }
  const rest = (): readonly WrittenPart[] => (signature === undefined ? [] : [{ part: signed({ text: '' }) }])

  const begin = (start: BlockStart): readonly WrittenPart[] => {
    if (start.kind === 'redacted-reasoning') {
      return [{ part: { text: '', thought: true, thoughtSignature: redactedForClient(start.data) } }]
    }
    return start.kind === 'opaque' && start.dialect === NAME ? [...rest(), { part: start.value }] : []
  }

  const delta = (block: OpenBlock, event: Extract<ChatEvent, { type: 'delta' }>): readonly WrittenPart[] => {
    switch (block.start.kind) {
      case 'text':
      case 'refusal':
        if (event.text === '' && event.logprobs === undefined) return []
        return [{ part: signed({ text: event.text }), logprobs: event.logprobs }]
      case 'reasoning':
        if (event.text === '') return []
        block.text = 'some'
        return [{ part: { text: event.text, thought: true } }]
      case 'tool-call':
        block.text += event.text
        return []
      case 'redacted-reasoning':
      case 'opaque':
        return []
    }
  }

  const sign = (block: OpenBlock, said: string): readonly WrittenPart[] => {
    const own = googleSignature(said)
    if (own === undefined || block.text !== '') {
      return [{ part: { text: '', thought: true, thoughtSignature: signatureForClient(said) } }]
    }
    const before = rest()
    signature = own
    return before
  }

  const finish = ({ start, text }: OpenBlock): readonly WrittenPart[] => {
    if (start.kind !== 'tool-call') return []
    const args = start.call === 'custom' ? { input: text } : parseInput(text)
    return [{ part: signed({ functionCall: { id: start.id, name: start.name, args } }) }]
  }

  return {
    push: (event) => {
      switch (event.type) {
        case 'block-start':
          open.set(event.block, { start: event.start, text: '' })
          return begin(event.start)
        case 'delta': {
          const block = open.get(event.block)
          return block === undefined ? [] : delta(block, event)
        }
        case 'signature': {
          const block = open.get(event.block)
          return block?.start.kind === 'reasoning' ? sign(block, event.signature) : []
        }
        case 'block-end': {
          const block = open.get(event.block)
          open.delete(event.block)
          return block === undefined ? [] : finish(block)
        }
        default:
          return []
      }
    },
    rest,
  }
}

/** Parts that a stream brings in pieces, as a whole body has them: texts and thoughts joined, signatures on their part. */
export function joinedParts(parts: readonly WrittenPart[]): readonly JsonObject[] {
  const joined: JsonObject[] = []
  for (const { part } of parts) {
    const last = joined.at(-1)
    if (last !== undefined && continues(last, part)) {
      joined[joined.length - 1] = { ...last, ...part, text: `${last['text']}${part['text']}` }
    } else joined.push(part)
  }
  return joined
}

function continues(last: JsonObject, part: JsonObject): boolean {
  if (typeof last['text'] !== 'string' || typeof part['text'] !== 'string') return false
  if (last['thought'] !== part['thought']) return false
  if (part['thoughtSignature'] === undefined) return last['thoughtSignature'] === undefined || part['thought'] !== true
  // A signature that stands on text is at its beginning; one that comes without text is for what came before.
  return part['text'] === '' && last['text'] !== '' && last['thoughtSignature'] === undefined
}
