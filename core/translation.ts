import type { Answer, AnswerStream, Answers } from './answer.js'
import type { ChatEvent } from './chat.js'
import { type AnswerOptions, type Delivery, delivery, guarded } from './delivery.js'
import type { GatewayError } from './errors.js'
import type { JsonValue } from './json.js'
import { readAhead, unwritten, writeBody } from './long-answer.js'
import { endsFrame, type PlainDeltas } from './plain-deltas.js'
import { plainReader, readPlain } from './plain-reader.js'
import type { Frame } from './provider.js'
import { type AsyncTransform, type Ending, feed, inTurn, type Transform, then } from './transform.js'
import { watched } from './watched.js'

/**
 * Reads an answer into events, passes them through the policies' watches, and writes them in the client's dialect. What the
 * request's emulation did to the answer is undone by `restore` before anybody sees it.
 */
export function translation(
  options: AnswerOptions,
  watches: readonly AsyncTransform<ChatEvent, ChatEvent>[],
  restore?: Transform<ChatEvent, ChatEvent>,
): AnswerStream {
  return new Translation(options, watches, restore)
}

class Translation implements AnswerStream {
  readonly opening: readonly Answer[] = []
  readonly body: AsyncTransform<Uint8Array, Answer> = this
  private readonly options: AnswerOptions
  private readonly restore: Transform<ChatEvent, ChatEvent> | undefined
  private readonly frames: Transform<Uint8Array, Frame>
  private readonly plain: PlainDeltas | undefined
  private readonly events: Transform<Frame, ChatEvent>
  private readonly watched: AsyncTransform<ChatEvent, ChatEvent> | undefined
  private readonly encoder: Transform<ChatEvent, Frame>
  private readonly out: Delivery
  /** Whether everything so far ended where a frame ends. */
  private between = false

  constructor(
    options: AnswerOptions,
    watches: readonly AsyncTransform<ChatEvent, ChatEvent>[],
    restore: Transform<ChatEvent, ChatEvent> | undefined,
  ) {
    const { context, provider, incoming } = options
    this.options = options
    this.restore = restore
    this.frames = incoming.decode()
    this.plain = plainReader(options)
    const decoder = learning(provider.dialect.decodeEvents(), this.plain)
    this.events = restore ? inTurn(decoder, restore) : decoder
    this.watched = watched(watches)
    this.encoder = context.dialect.encodeEvents(context.asked)
    this.out = delivery(options)
  }

  push(chunk: Uint8Array): Answers {
    return guarded(this.out, () => this.read(chunk))
  }

  end(how: Ending): Answers {
    return guarded(this.out, () => this.finish(how))
  }

  abort(error: GatewayError): readonly Answer[] {
    return this.out.state() === 'over' ? [] : this.out.fail(error)
  }

  unread(): void {}

  forward(): boolean {
    return false
  }

  private read(chunk: Uint8Array): Answers {
    const begins = this.between
    this.between = endsFrame(chunk)
    if (!this.plain || !begins) return this.readFrames(this.frames.push(chunk))
    const known: ChatEvent[] = []
    const rest = readPlain(this.plain, chunk, known)
    if (known.length === 0) return rest ? this.readFrames(this.frames.push(rest)) : []
    const first = this.takeEach(known)
    if (rest === undefined) return first
    return then(first, (early) => then(this.readFrames(this.frames.push(rest)), (late) => [...early, ...late]))
  }

  /** Takes events that were recognised, one after the other. */
  private takeEach(known: readonly ChatEvent[]): Answers {
    if (known.length === 1 && !this.restore) return this.take(known)
    const step = (event: ChatEvent) => {
      if (this.out.state() === 'over') return []
      return this.take(this.restore ? this.restore.push(event) : [event])
    }
    return feed({ push: step }, known)
  }

  private readFrames(frames: readonly Frame[]): Answers {
    return feed({ push: (frame: Frame) => this.readFrame(frame) }, frames)
  }

  private readFrame(frame: Frame): Answers {
    const { provider } = this.options
    const comment = frame.type === 'event' && frame.data === ''
    if (this.out.state() === 'over' || comment) return []
    return this.take(this.events.push(provider.unwrap ? provider.unwrap(frame) : frame))
  }

  private take(made: readonly ChatEvent[]): Answers {
    const shown = this.show(made)
    const error = this.options.tally.error()
    const passed = this.watched ? feed(this.watched, shown) : shown
    return passed instanceof Promise ? passed.then((later) => this.give(later, error)) : this.give(passed, error)
  }

  // This and `encode` run for every chunk of every stream, on caches that other streams have filled since the last one: plain loops
  // cost a fraction of what chained array methods do there.
  /** Counts what was read; what comes out is for the client. */
  private show(made: readonly ChatEvent[]): readonly ChatEvent[] {
    const { tally } = this.options
    const shown: ChatEvent[] = []
    for (const event of made) {
      tally.add(event)
      if (event.type === 'start') shown.push(this.presentable(event))
      else if (event.type !== 'error') shown.push(event)
    }
    return shown
  }

  /**
   * Not every dialect names an answer, its model, or when it was made; clients of the others get an id in their own form, the
   * model they asked for, and the time when it arrived.
   */
  private presentable(event: Extract<ChatEvent, { type: 'start' }>): ChatEvent {
    const { context } = this.options
    return {
      ...event,
      id: event.id || answerId(context),
      model: event.model || context.request.model,
      created: event.created ?? Math.floor(context.clock.now() / 1000),
    }
  }

  private give(passed: readonly ChatEvent[], error: GatewayError | undefined): Answers {
    const { out } = this
    // What came before an error in the same piece is shown only to a client who has seen something already.
    if (error && out.state() !== 'sending') return out.fail(error)
    const encoded = this.encode(passed)
    if (error) return then(encoded, (pieces) => [...out.send(pieces), ...out.fail(error)])
    return encoded instanceof Promise ? encoded.then((pieces) => this.sent(pieces)) : this.sent(encoded)
  }

  private encode(made: readonly ChatEvent[]): readonly Uint8Array[] | Promise<readonly Uint8Array[]> {
    const { options, encoder } = this
    const pieces: Uint8Array[] = []
    let long: JsonValue | undefined
    for (const event of made) {
      options.heard?.(event)
      for (const frame of encoder.push(event)) {
        // A body is all that there is of its answer.
        const value = unwritten(frame)
        if (value === undefined) pieces.push(options.outgoing.encode(frame))
        else long = value
      }
    }
    return long === undefined ? pieces : this.writtenInTurns(long)
  }

  private async writtenInTurns(value: JsonValue): Promise<readonly Uint8Array[]> {
    return [await writeBody(value, this.options.context.turns)]
  }

  private sent(pieces: readonly Uint8Array[]): Answers {
    const { out, options, encoder } = this
    const answers = out.send(pieces)
    if (!options.gate || out.state() !== 'sending') return answers
    return then(options.gate.ask(), (passage) =>
      passage === 'go' ? answers : [...answers, ...out.stop(encoder, passage)],
    )
  }

  private finish(how: Ending): Answers {
    return then(readAhead(this.frames.end(how), this.options.context.turns), (last) =>
      then(this.readFrames(last), (answers) => then(this.finishEvents(how), (rest) => [...answers, ...rest])),
    )
  }

  private finishEvents(how: Ending): Answers {
    const { out, watched, encoder, options } = this
    return then(out.state() === 'over' ? [] : this.take(this.events.end(how)), (answers) => {
      if (out.state() === 'over') return answers
      const last = then(watched ? watched.end(how) : [], (events) => this.encode(events))
      return then(last, (pieces) => {
        if (out.state() === 'over') return answers
        const rest = out.send([...pieces, ...encoder.end(how).map((frame) => options.outgoing.encode(frame))])
        return [...answers, ...rest, ...out.end()]
      })
    })
  }
}

function answerId({ dialect, requestId }: AnswerOptions['context']): string {
  return `${dialect.answerIdPrefix ?? ''}${requestId.replace(/[^a-zA-Z0-9]/g, '').slice(0, 40)}`
}

/** The decoder, from whose work the short way learns. */
function learning(decoder: Transform<Frame, ChatEvent>, plain: PlainDeltas | undefined): Transform<Frame, ChatEvent> {
  if (!plain) return decoder
  return {
    push(frame) {
      const made = decoder.push(frame)
      plain.learn(frame, made)
      return made
    },
    end: (how) => decoder.end(how),
  }
}
