import type { Answer, Answers } from './answer.js'
import type { AttemptContext, Position } from './attempt.js'
import type { ChatEvent } from './chat.js'
import { GatewayError } from './errors.js'
import { wireStatus } from './failure.js'
import type { Framing } from './framing.js'
import type { Gate } from './gate.js'
import type { Frame, Provider } from './provider.js'
import type { Tally } from './tally.js'
import type { Transform } from './transform.js'

/** The attempt whose answer is read. */
export interface AnswerHost {
  /** Headers of the client's response, asked for when it begins; the caller's own. */
  headers(): Record<string, string>
  /** The client's response begins. */
  commit(): void
  fail(error: GatewayError): void
  over(): void
}

/** What the readers of a successful response work from. */
export interface AnswerOptions {
  readonly place: Position
  readonly context: AttemptContext
  readonly provider: Provider
  /** How the provider's body is framed, and the client's. */
  readonly incoming: Framing
  readonly outgoing: Framing
  readonly tally: Tally
  readonly host: AnswerHost
  /** Told of every event as it goes to the client. */
  heard?(event: ChatEvent): void
  /** Changes frames of an answer that is not read into events. */
  edit?(frame: Frame): Frame
  /** Asked after more of a stream has been read, before it goes on. */
  readonly gate?: Gate
}

/**
 * Holds a response back until there is something to show: while other targets remain, the first content; at the last
 * target, the first event that is no error; for a client without a stream, the whole answer and its end. An error before that point is a
 * failed attempt; after it, it ends the client's stream in the client's dialect.
 */
export interface Delivery {
  state(): 'holding' | 'sending' | 'over'
  /** Passes bytes on, or holds them. */
  send(pieces: readonly Uint8Array[]): readonly Answer[]
  fail(error: GatewayError): readonly Answer[]
  /** The answer has come to its end. */
  end(): readonly Answer[]
  /**
   * Ends the answer before its provider does: as one that ran into its length limit, or with `over` as one whose choices a policy has
   * ended (`content-filter`); `encoder` is where the client's answer is.
   */
  stop(encoder: Transform<ChatEvent, Frame>, how: 'stop' | 'over'): readonly Answer[]
  /** What a codec threw: nobody should send bytes that it could not read. Ends this answer, and only this one. */
  broken(cause: unknown): readonly Answer[]
}

const END: ChatEvent = { type: 'end' }

export function delivery(options: AnswerOptions): Delivery {
  return new ClientsAnswer(options)
}

class ClientsAnswer implements Delivery {
  private readonly options: AnswerOptions
  private now: 'holding' | 'sending' | 'over' = 'holding'
  private held: Uint8Array[] = []

  constructor(options: AnswerOptions) {
    this.options = options
  }

  state(): 'holding' | 'sending' | 'over' {
    return this.now
  }

  send(pieces: readonly Uint8Array[]): readonly Answer[] {
    if (this.now === 'sending') return asAnswers(pieces)
    if (this.now === 'over') return []
    this.held.push(...pieces)
    return this.isReady() ? this.begin() : []
  }

  fail(error: GatewayError): readonly Answer[] {
    const { context, outgoing } = this.options
    const wasSending = this.now === 'sending'
    this.now = 'over'
    this.held = []
    this.options.host.fail(error)
    if (!wasSending) return [{ kind: 'failed', status: wireStatus(error, 200) }]
    const last = outgoing.encode(context.dialect.encodeStreamError(error, context.requestId))
    // Sound has no bytes for an error.
    return last.length === 0 ? [{ kind: 'cut' }] : [{ kind: 'bytes', bytes: last }, { kind: 'end' }]
  }

  end(): readonly Answer[] {
    const { context, tally } = this.options
    const whole = this.now === 'holding' && !context.request.stream && tally.ended() ? this.begin() : []
    if (this.now !== 'sending') return this.fail(new GatewayError('upstream_error', 'The provider sent no answer.'))
    this.now = 'over'
    this.options.host.over()
    return [...whole, { kind: 'end' }]
  }

  stop(encoder: Transform<ChatEvent, Frame>, how: 'stop' | 'over'): readonly Answer[] {
    const { tally, outgoing } = this.options
    // Before its first block a choice is not known to be unfinished, and is.
    const open = tally.unfinished()
    const choices = open.length === 0 && tally.finish() === undefined ? [0] : open
    const reason = how === 'stop' ? 'length' : 'content-filter'
    const events: ChatEvent[] = choices.map((choice) => ({ type: 'finish', choice, reason, raw: reason }))
    const unsaid = how === 'stop' ? events : []
    const frames = [...unsaid, END].flatMap((event) => encoder.push(event))
    for (const event of events) tally.add(event)
    this.now = 'over'
    this.options.host.over()
    const last = [...frames, ...encoder.end('complete')].map((frame) => outgoing.encode(frame))
    return [...asAnswers(last), { kind: 'stop' }]
  }

  broken(cause: unknown): readonly Answer[] {
    return this.fail(unreadable(cause))
  }

  private isReady(): boolean {
    const { context, tally, place } = this.options
    return context.request.stream && (tally.meaningful() || (place === 'last' && tally.begun()))
  }

  private begin(): readonly Answer[] {
    this.now = 'sending'
    this.options.host.commit()
    const answers = asAnswers(this.held)
    this.held = []
    return [{ kind: 'head', status: 200, headers: headersOf(this.options) }, ...answers]
  }
}

function asAnswers(pieces: readonly Uint8Array[]): Answer[] {
  return pieces.map((bytes) => ({ kind: 'bytes', bytes }))
}

/** Does work on the answer as long as it is not over. What that throws, or rejects with, ends the answer. */
export function guarded(out: Delivery, work: () => Answers): Answers {
  if (out.state() === 'over') return []
  try {
    const made = work()
    return made instanceof Promise ? made.catch((cause) => out.broken(cause)) : made
  } catch (cause) {
    return out.broken(cause)
  }
}

/** The error for what a codec threw. */
export function unreadable(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  return new GatewayError('upstream_error', 'The provider sent an answer that cannot be read.', { cause })
}

function headersOf({ context, outgoing, host }: AnswerOptions): Readonly<Record<string, string>> {
  const all = host.headers()
  all['content-type'] = outgoing.contentType
  if (context.request.stream) all['cache-control'] = 'no-cache'
  return all
}
