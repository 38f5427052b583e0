import type { AttemptContext, Position } from './attempt.js'
import type { ChatEvent, ChatRequest } from './chat.js'
import { GatewayError } from './errors.js'
import { wireStatus } from './failure.js'
import type { Dialect, Frame, Provider } from './provider.js'
import type { Tally } from './tally.js'
import { type AsyncTransform, chain, type Ending, feed, then } from './transform.js'

/** One step of a response on its way to the client. */
export type Answer =
  /** The response begins; nothing was sent before. */
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The attempt failed before anything was sent; a gateway that sees `status` tries the next target, or gives up. */
  | { readonly kind: 'failed'; readonly status: number }
  /** Nothing follows. */
  | { readonly kind: 'end' }

/** The response half of an attempt: provider bytes in (identity-encoded), steps of the client's response out. */
export interface AnswerStream {
  /** What is known from the status alone. */
  readonly opening: readonly Answer[]
  readonly body: AsyncTransform<Uint8Array, Answer>
  /** Ends the answer where it stands, e.g. when the provider has gone silent. */
  abort(error: GatewayError): readonly Answer[]
}

/** Enough of an error body to find its message. */
const MAX_ERROR_BYTES = 64 * 1024

interface ErrorReaderOptions {
  readonly status: number
  readonly place: Position
  readonly dialect: Dialect
  fail(error: GatewayError): void
}

/** Reads a response that is no answer. Its body matters only where its message may reach the client. */
export function errorReader({ status, place, dialect, fail }: ErrorReaderOptions): AnswerStream {
  let pieces: Uint8Array[] = []
  let size = 0
  const finish = (): readonly Answer[] => {
    const decoder = new TextDecoder()
    const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode()
    pieces = []
    const error =
      status < 400
        ? new GatewayError('upstream_error', `The provider answered with status ${status}, which is no answer.`)
        : dialect.decodeError(status, text)
    fail(error)
    return [{ kind: 'failed', status: wireStatus(error, status) }]
  }
  let over = false
  const abort = (error: GatewayError): readonly Answer[] => {
    if (over) return []
    over = true
    fail(error)
    return [{ kind: 'failed', status: wireStatus(error, status) }]
  }
  const refusal = status === 400 || status === 404 || status === 413 || status === 422
  if (place === 'before-last' && !refusal) over = true
  return {
    opening: over ? finish() : [],
    abort,
    body: {
      push(chunk) {
        if (over) return []
        pieces.push(chunk.subarray(0, MAX_ERROR_BYTES - size))
        size += chunk.length
        if (size < MAX_ERROR_BYTES) return []
        over = true
        return finish()
      },
      end() {
        if (over) return []
        over = true
        return finish()
      },
    },
  }
}

interface AnswerReaderOptions {
  readonly place: Position
  readonly request: ChatRequest
  readonly context: AttemptContext
  readonly provider: Provider
  readonly contentType: string
  readonly tally: Tally
  /** Headers of the client's response, asked for when it begins. */
  headers(): Readonly<Record<string, string>>
  commit(): void
  fail(error: GatewayError): void
  over(): void
}

/**
 * Reads a successful response. Nothing goes out until there is something to show: while other targets remain, the first
 * content; at the last target, the first event that is no error; for a non-streaming client, the whole answer. An error
 * before that point is a failed attempt, an error after it ends the client's stream in the client's dialect.
 */
export function answerReader(options: AnswerReaderOptions): AnswerStream {
  const { place, request, context, provider, tally } = options
  const { dialect: client, framings } = context
  const framing = framings.forResponse(options.contentType)
  const outgoing = request.stream ? framings.stream : framings.whole
  const transforms = context.watches.flatMap((watch) => watch.transform?.() ?? [])
  const raw = provider.dialect === client && transforms.length === 0 && framing === outgoing
  const hideUsage = raw && request.stream && !request.includeUsage

  const frames = framing.decode()
  const events = provider.dialect.decodeEvents()
  const watched = chain(transforms)
  const encoder = client.encodeEvents(request)

  let state: 'holding' | 'sending' | 'over' = 'holding'
  let held: Answer[] = []
  let begun = false

  const ready = () => (request.stream ? tally.meaningful || (place === 'last' && begun) : tally.ended)

  const send = (out: readonly Frame[]): readonly Answer[] => {
    const answers: Answer[] = out.map((frame) => ({ kind: 'bytes', bytes: outgoing.encode(frame) }))
    if (state === 'sending') return answers
    held.push(...answers)
    if (!ready()) return []
    state = 'sending'
    options.commit()
    const released: Answer[] = [
      { kind: 'head', status: 200, headers: headersOf(options, outgoing.contentType) },
      ...held,
    ]
    held = []
    return released
  }

  const fail = (error: GatewayError): readonly Answer[] => {
    const wasSending = state === 'sending'
    state = 'over'
    held = []
    options.fail(error)
    if (!wasSending) return [{ kind: 'failed', status: wireStatus(error, 200) }]
    const last = client.encodeStreamError(error, context.requestId)
    return [{ kind: 'bytes', bytes: outgoing.encode(last) }, { kind: 'end' }]
  }

  /** Not every dialect says when an answer was made; clients of the others are told when it arrived. */
  const presentable = (event: ChatEvent): readonly ChatEvent[] => {
    if (event.type === 'error') return []
    if (event.type !== 'start' || event.created !== undefined) return [event]
    return [{ ...event, created: Math.floor(context.clock.now() / 1000) }]
  }

  const encode = (made: readonly ChatEvent[]) => made.flatMap((event) => encoder.push(event))

  const take = (
    made: readonly ChatEvent[],
    frame: Frame | undefined,
  ): readonly Answer[] | Promise<readonly Answer[]> => {
    for (const event of made) tally.add(event)
    const { error } = tally
    begun ||= made.some((event) => event.type !== 'error')
    if (raw) {
      if (error) return fail(error)
      if (!frame) return send([])
      const shown = hideUsage ? client.hideUsage(frame) : frame
      return send(shown ? [shown] : [])
    }
    return then(feed(watched, made.flatMap(presentable)), (shown) => {
      if (!error) return send(encode(shown))
      // What came before the error in the same piece is shown only to a client who has seen something already.
      const answers = state === 'sending' ? send(encode(shown)) : []
      return [...answers, ...fail(error)]
    })
  }

  const read = (units: readonly Frame[]): readonly Answer[] | Promise<readonly Answer[]> =>
    feed(
      {
        push: (frame) => {
          if (state === 'over') return []
          const comment = frame.type === 'event' && frame.data === ''
          return take(comment ? [] : events.push(frame), frame)
        },
        end: () => [],
      },
      units,
    )

  const finish = (how: Ending): readonly Answer[] | Promise<readonly Answer[]> => {
    if (state === 'over') return []
    return then(take(events.end(how), undefined), (answers) => {
      if (state === 'over') return answers
      return then(watched.end(how), (last) => {
        const rest = send([...encode(last), ...encoder.end(how)])
        options.over()
        const closing =
          state === 'sending'
            ? [{ kind: 'end' } as const]
            : fail(new GatewayError('upstream_error', 'The provider sent no answer.'))
        state = 'over'
        return [...answers, ...rest, ...closing]
      })
    })
  }

  /** A codec that throws has met bytes that nobody should send; the answer ends there, and only this one. */
  const guarded = (work: () => readonly Answer[] | Promise<readonly Answer[]>) => {
    const broken = (cause: unknown) =>
      fail(
        cause instanceof GatewayError
          ? cause
          : new GatewayError('upstream_error', 'The provider sent an answer that cannot be read.', { cause }),
      )
    try {
      const made = work()
      return made instanceof Promise ? made.catch(broken) : made
    } catch (cause) {
      return broken(cause)
    }
  }

  return {
    opening: [],
    abort: (error) => (state === 'over' ? [] : fail(error)),
    body: {
      push: (chunk) => (state === 'over' ? [] : guarded(() => read(frames.push(chunk)))),
      end: (how) =>
        state === 'over'
          ? []
          : guarded(() => then(read(frames.end(how)), (answers) => then(finish(how), (last) => [...answers, ...last]))),
    },
  }
}

function headersOf(options: AnswerReaderOptions, contentType: string): Readonly<Record<string, string>> {
  const stream: Record<string, string> = options.request.stream ? { 'cache-control': 'no-cache' } : {}
  return { 'content-type': contentType, ...stream, ...options.headers() }
}
