import type { Answer, AnswerStream, Answers } from './answer.js'
import type { ChatEvent } from './chat.js'
import { type AnswerOptions, delivery, guardedBy, unreadable } from './delivery.js'
import { readAhead } from './long-answer.js'
import { endsFrame } from './plain-deltas.js'
import { plainReader } from './plain-reader.js'
import type { Frame } from './provider.js'
import { type Ending, then } from './transform.js'

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
  const { request, context, provider, incoming, tally } = options
  const { dialect } = provider
  const hideUsage = request.stream && !request.includeUsage
  const frames = incoming.decode()
  const events = dialect.decodeEvents()
  const plain = plainReader(options)
  const out = delivery(options)
  // What ends the stream early in place of its provider, where its last frame must hold all that came before.
  const follower = options.gate && dialect.endRepeatsAnswer ? context.dialect.encodeEvents(context.asked) : undefined
  /** Whole frames, copied: a view would keep the far larger buffer alive that it was received in. */
  let unread: Uint8Array | undefined
  let unreadBytes = 0
  const mostUnread = options.gate ? FOLLOWED_BATCH : BATCH
  /** Whether everything so far ended where a frame ends. */
  let between = false

  const readUnread = () => {
    if (!unread || unreadBytes === 0) return
    const batch = unread.subarray(0, unreadBytes)
    unreadBytes = 0
    try {
      const rest = plain ? plain.read(batch, note) : batch
      if (rest) for (const frame of frames.push(rest)) read(frame)
    } catch (cause) {
      // The client has these frames already: what is wrong with them ends the answer, and must not stop its settlement.
      tally.add({ type: 'error', error: unreadable(cause) })
    }
  }
  const note = (event: ChatEvent) => {
    tally.add(event)
    options.heard?.(event)
    follower?.push(event)
  }
  const read = (frame: Frame) => {
    if (frame.type === 'event' && frame.data === '') return
    const made = events.push(frame)
    plain?.learn(frame, made)
    for (const event of made) note(event)
  }

  const take = (units: readonly Frame[]): readonly Answer[] => {
    const pieces: Uint8Array[] = []
    for (const frame of units) {
      read(frame)
      const error = tally.error()
      if (error) return [...out.send(pieces), ...out.fail(error)]
      const edited = options.edit ? options.edit(frame) : frame
      const shown = hideUsage ? dialect.hideUsage(edited) : edited
      if (shown) pieces.push(options.outgoing.encode(shown))
    }
    return out.send(pieces)
  }

  const forward = (chunk: Uint8Array): boolean => {
    if (!between || options.edit || out.state() !== 'sending' || !endsFrame(chunk) || dialect.mustRead(chunk))
      return false
    if (chunk.length > mostUnread) return false
    if (unreadBytes + chunk.length > mostUnread) {
      readUnread()
      if (tally.error() || options.gate) return false
    }
    unread ??= new Uint8Array(mostUnread)
    unread.set(chunk, unreadBytes)
    unreadBytes += chunk.length
    return true
  }

  const push = (chunk: Uint8Array): Answers => {
    readUnread()
    const error = tally.error()
    if (error) return out.fail(error)
    between = endsFrame(chunk)
    const answers = take(frames.push(chunk))
    if (!options.gate || out.state() !== 'sending') return answers
    return then(options.gate(), (passage) => (passage === 'go' ? answers : [...answers, ...stop(passage)]))
  }

  const stop = (how: 'stop' | 'over'): readonly Answer[] => {
    if (out.state() !== 'sending') return []
    if (follower) return out.stop(follower, how)
    const encoder = context.dialect.encodeEvents(context.asked)
    const start = tally.start()
    if (start) encoder.push(start)
    return out.stop(encoder, how)
  }

  const finish = (how: Ending): Answers => {
    readUnread()
    return then(readAhead(frames.end(how), context.turns), (units) => finishWith(units, how))
  }

  const finishWith = (units: readonly Frame[], how: Ending): readonly Answer[] => {
    // It may have been given up while it was read.
    if (out.state() === 'over') return []
    const last = take(units)
    if (out.state() === 'over') return last
    for (const event of events.end(how)) {
      tally.add(event)
      options.heard?.(event)
    }
    const error = tally.error()
    if (error) return [...last, ...out.fail(error)]
    return [...last, ...out.send([]), ...out.end()]
  }

  const guarded = guardedBy(out)
  return {
    opening: [],
    abort: (error) => (out.state() === 'over' ? [] : out.fail(error)),
    forward,
    body: { push: (chunk) => guarded(() => push(chunk)), end: (how) => guarded(() => finish(how)) },
    unread: readUnread,
  }
}
