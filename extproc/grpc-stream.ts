import { status } from '@grpc/grpc-js'
import { grpcFrames } from './grpc-frames.js'
import { headerBlock } from './http2/hpack.js'
import type { Responses, ServerStream, StreamEvents } from './http2/stream.js'
import type { Outgoing } from './messages.js'
import { sentTogether } from './sent-together.js'
import type { Accept, StreamListener } from './stream.js'

const HEAD = { ':status': '200', 'content-type': 'application/grpc+proto' }
const HEADERS = headerBlock(HEAD)

/** How a stream ends: as trailers, and as the whole response where nothing was sent before. */
interface Ending {
  readonly trailers: Buffer
  readonly alone: Buffer
}

const OK = ending(status.OK)
const INTERNAL = ending(status.INTERNAL, 'internal error')
const TOO_LATE = ending(status.DEADLINE_EXCEEDED, 'deadline exceeded')

/** Makes gRPC frames of messages. */
export type FrameWriter = (messages: readonly Outgoing[]) => readonly Buffer[]

/**
 * Speaks gRPC on a stream of HTTP/2, for `timeout` milliseconds where the client has set a deadline. What is sent in answer to what came together goes
 * out together. `level` is what the stream's metadata say.
 */
export function grpcStream(
  wire: ServerStream,
  responses: Responses,
  { level, timeout }: { readonly level: string | undefined; readonly timeout: number | undefined },
  accept: Accept,
  write: FrameWriter,
): StreamEvents {
  const frames = grpcFrames()
  let listener: StreamListener | undefined
  let outbox: readonly Outgoing[] = []
  let head: 'sent' | 'not sent' = 'not sent'
  let state: 'open' | 'over' = 'open'

  const flush = () => {
    if (outbox.length === 0 || state === 'over') return
    const messages = outbox
    outbox = []
    try {
      const pieces = write(messages)
      if (head === 'not sent') responses.begin(wire, HEADERS)
      head = 'sent'
      responses.data(wire, pieces)
    } catch (error) {
      listener?.broken(error)
      fail()
    }
  }
  const finish = (how: Ending) => {
    flush()
    if (state === 'over') return
    state = 'over'
    responses.end(wire, head === 'sent' ? how.trailers : how.alone)
  }
  const fail = (how = INTERNAL) => {
    finish(how)
    listener?.closed()
  }
  const deadline = timeout === undefined ? undefined : setTimeout(fail, timeout, TOO_LATE)

  listener = accept(
    {
      send(messages) {
        if (state === 'over') return
        outbox = sentTogether(outbox, messages)
        responses.wantsFlush(wire)
      },
      end: () => finish(OK),
      fail: () => fail(),
    },
    level,
  )
  return {
    data(bytes) {
      // What comes after bytes that are no message cannot be read, and is not to be told as broken again.
      if (state === 'over') return
      try {
        for (const message of frames.push(bytes)) listener.message(message)
      } catch (error) {
        listener.broken(error)
        fail()
      }
    },
    ended: () => listener.ended(),
    flush,
    closed() {
      state = 'over'
      if (deadline !== undefined) clearTimeout(deadline)
      listener.closed()
    },
  }
}

function ending(code: status, message?: string): Ending {
  const fields = { 'grpc-status': String(code), ...(message !== undefined && { 'grpc-message': message }) }
  return { trailers: headerBlock(fields), alone: headerBlock({ ...HEAD, ...fields }) }
}
