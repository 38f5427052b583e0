import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { createDeltaQueue, type DeltaQueue } from './delta-queue.js'
import { jsonLane } from './json-lane.js'
import type { Lane, Piece } from './piece.js'
import { restoreJson } from './restore-json.js'
import { restoreText } from './restorer.js'
import type { Work } from './stages.js'
import { textLane } from './text-lane.js'

/** Events that belong to one choice. */
export type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>

/** How much of a delta is read in one go: at most some ten milliseconds. */
export const SLICE = 16_384

type Delta = Extract<ChatEvent, { readonly type: 'delta' }>
type Finish = Extract<ChatEvent, { readonly type: 'finish' }>

/** One choice of an answer; after a value that blocks it, it is over, and swallows what comes. */
export interface Choice {
  push(event: ChoiceEvent): readonly ChatEvent[]
  /** A delta in slices, for those that are long: what can go out after each. */
  slices(event: Delta): Generator<readonly ChatEvent[], void>
  /** Everything that is held, when nothing of this choice follows. */
  flush(): readonly ChatEvent[]
}

interface Block {
  readonly lane: Lane
  readonly queue: DeltaQueue
}

export function createChoice(choice: number, work: Work): Choice {
  const blocks = new Map<number, Block>()
  let over = false

  const open = (block: number, kind: LaneKind): Block => {
    const opened = { lane: kind === 'json' ? jsonLane(work) : textLane(work), queue: createDeltaQueue() }
    blocks.set(block, opened)
    return opened
  }

  /** Ends the choice: nothing that is held goes out. */
  const stop = (): readonly ChatEvent[] => {
    over = true
    const ends = [...blocks.keys()].map((block) => ({ type: 'block-end', choice, block }) as const)
    blocks.clear()
    return [...ends, { type: 'finish', choice, reason: 'content-filter', raw: 'content_filter' }]
  }

  const settle = ({ queue }: Block, pieces: readonly Piece[]): readonly ChatEvent[] => {
    const events = queue.settle(pieces)
    return pieces.at(-1)?.kind === 'blocked' ? [...events, ...stop()] : events
  }

  const close = (block: number): readonly ChatEvent[] => {
    const closed = blocks.get(block)
    const events = closed ? settle(closed, closed.lane.end()) : []
    blocks.delete(block)
    return events
  }

  const flush = (): readonly ChatEvent[] => [...blocks.keys()].flatMap((block) => (over ? [] : close(block)))

  const after = (events: readonly ChatEvent[], event: ChatEvent): readonly ChatEvent[] =>
    over ? events : [...events, event]

  const start = (event: Extract<ChatEvent, { readonly type: 'block-start' }>): ChatEvent => {
    const kind = laneOf(event.start)
    if (kind) open(event.block, kind)
    if (event.start.kind !== 'opaque' || !work.placeholders) return event
    return { ...event, start: { ...event.start, value: restoreJson(work.placeholders, event.start.value) } }
  }

  const queued = (block: number, event: ChatEvent): readonly ChatEvent[] => {
    const into = blocks.get(block)
    into?.queue.add(event)
    return into ? into.queue.settle([]) : [event]
  }

  function* slices(event: Delta): Generator<readonly ChatEvent[], void> {
    if (over) return
    const into = blocks.get(event.block) ?? open(event.block, 'text')
    into.queue.add(event)
    for (let at = 0; !over && (at === 0 || at < event.text.length); at += SLICE) {
      yield settle(into, into.lane.push(event.text.slice(at, at + SLICE)))
    }
  }

  return {
    flush,
    slices,
    push(event) {
      if (over) return []
      switch (event.type) {
        case 'block-start':
          return [start(event)]
        case 'delta':
          return [...slices(event)].flat()
        case 'signature':
          return queued(event.block, event)
        case 'annotation': {
          const { placeholders } = work
          const value = placeholders ? restoreJson(placeholders, event.value) : event.value
          return queued(event.block, placeholders ? { ...event, value } : event)
        }
        case 'block-end':
          return after(close(event.block), event)
        case 'finish':
          return after(flush(), withStop(event, work.placeholders))
      }
    },
  }
}

/** A stop sequence is a text of the request's. */
function withStop(event: Finish, placeholders: Placeholders | undefined): Finish {
  const { stopSequence } = event
  if (stopSequence === undefined || !placeholders) return event
  return { ...event, stopSequence: restoreText(placeholders, stopSequence) }
}

type LaneKind = 'text' | 'json'

/** How the deltas of a block are read; undefined for blocks that have none. */
function laneOf(start: BlockStart): LaneKind | undefined {
  switch (start.kind) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return 'text'
    case 'tool-call':
      return start.call === 'function' ? 'json' : 'text'
    // What a tool of the provider is called with.
    case 'opaque':
      return 'json'
    case 'redacted-reasoning':
      return undefined
  }
}
