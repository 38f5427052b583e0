import type { BlockStart, ChatEvent } from '../../core/chat.js'
import type { JsonValue } from '../../core/json.js'
import { mapTexts } from '../content/value-texts.js'
import type { Said } from './said.js'

/** Gathers what an answer says from its events, or from its documents. */
export interface AnswerReader {
  hear(event: ChatEvent): void
  read(document: JsonValue): void
  /** So far: block by block, in the order in which they began. */
  said(): readonly Said[]
}

interface Block {
  readonly choice: number
  readonly start: BlockStart
  readonly pieces: string[]
}

export function answerReader(): AnswerReader {
  const blocks = new Map<string, Block>()
  const documents: string[] = []
  let last: { readonly choice: number; readonly block: number; readonly pieces: string[] } | undefined
  return {
    hear(event) {
      if (event.type === 'delta') {
        // Nearly all deltas are the same block's.
        if (last?.choice !== event.choice || last.block !== event.block) {
          const block = blocks.get(`${event.choice}:${event.block}`)
          if (!block) return
          last = { choice: event.choice, block: event.block, pieces: block.pieces }
        }
        last.pieces.push(event.text)
      } else if (event.type === 'block-start') {
        last = undefined
        blocks.set(`${event.choice}:${event.block}`, { choice: event.choice, start: event.start, pieces: [] })
      }
    },
    read(document) {
      mapTexts(document, ({ text, treated }) => {
        if (treated === 'wholly') documents.push(text)
        return undefined
      })
    },
    said: () => [
      ...[...blocks.values()].flatMap(saidIn),
      ...documents.map((text): Said => ({ role: 'assistant', kind: 'text', text })),
    ],
  }
}

function saidIn({ choice, start, pieces }: Block): readonly Said[] {
  const by = { role: 'assistant', ...(choice > 0 && { choice }) }
  const text = pieces.join('')
  switch (start.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return text === '' ? [] : [{ ...by, kind: start.kind, text }]
    case 'tool-call':
      return [{ ...by, kind: 'tool-call', name: start.name, text }]
    case 'opaque':
      return [{ ...by, kind: 'opaque', text: JSON.stringify(start.value) + text }]
    case 'redacted-reasoning':
      return []
  }
}
