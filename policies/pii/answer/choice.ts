import type { ChatEvent } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { createDeltaQueue, type DeltaQueue } from '../../content/delta-queue.js'
import { type Lane, type Piece, piecesOf } from '../../content/piece.js'
import type { Placeholders } from '../placeholders/placeholders.js'
import { laneFor } from './lane-for.js'
import { restoreText } from './restorer.js'
import { SLICE } from './slice.js'
import type { Work } from './stages.js'
import { textLane } from './text-lane.js'
import { createTranscript, transcriptIn, withTranscript } from './transcript.js'
import { treatValue } from './treat-value.js'

/** Events that belong to one choice. */
export type ChoiceEvent = Extract<ChatEvent, { readonly choice: number }>

type Start = Extract<ChatEvent, { readonly type: 'block-start' }>
/** More of a block's text. */
export type Delta = Extract<ChatEvent, { readonly type: 'delta' }>
type Annotation = Extract<ChatEvent, { readonly type: 'annotation' }>
type Finish = Extract<ChatEvent, { readonly type: 'finish' }>

/** One choice of an answer; after a value that blocks it, it is over, and swallows what comes. */
export interface Choice {
  /** Takes an event, a long one in slices: yields, and at last returns, what can go out after each. */
  push(event: ChoiceEvent): Slices
  /** Takes a delta that is no longer than a slice. */
  say(event: Delta): readonly ChatEvent[]
  /** Everything that is held, when nothing of this choice follows. */
  flush(): readonly ChatEvent[]
}

type Slices = Generator<readonly ChatEvent[], readonly ChatEvent[]>

interface Block {
  readonly lane: Lane
  readonly queue: DeltaQueue
}

export function createChoice(choice: number, work: Work): Choice {
  const blocks = new Map<number, Block>()
  const transcript = createTranscript(work)
  let spokenIn = ''
  let lastBlock = -1
  let over = false
  /** The block that spoke last, which mostly speaks next; undefined once it is not among them. */
  let speaking: Block | undefined
  let speakingAt = -1

  const open = (block: number, lane: Lane): Block => {
    const opened = { lane, queue: createDeltaQueue() }
    blocks.set(block, opened)
    speaking = opened
    speakingAt = block
    return opened
  }

  const forget = (block: number): void => {
    blocks.delete(block)
    if (block === speakingAt) speaking = undefined
  }

  /** Ends the choice: nothing that is held goes out. */
  const stop = (): readonly ChatEvent[] => {
    over = true
    const ends = [...blocks.keys()].map((block) => ({ type: 'block-end', choice, block }) as const)
    blocks.clear()
    speaking = undefined
    return [...ends, { type: 'finish', choice, reason: 'content-filter', raw: 'content_filter' }]
  }

  const settle = ({ queue }: Block, pieces: readonly Piece[]): readonly ChatEvent[] => {
    const events = queue.settle(pieces)
    return pieces.at(-1)?.kind === 'blocked' ? [...events, ...stop()] : events
  }

  const close = (block: number): readonly ChatEvent[] => {
    const closed = blocks.get(block)
    const events = closed ? settle(closed, closed.lane.end()) : []
    forget(block)
    return events
  }

  /** What is held of a transcript, in a block of its own. */
  const closeTranscript = (): readonly ChatEvent[] => {
    const { text, how } = transcript.end()
    const block = ++lastBlock
    const start = { kind: 'opaque', dialect: spokenIn, value: withTranscript({}, text) } as const
    const events: readonly ChatEvent[] =
      text === ''
        ? []
        : [
            { type: 'block-start', choice, block, start },
            { type: 'block-end', choice, block },
          ]
    return how === 'passed' ? events : [...events, ...stop()]
  }

  const flush = (): readonly ChatEvent[] => {
    const events = [...blocks.keys()].flatMap((block) => (over ? [] : close(block)))
    return over ? events : [...events, ...closeTranscript()]
  }

  const after = (events: readonly ChatEvent[], event: ChatEvent): readonly ChatEvent[] =>
    over ? events : [...events, event]

  function* start(event: Start): Slices {
    const lane = laneFor(event.start, work)
    if (lane) open(event.block, lane)
    lastBlock = Math.max(lastBlock, event.block)
    const own = event.start.kind === 'opaque' ? event.start.value : {}
    const piece = transcriptIn(own)
    const kept = event.extras?.fields ?? {}
    const treated = yield* treatValue(work, [piece === undefined ? own : withTranscript(own, ''), kept] as const)
    if (treated.kind === 'blocked') {
      forget(event.block)
      return stop()
    }
    const [value, fields] = treated.value
    if (piece === undefined) return [withValues(event, value, fields)]
    if (event.start.kind === 'opaque') spokenIn = event.start.dialect
    const { text, how } = transcript.push(piece)
    const begun = withValues(event, withTranscript(value, text), fields)
    return how === 'passed' ? [begun] : [begun, ...stop()]
  }

  function* annotate(event: Annotation): Slices {
    const treated = yield* treatValue(work, event.value)
    return treated.kind === 'passed' ? queued(event.block, { ...event, value: treated.value }) : stop()
  }

  const queued = (block: number, event: ChatEvent): readonly ChatEvent[] => {
    const into = blocks.get(block)
    into?.queue.add(event)
    return into ? into.queue.settle([]) : [event]
  }

  const blockOf = ({ block }: Delta): Block => {
    if (speaking && block === speakingAt) return speaking
    speaking = blocks.get(block) ?? open(block, textLane(work))
    speakingAt = block
    return speaking
  }

  const say = (event: Delta): readonly ChatEvent[] => {
    if (over) return []
    const into = blockOf(event)
    const decided = into.lane.push(event.text)
    if (typeof decided === 'number') return into.queue.pass(event, decided)
    into.queue.add(event)
    return settle(into, decided)
  }

  function* sayMuch(event: Delta): Slices {
    const into = blockOf(event)
    into.queue.add(event)
    let at = 0
    for (; at + SLICE < event.text.length; at += SLICE) {
      const events = settle(into, piecesOf(into.lane.push(event.text.slice(at, at + SLICE))))
      if (over) return events
      yield events
    }
    return settle(into, piecesOf(into.lane.push(event.text.slice(at))))
  }

  return {
    flush,
    say,
    *push(event) {
      if (over) return []
      switch (event.type) {
        case 'block-start':
          return yield* start(event)
        case 'delta':
          return yield* sayMuch(event)
        case 'signature':
          return queued(event.block, event)
        case 'annotation':
          return yield* annotate(event)
        case 'block-end':
          return after(close(event.block), event)
        case 'finish':
          return after(flush(), withStop(event, work.placeholders))
      }
    },
  }
}

function withValues(event: Start, own: JsonObject, kept: JsonObject): Start {
  const { start, extras } = event
  const isSame = (start.kind !== 'opaque' || start.value === own) && (!extras || extras.fields === kept)
  if (isSame) return event
  return {
    ...event,
    start: start.kind === 'opaque' ? { ...start, value: own } : start,
    ...(extras && { extras: { ...extras, fields: kept } }),
  }
}

/** A stop sequence is a text of the request's. */
function withStop(event: Finish, placeholders: Placeholders | undefined): Finish {
  const { stopSequence } = event
  if (stopSequence === undefined || !placeholders) return event
  return { ...event, stopSequence: restoreText(placeholders, stopSequence) }
}
