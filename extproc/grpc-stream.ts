import { status } from '@grpc/grpc-js'
import { grpcFrames } from './grpc-frames.js'
import { headerBlock } from './http2/hpack.js'
import type { Responses, ServerStream, StreamEvents } from './http2/stream.js'
import type { Outgoing } from './messages.js'
import { sentTogether } from './sent-together.js'
import type { Accept, MessageStream, StreamListener } from './stream.js'

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

/** What a stream's metadata say. */
export interface StreamHead {
  readonly level: string | undefined
  /** Milliseconds until the client gives the stream up; undefined where it has set no deadline. */
  readonly timeout: number | undefined
}

/** Speaks gRPC on a stream of HTTP/2. What is sent in answer to what came together goes out together. */
export function grpcStream(
  wire: ServerStream,
  responses: Responses,
  { level, timeout }: StreamHead,
  accept: Accept,
  write: FrameWriter,
): StreamEvents {
  const stream = new GrpcStream(wire, responses, write)
  stream.begin(accept(stream, level), timeout)
  return stream
}

class GrpcStream implements StreamEvents, MessageStream {
  private readonly wire: ServerStream
  private readonly responses: Responses
  private readonly write: FrameWriter
  private readonly frames = grpcFrames()
  private listener: StreamListener | undefined = undefined
  private outbox: readonly Outgoing[] = []
  private head: 'sent' | 'not sent' = 'not sent'
  private state: 'open' | 'over' = 'open'
  private deadline: NodeJS.Timeout | undefined = undefined

  constructor(wire: ServerStream, responses: Responses, write: FrameWriter) {
    this.wire = wire
    this.responses = responses
    this.write = write
  }

  begin(listener: StreamListener, timeout: number | undefined): void {
    this.listener = listener
    if (timeout !== undefined) this.deadline = setTimeout(() => this.fail(TOO_LATE), timeout)
  }

  data(bytes: Buffer): void {
    const { listener } = this
    // What comes after bytes that are no message cannot be read, and is not to be told as broken again.
    if (this.state === 'over' || !listener) return
    try {
      for (const message of this.frames.push(bytes)) listener.message(message)
    } catch (error) {
      listener.broken(error)
      this.fail()
    }
  }

  ended(): void {
    this.listener?.ended()
  }

  flush(): void {
    const messages = this.outbox
    if (messages.length === 0 || this.state === 'over') return
    this.outbox = []
    try {
      const pieces = this.write(messages)
      if (this.head === 'not sent') this.responses.begin(this.wire, HEADERS)
      this.head = 'sent'
      this.responses.data(this.wire, pieces)
    } catch (error) {
      this.listener?.broken(error)
      this.fail()
    }
  }

  closed(): void {
    this.state = 'over'
    if (this.deadline !== undefined) clearTimeout(this.deadline)
    this.listener?.closed()
  }

  send(messages: readonly Outgoing[]): void {
    if (this.state === 'over') return
    this.outbox = sentTogether(this.outbox, messages)
    this.responses.wantsFlush(this.wire)
  }

  end(): void {
    this.finish(OK)
  }

  fail(how: Ending = INTERNAL): void {
    this.finish(how)
    this.listener?.closed()
  }

  private finish(how: Ending): void {
    this.flush()
    if (this.state === 'over') return
    this.state = 'over'
    this.responses.end(this.wire, this.head === 'sent' ? how.trailers : how.alone)
  }
}

function ending(code: status, message?: string): Ending {
  const fields = { 'grpc-status': String(code), ...(message !== undefined && { 'grpc-message': message }) }
  return { trailers: headerBlock(fields), alone: headerBlock({ ...HEAD, ...fields }) }
}
