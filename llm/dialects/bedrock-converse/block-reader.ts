import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { DIALECT } from './words.js'

/** Not the Converse protocol. The message says what is missing and never holds what was received. */
export class Garbage extends Error {}

/** Turns what happens at the wire's block indexes into blocks that begin, end and have numbers of their own. */
export interface BlockReader {
  /** Begins a block; whatever stands open at the index ends. */
  open(index: number, start: BlockStart): readonly ChatEvent[]
  /** Adds to the block at the index, which begins with its first piece where it is text or reasoning. Throws `Garbage`. */
  text(index: number, kind: 'text' | 'reasoning' | 'tool-call', text: string): readonly ChatEvent[]
  sign(index: number, signature: string): readonly ChatEvent[]
  /** Notes a piece in wire form on the open block; without one a citation begins a text, and anything else is lost. */
  annotate(index: number, to: 'text' | 'any', value: JsonObject): readonly ChatEvent[]
  close(index: number, how: 'complete' | 'cut'): readonly ChatEvent[]
  closeAll(how: 'complete' | 'cut'): readonly ChatEvent[]
}

interface OpenBlock {
  readonly block: number
  readonly kind: BlockStart['kind']
  readonly streamed: 'nothing' | 'something'
}

/** Reads the blocks of one answer. */
export function blockReader(): BlockReader {
  const blocks = new Map<number, OpenBlock>()
  let count = 0

  const close = (index: number, how: 'complete' | 'cut'): readonly ChatEvent[] => {
    const open = blocks.get(index)
    if (open === undefined) return []
    blocks.delete(index)
    const { block } = open
    const end: ChatEvent = { type: 'block-end', choice: 0, block }
    // A tool call without arguments streams no input, or an empty one.
    if (how === 'cut' || open.streamed === 'something' || open.kind !== 'tool-call') return [end]
    return [{ type: 'delta', choice: 0, block, text: '{}' }, end]
  }
  const closeAll = (how: 'complete' | 'cut') => [...blocks.keys()].flatMap((index) => close(index, how))

  const open = (index: number, start: BlockStart): readonly ChatEvent[] => {
    // Blocks come one after the other; parallel tool calls are the only ones that may interleave.
    const overlap = start.kind === 'tool-call' && [...blocks.values()].every(({ kind }) => kind === 'tool-call')
    const closed = overlap ? close(index, 'complete') : closeAll('complete')
    const block = count++
    blocks.set(index, { block, kind: start.kind, streamed: 'nothing' })
    return [...closed, { type: 'block-start', choice: 0, block, start }]
  }
  /** The block at the index, begun now unless it is of this kind. */
  const within = (index: number, kind: 'text' | 'reasoning', begun: ChatEvent[]): OpenBlock => {
    const known = blocks.get(index)
    if (known?.kind === kind) return known
    for (const event of open(index, { kind })) begun.push(event)
    return blocks.get(index) as OpenBlock
  }

  return {
    open,
    text: (index, kind, text) => {
      const events: ChatEvent[] = []
      const known = blocks.get(index)
      if (kind === 'tool-call' && known?.kind !== 'tool-call' && known?.kind !== 'opaque') {
        throw new Garbage('a delta out of place')
      }
      const into = kind === 'tool-call' ? known : within(index, kind, events)
      if (into === undefined || text === '') return events
      if (into.streamed === 'nothing') blocks.set(index, { ...into, streamed: 'something' })
      events.push({ type: 'delta', choice: 0, block: into.block, text })
      return events
    },
    sign: (index, signature) => {
      const events: ChatEvent[] = []
      const { block } = within(index, 'reasoning', events)
      return [...events, { type: 'signature', choice: 0, block, signature }]
    },
    annotate: (index, to, value) => {
      const events: ChatEvent[] = []
      const into = to === 'text' ? within(index, 'text', events) : blocks.get(index)
      if (into === undefined) return []
      return [...events, { type: 'annotation', choice: 0, block: into.block, dialect: DIALECT, value }]
    },
    close,
    closeAll,
  }
}
