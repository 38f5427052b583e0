import type { Answer, AnswerStream, Answers } from './answer.js'
import type { ChatEvent } from './chat.js'
import { type AnswerOptions, delivery, guardedBy } from './delivery.js'
import type { GatewayError } from './errors.js'
import type { JsonValue } from './json.js'
import { readAhead, unwritten, writeBody } from './long-answer.js'
import { endsFrame } from './plain-deltas.js'
import { type PlainReader, plainReader } from './plain-reader.js'
import type { Frame } from './provider.js'
import { type AsyncTransform, chain, type Ending, feed, inTurn, type Transform, then } from './transform.js'

/**
 * Reads an answer into events, passes them through the policies' watches, and writes them in the client's dialect. What the
 * request's emulation did to the answer is undone by `restore` before anybody sees it.
 */
export function translation(
  options: AnswerOptions,
  watches: readonly AsyncTransform<ChatEvent, ChatEvent>[],
  restore?: Transform<ChatEvent, ChatEvent>,
): AnswerStream {
  const { request, context, provider, incoming, outgoing, tally } = options
  const frames = incoming.decode()
  const plain = plainReader(options)
  const decoder = learning(provider.dialect.decodeEvents(), plain)
  const events = restore ? inTurn(decoder, restore) : decoder
  const watched = watches.length === 0 ? undefined : chain(watches)
  const encoder = context.dialect.encodeEvents(context.asked)
  const out = delivery(options)
  /** Whether everything so far ended where a frame ends. */
  let between = false

  // This and `show` run for every chunk of every stream, on caches that other streams have filled since the last one: plain loops
  // cost a fraction of what chained array methods do there.
  const encode = (made: readonly ChatEvent[]): readonly Uint8Array[] | Promise<readonly Uint8Array[]> => {
    const pieces: Uint8Array[] = []
    let long: JsonValue | undefined
    for (const event of made) {
      options.heard?.(event)
      for (const frame of encoder.push(event)) {
        // A body is all that there is of its answer.
        const value = unwritten(frame)
        if (value === undefined) pieces.push(outgoing.encode(frame))
        else long = value
      }
    }
    return long === undefined ? pieces : writtenInTurns(long)
  }
  const writtenInTurns = async (value: JsonValue) => [await writeBody(value, context.turns)]

  /**
   * Not every dialect names an answer, its model, or when it was made; clients of the others get an id in their own form, the
   * model they asked for, and the time when it arrived.
   */
  const presentable = (event: Extract<ChatEvent, { type: 'start' }>): ChatEvent => ({
    ...event,
    id: event.id || answerId(context),
    model: event.model || request.model,
    created: event.created ?? Math.floor(context.clock.now() / 1000),
  })

  /** Counts what was read; what comes out is for the client. */
  const show = (made: readonly ChatEvent[]): readonly ChatEvent[] => {
    const shown: ChatEvent[] = []
    for (const event of made) {
      tally.add(event)
      if (event.type === 'start') shown.push(presentable(event))
      else if (event.type !== 'error') shown.push(event)
    }
    return shown
  }

  const gated = (answers: readonly Answer[]): Answers => {
    if (!options.gate || out.state() !== 'sending') return answers
    return then(options.gate(), (passage) => (passage === 'go' ? answers : [...answers, ...out.stop(encoder, passage)]))
  }

  const take = (made: readonly ChatEvent[]): Answers => {
    const shown = show(made)
    const error = tally.error()
    const passed = watched ? feed(watched, shown) : shown
    return passed instanceof Promise ? passed.then((later) => give(later, error)) : give(passed, error)
  }

  const sent = (encoded: ReturnType<typeof encode>): Answers =>
    encoded instanceof Promise ? encoded.then((pieces) => gated(out.send(pieces))) : gated(out.send(encoded))

  const give = (passed: readonly ChatEvent[], error: GatewayError | undefined): Answers => {
    if (!error) return sent(encode(passed))
    // What came before the error in the same piece is shown only to a client who has seen something already.
    if (out.state() !== 'sending') return out.fail(error)
    return then(encode(passed), (pieces) => [...out.send(pieces), ...out.fail(error)])
  }

  const reader: AsyncTransform<Frame, Answer> = {
    push: (frame) => {
      const comment = frame.type === 'event' && frame.data === ''
      if (out.state() === 'over' || comment) return []
      return take(events.push(provider.unwrap ? provider.unwrap(frame) : frame))
    },
    end: (how) =>
      then(out.state() === 'over' ? [] : take(events.end(how)), (answers) => {
        if (out.state() === 'over') return answers
        const last = then(watched ? watched.end(how) : [], encode)
        return then(last, (pieces) => {
          if (out.state() === 'over') return answers
          const rest = out.send([...pieces, ...encoder.end(how).map((frame) => outgoing.encode(frame))])
          return [...answers, ...rest, ...out.end()]
        })
      }),
  }

  const recognised: AsyncTransform<ChatEvent, Answer> = {
    push: (event) => (out.state() === 'over' ? [] : take(restore ? restore.push(event) : [event])),
    end: () => [],
  }

  const push = (chunk: Uint8Array): Answers => {
    const begins = between
    between = endsFrame(chunk)
    if (!plain || !begins) return feed(reader, frames.push(chunk))
    const known: ChatEvent[] = []
    const rest = plain.read(chunk, (event) => known.push(event))
    if (known.length === 0) return rest ? feed(reader, frames.push(rest)) : []
    const first = feed(recognised, known)
    return rest ? then(first, (early) => readRest(early, rest)) : first
  }

  const readRest = (early: readonly Answer[], rest: Uint8Array): Answers =>
    then(feed(reader, frames.push(rest)), (late) => [...early, ...late])

  const finish = (how: Ending): Answers =>
    then(readAhead(frames.end(how), context.turns), (last) =>
      then(feed(reader, last), (answers) => then(reader.end(how), (rest) => [...answers, ...rest])),
    )

  const guarded = guardedBy(out)
  return {
    opening: [],
    abort: (error) => (out.state() === 'over' ? [] : out.fail(error)),
    body: {
      push: (chunk) => guarded(() => push(chunk)),
      end: (how) => guarded(() => finish(how)),
    },
    unread: () => {},
    forward: () => false,
  }
}

function answerId({ dialect, requestId }: AnswerOptions['context']): string {
  return `${dialect.answerIdPrefix ?? ''}${requestId.replace(/[^a-zA-Z0-9]/g, '').slice(0, 40)}`
}

/** The decoder, from whose work the short way learns. */
function learning(decoder: Transform<Frame, ChatEvent>, plain: PlainReader | undefined): Transform<Frame, ChatEvent> {
  if (!plain) return decoder
  return {
    push(frame) {
      const made = decoder.push(frame)
      plain.learn(frame, made)
      return made
    },
    end: decoder.end,
  }
}
