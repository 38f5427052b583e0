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
import { createTranscript, type Transcript, transcriptIn, withTranscript } from './transcript.js'
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
  return new OneChoice(choice, work)
}

class OneChoice implements Choice {
  private readonly choice: number
  private readonly work: Work
  private readonly blocks = new Map<number, Block>()
  /** Made with its first piece: most answers have none. */
  private transcript: Transcript | undefined = undefined
  private spokenIn = ''
  private lastBlock = -1
  private over = false
  /** The block that spoke last, which mostly speaks next; undefined once it is not among them. */
  private speaking: Block | undefined = undefined
  private speakingAt = -1

  constructor(choice: number, work: Work) {
    this.choice = choice
    this.work = work
  }

  *push(event: ChoiceEvent): Slices {
    if (this.over) return []
    switch (event.type) {
      case 'block-start':
        return yield* this.start(event)
      case 'delta':
        return yield* this.sayMuch(event)
      case 'signature':
        return this.queued(event.block, event)
      case 'annotation':
        return yield* this.annotate(event)
      case 'block-end':
        return this.after(this.close(event.block), event)
      case 'finish':
        return this.after(this.flush(), withStop(event, this.work.placeholders))
    }
  }

  say(event: Delta): readonly ChatEvent[] {
    if (this.over) return []
    const into = this.blockOf(event.block)
    const decided = into.lane.push(event.text)
    if (typeof decided === 'number') return into.queue.pass(event, decided)
    into.queue.add(event)
    return this.settle(into, decided)
  }

  flush(): readonly ChatEvent[] {
    const events = [...this.blocks.keys()].flatMap((block) => (this.over ? [] : this.close(block)))
    return this.over ? events : [...events, ...this.closeTranscript()]
  }

  private open(block: number, lane: Lane): Block {
    const opened = { lane, queue: createDeltaQueue() }
    this.blocks.set(block, opened)
    this.speaking = opened
    this.speakingAt = block
    return opened
  }

  private blockOf(block: number): Block {
    if (this.speaking && block === this.speakingAt) return this.speaking
    const known = this.blocks.get(block)
    if (!known) return this.open(block, textLane(this.work))
    this.speaking = known
    this.speakingAt = block
    return known
  }

  private forget(block: number): void {
    this.blocks.delete(block)
    if (block === this.speakingAt) this.speaking = undefined
  }

  /** Ends the choice: nothing that is held goes out. */
  private stop(): readonly ChatEvent[] {
    const { choice } = this
    this.over = true
    const ends = [...this.blocks.keys()].map((block) => ({ type: 'block-end', choice, block }) as const)
    this.blocks.clear()
    this.speaking = undefined
    return [...ends, { type: 'finish', choice, reason: 'content-filter', raw: 'content_filter' }]
  }

  private settle({ queue }: Block, pieces: readonly Piece[]): readonly ChatEvent[] {
    const events = queue.settle(pieces)
    return pieces.at(-1)?.kind === 'blocked' ? [...events, ...this.stop()] : events
  }

  private close(block: number): readonly ChatEvent[] {
    const closed = this.blocks.get(block)
    const events = closed ? this.settle(closed, closed.lane.end()) : []
    this.forget(block)
    return events
  }

  /** What is held of a transcript, in a block of its own. */
  private closeTranscript(): readonly ChatEvent[] {
    const { choice } = this
    const block = ++this.lastBlock
    if (!this.transcript) return []
    const { text, how } = this.transcript.end()
    const start = { kind: 'opaque', dialect: this.spokenIn, value: withTranscript({}, text) } as const
    const events: readonly ChatEvent[] =
      text === ''
        ? []
        : [
            { type: 'block-start', choice, block, start },
            { type: 'block-end', choice, block },
          ]
    return how === 'passed' ? events : [...events, ...this.stop()]
  }

  private after(events: readonly ChatEvent[], event: ChatEvent): readonly ChatEvent[] {
    return this.over ? events : [...events, event]
  }

  private *start(event: Start): Slices {
    const lane = laneFor(event.start, this.work)
    if (lane) this.open(event.block, lane)
    this.lastBlock = Math.max(this.lastBlock, event.block)
    const own = event.start.kind === 'opaque' ? event.start.value : {}
    const piece = transcriptIn(own)
    const kept = event.extras?.fields ?? {}
    const treated = yield* treatValue(this.work, [piece === undefined ? own : withTranscript(own, ''), kept] as const)
    if (treated.kind === 'blocked') {
      this.forget(event.block)
      return this.stop()
    }
    const [value, fields] = treated.value
    if (piece === undefined) return [withValues(event, value, fields)]
    if (event.start.kind === 'opaque') this.spokenIn = event.start.dialect
    this.transcript ??= createTranscript(this.work)
    const { text, how } = this.transcript.push(piece)
    const begun = withValues(event, withTranscript(value, text), fields)
    return how === 'passed' ? [begun] : [begun, ...this.stop()]
  }

  private *annotate(event: Annotation): Slices {
    const treated = yield* treatValue(this.work, event.value)
    return treated.kind === 'passed' ? this.queued(event.block, { ...event, value: treated.value }) : this.stop()
  }

  private queued(block: number, event: ChatEvent): readonly ChatEvent[] {
    const into = this.blocks.get(block)
    into?.queue.add(event)
    return into ? into.queue.settle([]) : [event]
  }

  private *sayMuch(event: Delta): Slices {
    const into = this.blockOf(event.block)
    into.queue.add(event)
    let at = 0
    for (; at + SLICE < event.text.length; at += SLICE) {
      const events = this.settle(into, piecesOf(into.lane.push(event.text.slice(at, at + SLICE))))
      if (this.over) return events
      yield events
    }
    return this.settle(into, piecesOf(into.lane.push(event.text.slice(at))))
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
