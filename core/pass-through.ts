import type { Answer, AnswerStream } from './answer.js'
import { type AnswerOptions, delivery } from './delivery.js'
import type { Frame } from './provider.js'
import type { Ending } from './transform.js'

/** How many pieces may wait to be read. Reading many at once is far cheaper than one at every wake-up of the process. */
const BATCH = 32

const LF = 0x0a
const CR = 0x0d

/**
 * Reads an answer whose bytes go to a client of the same dialect as they are. Until the client's response has begun every
 * frame is read before it is passed on. After that whole frames that cannot matter (no error, no usage) are passed on unread,
 * and read in batches, for what settlement needs.
 */
export function passThrough(options: AnswerOptions): AnswerStream {
  const { request, provider, incoming, tally } = options
  const { dialect } = provider
  const hideUsage = request.stream && !request.includeUsage
  const frames = incoming.decode()
  const events = dialect.decodeEvents()
  const out = delivery(options)
  /** Copies: a view would keep the far larger buffer alive that it was received in. */
  let unread: Uint8Array[] = []
  /** Whether everything so far ended where a frame ends. */
  let between = false

  const readUnread = () => {
    for (const piece of unread) for (const frame of frames.push(piece)) read(frame)
    unread = []
  }
  const read = (frame: Frame) => {
    if (frame.type === 'event' && frame.data === '') return
    for (const event of events.push(frame)) tally.add(event)
  }

  const take = (units: readonly Frame[]): readonly Answer[] => {
    const pieces: Uint8Array[] = []
    for (const frame of units) {
      read(frame)
      const error = tally.error()
      if (error) return [...out.send(pieces), ...out.fail(error)]
      const shown = hideUsage ? dialect.hideUsage(frame) : frame
      if (shown) pieces.push(options.outgoing.encode(shown))
    }
    return out.send(pieces)
  }

  const forward = (chunk: Uint8Array): boolean => {
    if (!between || out.state() !== 'sending' || !endsFrame(chunk) || dialect.mustRead(chunk)) return false
    unread.push(new Uint8Array(chunk))
    if (unread.length < BATCH) return true
    try {
      readUnread()
    } catch {
      return false
    }
    return tally.error() === undefined
  }

  const push = (chunk: Uint8Array): readonly Answer[] => {
    readUnread()
    const error = tally.error()
    if (error) return out.fail(error)
    between = endsFrame(chunk)
    return take(frames.push(chunk))
  }

  const finish = (how: Ending): readonly Answer[] => {
    readUnread()
    const last = take(frames.end(how))
    if (out.state() === 'over') return last
    for (const event of events.end(how)) tally.add(event)
    const error = tally.error()
    if (error) return [...last, ...out.fail(error)]
    return [...last, ...out.send([]), ...out.end()]
  }

  const guarded = (work: () => readonly Answer[]): readonly Answer[] => {
    if (out.state() === 'over') return []
    try {
      return work()
    } catch (cause) {
      return out.broken(cause)
    }
  }
  return {
    opening: [],
    abort: (error) => guarded(() => out.fail(error)),
    forward,
    body: { push: (chunk) => guarded(() => push(chunk)), end: (how) => guarded(() => finish(how)) },
    unread: readUnread,
  }
}

/** Whether the bytes end with a blank line, by line feeds or by CRLF. */
function endsFrame(bytes: Uint8Array): boolean {
  const end = bytes.length
  if (bytes[end - 1] !== LF) return false
  return bytes[end - 2] === LF || (bytes[end - 2] === CR && bytes[end - 3] === LF)
}
