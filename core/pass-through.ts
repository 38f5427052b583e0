import type { Answer, AnswerStream } from './answer.js'
import { type AnswerOptions, delivery } from './delivery.js'
import type { Frame } from './provider.js'
import type { Ending } from './transform.js'

/** How many frames may wait to be read. Reading many at once is far cheaper than one per wake-up of the process. */
const BATCH = 32

/**
 * Reads an answer whose bytes go to a client of the same dialect as they are. Until the client's response has begun every
 * frame is read before it is passed on; after that only those that may be an error, the others in batches, for usage.
 */
export function passThrough(options: AnswerOptions): AnswerStream {
  const { request, provider, incoming, tally } = options
  const { dialect } = provider
  const hideUsage = request.stream && !request.includeUsage
  const frames = incoming.decode()
  const events = dialect.decodeEvents()
  const out = delivery(options)
  let unread: Frame[] = []

  const read = (frame: Frame) => {
    if (frame.type === 'event' && frame.data === '') return
    for (const event of events.push(frame)) tally.add(event)
  }
  const readAll = () => {
    for (const frame of unread) read(frame)
    unread = []
  }

  const take = (units: readonly Frame[]): readonly Answer[] => {
    const pieces: Uint8Array[] = []
    for (const frame of units) {
      unread.push(frame)
      if (out.state() === 'holding' || unread.length >= BATCH || dialect.mayBeError(frame)) readAll()
      const error = tally.error()
      if (error) return [...out.send(pieces), ...out.fail(error)]
      const shown = hideUsage ? dialect.hideUsage(frame) : frame
      if (shown) pieces.push(options.outgoing.encode(shown))
    }
    return out.send(pieces)
  }

  const finish = (how: Ending): readonly Answer[] => {
    const last = take(frames.end(how))
    if (out.state() === 'over') return last
    readAll()
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
    body: { push: (chunk) => guarded(() => take(frames.push(chunk))), end: (how) => guarded(() => finish(how)) },
    unread: readAll,
  }
}
