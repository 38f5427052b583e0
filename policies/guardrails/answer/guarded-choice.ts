import type { BlockStart, ChatEvent } from '../../../core/chat.js'
import { feed, then } from '../../../core/transform.js'
import { createDeltaQueue, type DeltaQueue } from '../../content/delta-queue.js'
import type { Piece } from '../../content/piece.js'
import type { AnswerText } from '../guard.js'
import { callLane } from './call-lane.js'
import { inOrder } from './in-order.js'
import type { Panel } from './panel.js'
import { valueParts } from './parts.js'
import { ruleTexts } from './rule-text.js'
import { createWholeChoice, type WholeChoice } from './whole-choice.js'
import { type GuardLane, windowLane } from './window-lane.js'

/** Events that belong to one choice. */
export type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>
export type Events = readonly ChatEvent[]

/** One choice of an answer; once it is blocked it is over, and swallows what comes. */
export interface GuardedChoice {
  push(event: ChoiceEvent): Events | Promise<Events>
  /** Everything that is held, when nothing of this choice follows. */
  flush(): Events | Promise<Events>
}

type Start = Extract<ChatEvent, { readonly type: 'block-start' }>
type Annotation = Extract<ChatEvent, { readonly type: 'annotation' }>

interface Block {
  readonly kind: AnswerText['kind']
  readonly lane: GuardLane
  readonly queue: DeltaQueue
}

export function createGuardedChoice(choice: number, panel: Panel, onBlocked: () => void): GuardedChoice {
  const blocks = new Map<number, Block>()
  /** The end of what was last said, by kind. */
  const said = new Map<string, string>()
  let whole = createWholeChoice(choice, panel)
  /** The blocks whose end the client has not seen. */
  const shown = new Set<number>()
  let over = false
  let finished = false

  const openBlock = (index: number, start: BlockStart): void => {
    const kind = kindOf(start)
    if (kind === undefined) return
    const before = said.get(voiceOf(kind)) ?? ''
    const lane = isCall(start) ? callLane(panel, choice, start) : windowLane({ panel, kind, choice, before })
    blocks.set(index, { kind, lane, queue: createDeltaQueue() })
  }

  /** Ends the choice: nothing that is held goes out. */
  const stop = (): Events => {
    over = true
    onBlocked()
    const ends = [...shown].map((block) => ({ type: 'block-end', choice, block }) as const)
    blocks.clear()
    return [...ends, { type: 'finish', choice, reason: 'content-filter', raw: 'content_filter' }]
  }

  const settled = ({ queue }: Block, pieces: readonly Piece[]): Events => {
    const events = queue.settle(pieces)
    return pieces.at(-1)?.kind === 'blocked' ? [...events, ...stop()] : events
  }

  const close = (index: number): Events | Promise<Events> => {
    const block = blocks.get(index)
    if (!block) return []
    return then(block.lane.end(), (pieces) => {
      blocks.delete(index)
      said.set(voiceOf(block.kind), block.lane.tail())
      return settled(block, pieces)
    })
  }

  const flush = (): Events | Promise<Events> => {
    const out: ChatEvent[] = []
    const closed = inOrder([...blocks.keys()], (block) => {
      if (over) return undefined
      return then(close(block), (events) => void out.push(...events))
    })
    return then(closed, () => out)
  }

  const start = (event: Start): Events | Promise<Events> => {
    const begin = (made: Start): Events => {
      shown.add(event.block)
      openBlock(event.block, event.start)
      return [made]
    }
    if (event.start.kind !== 'opaque') return begin(event)
    const own = event.start
    const parts = valueParts(own.value)
    return then(ruleTexts(panel, 'other', choice, parts.texts), (edits) => {
      if (edits === undefined) return stop()
      const value = parts.written(edits)
      return begin(value === undefined ? event : { ...event, start: { ...own, value } })
    })
  }

  const annotate = (event: Annotation): Events | Promise<Events> => {
    const parts = valueParts(event.value)
    return then(ruleTexts(panel, 'other', choice, parts.texts), (edits) => {
      if (edits === undefined) return stop()
      const value = parts.written(edits)
      return queued(event.block, value === undefined ? event : { ...event, value })
    })
  }

  const queued = (index: number, event: ChatEvent): Events => {
    const block = blocks.get(index)
    block?.queue.add(event)
    return block ? block.queue.settle([]) : [event]
  }

  const say = (event: Extract<ChatEvent, { readonly type: 'delta' }>): Events | Promise<Events> => {
    if (!blocks.has(event.block)) openBlock(event.block, { kind: 'text' })
    const block = blocks.get(event.block)
    if (!block) return [event]
    block.queue.add(event)
    return then(block.lane.push(event.text), (pieces) => settled(block, pieces))
  }

  /** `event`, after what it waited for. */
  const after = (events: Events | Promise<Events>, event: ChoiceEvent): Events | Promise<Events> =>
    then(events, (before) => (over ? before : [...before, event]))

  const take = (event: ChoiceEvent): Events | Promise<Events> => {
    switch (event.type) {
      case 'block-start':
        return start(event)
      case 'delta':
        return say(event)
      case 'signature':
        return queued(event.block, event)
      case 'annotation':
        return annotate(event)
      case 'block-end':
        return then(after(close(event.block), event), (events) => {
          shown.delete(event.block)
          return events
        })
      case 'finish':
        return after(flush(), event)
    }
  }

  /** What was held goes the way that it would have gone. */
  const taking = { push: (event: ChoiceEvent) => (over ? [] : take(event)), end: () => [] }

  /** All that came since the last time; what comes after a finish, as some servers send it, is judged by itself. */
  const gathered = (): WholeChoice | undefined => {
    const asked = whole
    whole = createWholeChoice(choice, panel)
    return asked
  }

  /** What a choice that comes out at its end has said, once it has been judged. */
  const judged = (asked: WholeChoice | undefined): Events | Promise<Events> =>
    then(asked?.judge() ?? [], (events) => (events === 'blocked' ? stop() : feed(taking, events)))

  return {
    push(event) {
      if (over) return []
      if (!whole) return take(event)
      if (finished && event.type === 'finish') return []
      whole.add(event)
      if (event.type !== 'finish') return panel.whole ? [] : take(event)
      finished = true
      return panel.whole ? judged(gathered()) : then(gathered()?.judge(), () => take(event))
    },
    flush() {
      if (over) return []
      if (!whole || whole.isEmpty()) return flush()
      if (!panel.whole) return then(gathered()?.judge(), flush)
      return then(judged(gathered()), (events) => then(flush(), (last) => [...events, ...last]))
    },
  }
}

/** Texts and refusals are one voice: nothing hides between two blocks of it. */
const voiceOf = (kind: AnswerText['kind']) => (kind === 'refusal' ? 'text' : kind)

function kindOf(start: BlockStart): AnswerText['kind'] | undefined {
  switch (start.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
    case 'tool-call':
      return start.kind
    // What a tool of the provider is called with.
    case 'opaque':
      return 'tool-call'
    case 'redacted-reasoning':
      return undefined
  }
}

const isCall = (start: BlockStart) => start.kind === 'tool-call' || start.kind === 'opaque'
