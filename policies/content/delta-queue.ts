import type { ChatEvent } from '../../core/chat.js'
import { type Piece, piecesOf } from './piece.js'

type Delta = Extract<ChatEvent, { readonly type: 'delta' }>

/** An event of a block that has not gone out, or not wholly. */
interface Waiting {
  event: ChatEvent
  /** Its text; empty for what is no delta. */
  text: string
  /** Units of it that have been decided. */
  decided: number
  /** What they have become and has not gone out. */
  ready: string
  /** Nothing of it has changed, or gone out. */
  untouched: boolean
}

/**
 * The events of one block in order. A delta whose text stays as it is goes out as it came; one that is cut or changed goes out
 * anew, without its `logprobs`, which spell the text, and together with the next one that does. A delta with `logprobs` is not cut.
 */
export interface DeltaQueue {
  /** A delta, or what must not overtake those before it. */
  add(event: ChatEvent): void
  /** What can go out after more of the deltas' text has been decided. */
  settle(pieces: readonly Piece[]): readonly ChatEvent[]
  /** Both at once, for a delta with which so many units of the deltas' text were found to stay as they are: most of a stream. */
  pass(delta: Delta, same: number): readonly ChatEvent[]
}

export function createDeltaQueue(): DeltaQueue {
  return new Deltas()
}

/** A class, as all that every chunk of every stream goes through: see `docs/decisions/0040-classes-on-the-hot-path.md`. */
class Deltas implements DeltaQueue {
  private waiting: Waiting[] = []

  add(event: ChatEvent): void {
    const text = event.type === 'delta' ? event.text : ''
    this.waiting.push({ event, text, decided: 0, ready: '', untouched: true })
  }

  settle(pieces: readonly Piece[]): readonly ChatEvent[] {
    let index = 0
    for (const piece of pieces) {
      if (piece.kind === 'same') index = this.take(index, piece.length)
      else if (piece.kind === 'changed') index = this.take(index, piece.length, piece.text)
    }
    const events: ChatEvent[] = []
    let passed = 0
    for (const delta of this.waiting) {
      for (const event of sent(delta)) addJoined(events, event)
      if (delta.decided < delta.text.length) break
      passed++
    }
    if (passed > 0) this.waiting = this.waiting.slice(passed)
    return events
  }

  pass(event: Delta, same: number): readonly ChatEvent[] {
    const { waiting } = this
    const [first] = waiting
    const rest = first && first.text.length - first.decided
    const own = same - (rest ?? 0)
    if (own < 0 || event.logprobs || waiting.length > 1 || (first && !isPlain(first))) {
      this.add(event)
      return this.settle(piecesOf(same))
    }
    const { text } = event
    const whole = own === text.length
    if (first === undefined) {
      if (whole) return [event]
      this.waiting = [{ event, text, decided: own, ready: '', untouched: own === 0 }]
      return own === 0 ? [] : [withText(event, text.slice(0, own))]
    }
    const before = first.text.slice(first.decided)
    if (whole) this.waiting = []
    else {
      first.event = event
      first.text = text
      first.decided = own
      first.untouched = own === 0
    }
    return [withText(event, before + (whole ? text : text.slice(0, own)))]
  }

  /** Takes `length` units of text from the deltas; `replaced` is what they become, themselves where it is absent. */
  private take(from: number, length: number, replaced?: string): number {
    const { waiting } = this
    let index = from
    let text = replaced
    for (let left = length; left > 0 && index < waiting.length; ) {
      const delta = waiting[index] as Waiting
      const count = Math.min(left, delta.text.length - delta.decided)
      if (count > 0) {
        delta.ready += text ?? delta.text.slice(delta.decided, delta.decided + count)
        delta.decided += count
        if (text !== undefined) {
          delta.untouched = false
          text = ''
        }
      }
      left -= count
      if (delta.decided === delta.text.length) index++
    }
    return index
  }
}

/** What the event at hand can send. */
function sent(delta: Waiting): readonly ChatEvent[] {
  const done = delta.decided === delta.text.length
  if (done && delta.untouched) return [delta.event]
  const { event, ready } = delta
  if (event.type !== 'delta' || ready === '' || (delta.untouched && event.logprobs !== undefined)) return []
  delta.ready = ''
  delta.untouched = false
  return [withText(event, ready)]
}

/** Whether nothing waits but the rest of a text. */
function isPlain({ event, ready }: Waiting): boolean {
  return event.type === 'delta' && event.logprobs === undefined && ready === ''
}

/** What goes out at once goes out as one: where a word ends is open until the next delta, so that most are cut. */
function addJoined(events: ChatEvent[], event: ChatEvent): void {
  const last = events.at(-1)
  const joins = event.type === 'delta' && last?.type === 'delta' && !event.logprobs && !last.logprobs
  if (joins) events[events.length - 1] = withText(event, last.text + event.text)
  else events.push(event)
}

function withText({ choice, block }: Delta, text: string): Delta {
  return { type: 'delta', choice, block, text }
}
