import type { Answer, AnswerStream, Answers } from './answer.js'
import type { ChatEvent } from './chat.js'
import { type AnswerOptions, type Delivery, delivery, guarded, unreadable } from './delivery.js'
import type { GatewayError } from './errors.js'
import { readAhead } from './long-answer.js'
import { endsFrame, type PlainDeltas } from './plain-deltas.js'
import { plainReader, readPlain } from './plain-reader.js'
import type { Frame } from './provider.js'
import { type AsyncTransform, type Ending, type Transform, then } from './transform.js'

/** How many bytes may wait to be read. Reading many frames at once is far cheaper than one at every wake-up of the process. */
const BATCH = 8 * 1024

/** The same where a policy follows the stream, and may stop it. */
const FOLLOWED_BATCH = 2 * 1024

/**
 * Reads an answer whose bytes go to a client of the same dialect as they are. Until the client's response has begun every
 * frame is read before it is passed on. After that whole frames that cannot matter (no error, no usage) are passed on unread,
 * and read in batches, for what settlement needs.
 */
export function passThrough(options: AnswerOptions): AnswerStream {
  return new PassThrough(options)
}

class PassThrough implements AnswerStream {
  readonly opening: readonly Answer[] = []
  readonly body: AsyncTransform<Uint8Array, Answer> = this
  private readonly options: AnswerOptions
  private readonly frames: Transform<Uint8Array, Frame>
  private readonly events: Transform<Frame, ChatEvent>
  private readonly plain: PlainDeltas | undefined
  private readonly out: Delivery
  /** What ends the stream early in place of its provider, where its last frame must hold all that came before. */
  private readonly follower: Transform<ChatEvent, Frame> | undefined
  private readonly mostWaiting: number
  /** Whole frames, copied: a view would keep the far larger buffer alive that it was received in. */
  private waiting: Uint8Array | undefined = undefined
  private waitingBytes = 0
  /** Whether everything so far ended where a frame ends. */
  private between = false

  constructor(options: AnswerOptions) {
    const { context, provider, incoming, gate } = options
    this.options = options
    this.frames = incoming.decode()
    this.events = provider.dialect.decodeEvents()
    this.plain = plainReader(options)
    this.out = delivery(options)
    this.follower = gate && provider.dialect.endRepeatsAnswer ? context.dialect.encodeEvents(context.asked) : undefined
    this.mostWaiting = gate ? FOLLOWED_BATCH : BATCH
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

  forward(chunk: Uint8Array): boolean {
    const { options, mostWaiting } = this
    if (!this.between || options.edit || this.out.state() !== 'sending' || !endsFrame(chunk)) return false
    if (options.provider.dialect.mustRead(chunk) || chunk.length > mostWaiting) return false
    if (this.waitingBytes + chunk.length > mostWaiting) {
      this.unread()
      if (options.tally.error() || options.gate) return false
    }
    this.waiting ??= new Uint8Array(mostWaiting)
    this.waiting.set(chunk, this.waitingBytes)
    this.waitingBytes += chunk.length
    return true
  }

  unread(): void {
    if (!this.waiting || this.waitingBytes === 0) return
    const batch = this.waiting.subarray(0, this.waitingBytes)
    this.waitingBytes = 0
    try {
      const known: ChatEvent[] = []
      const rest = this.plain ? readPlain(this.plain, batch, known) : batch
      for (const event of known) this.note(event)
      if (rest) for (const frame of this.frames.push(rest)) this.readFrame(frame)
    } catch (cause) {
      // The client has these frames already: what is wrong with them ends the answer, and must not stop its settlement.
      this.options.tally.add({ type: 'error', error: unreadable(cause) })
    }
  }

  private note(event: ChatEvent): void {
    this.options.tally.add(event)
    this.options.heard?.(event)
    this.follower?.push(event)
  }

  private readFrame(frame: Frame): void {
    if (frame.type === 'event' && frame.data === '') return
    const made = this.events.push(frame)
    this.plain?.learn(frame, made)
    for (const event of made) this.note(event)
  }

  private take(units: readonly Frame[]): readonly Answer[] {
    const { options, out } = this
    const { dialect } = options.provider
    const { stream, includeUsage } = options.context.request
    const hidesUsage = stream && !includeUsage
    const pieces: Uint8Array[] = []
    for (const frame of units) {
      this.readFrame(frame)
      const error = options.tally.error()
      if (error) return [...out.send(pieces), ...out.fail(error)]
      const edited = options.edit ? options.edit(frame) : frame
      const shown = hidesUsage ? dialect.hideUsage(edited) : edited
      if (shown) pieces.push(options.outgoing.encode(shown))
    }
    return out.send(pieces)
  }

  private read(chunk: Uint8Array): Answers {
    const { out, options } = this
    this.unread()
    const error = options.tally.error()
    if (error) return out.fail(error)
    this.between = endsFrame(chunk)
    const answers = this.take(this.frames.push(chunk))
    if (!options.gate || out.state() !== 'sending') return answers
    return then(options.gate.ask(), (passage) => (passage === 'go' ? answers : [...answers, ...this.stop(passage)]))
  }

  private stop(how: 'stop' | 'over'): readonly Answer[] {
    const { out, options, follower } = this
    if (out.state() !== 'sending') return []
    if (follower) return out.stop(follower, how)
    const encoder = options.context.dialect.encodeEvents(options.context.asked)
    const start = options.tally.start()
    if (start) encoder.push(start)
    return out.stop(encoder, how)
  }

  private finish(how: Ending): Answers {
    this.unread()
    return then(readAhead(this.frames.end(how), this.options.context.turns), (units) => this.finishWith(units, how))
  }

  private finishWith(units: readonly Frame[], how: Ending): readonly Answer[] {
    const { out, options } = this
    // It may have been given up while it was read.
    if (out.state() === 'over') return []
    const last = this.take(units)
    if (out.state() === 'over') return last
    for (const event of this.events.end(how)) {
      options.tally.add(event)
      options.heard?.(event)
    }
    const error = options.tally.error()
    if (error) return [...last, ...out.fail(error)]
    return [...last, ...out.send([]), ...out.end()]
  }
}
