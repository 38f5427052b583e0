import { byteQueue } from './byte-queue.js'
import { ConnectionError } from './errors.js'
import { FLAG, FRAME, FRAME_SIZE } from './frames.js'
import { NO_TABLE } from './hpack.js'
import type { Outbox } from './outbox.js'
import type { Stream } from './stream.js'

/** Sends responses, their data within the windows that the client sets (RFC 9113, 5.2); what has no room waits for it. */
export interface Sending {
  /** The window of a stream that is opened now. */
  firstWindow(): number
  begin(stream: Stream, headerBlock: Buffer): void
  data(stream: Stream, pieces: readonly Buffer[]): void
  /** Ends the stream once all its data are sent. */
  end(stream: Stream, headerBlock: Buffer): void
  forget(stream: Stream): void
  /**
   * The client's settings for streams' windows, open ones among them, and for the size of frames. Throw `ConnectionError`. Nothing is sent, for a
   * client counts by them once they are acknowledged.
   */
  setFirstWindow(bytes: number, open: Iterable<Stream>): void
  setFrameSize(bytes: number): void
  /** Sends what the settings have left room for. */
  resume(open: Iterable<Stream>): void
  /** The client has read something, of one stream or of the connection. Throw `ConnectionError`. */
  widen(stream: Stream, bytes: number): void
  widenConnection(bytes: number): void
}

/** RFC 9113, 6.9.2. */
export const DEFAULT_WINDOW = 65_535
const LARGEST_WINDOW = 2 ** 31 - 1

/** How many frames of one stream go out before it is the turn of others that wait. */
const FRAMES_IN_TURN = 4

/** See `Sending`; `ended` is told of each stream of which everything was sent. */
export function sending(out: Outbox, ended: (stream: Stream) => void): Sending {
  return new WindowedSending(out, ended)
}

class WindowedSending implements Sending {
  private readonly out: Outbox
  private readonly ended: (stream: Stream) => void
  private window = DEFAULT_WINDOW
  private streamWindow = DEFAULT_WINDOW
  private frameSize = FRAME_SIZE
  private table: 'to be given up' | 'none' = 'to be given up'
  /** Streams that could send more if the connection's window had room, in the order in which they get it. */
  private readonly waiting = new Set<Stream>()

  constructor(out: Outbox, ended: (stream: Stream) => void) {
    this.out = out
    this.ended = ended
  }

  firstWindow(): number {
    return this.streamWindow
  }

  begin(stream: Stream, headerBlock: Buffer): void {
    this.headers(stream, FLAG.endHeaders, headerBlock)
  }

  data(stream: Stream, pieces: readonly Buffer[]): void {
    let size = 0
    for (const piece of pieces) size += piece.length
    if (stream.queue === undefined && size <= this.frameSize && size <= this.window && size <= stream.window) {
      stream.window -= size
      this.window -= size
      this.out.frame(FRAME.data, 0, stream.id, pieces)
      return
    }
    stream.queue ??= byteQueue()
    stream.queue.put(pieces)
    this.drainAll(stream)
  }

  end(stream: Stream, headerBlock: Buffer): void {
    if (stream.queue) stream.trailers = headerBlock
    else this.endNow(stream, headerBlock)
  }

  forget(stream: Stream): void {
    this.waiting.delete(stream)
    stream.queue = undefined
    stream.trailers = undefined
  }

  setFirstWindow(bytes: number, open: Iterable<Stream>): void {
    if (bytes > LARGEST_WINDOW) throw tooLarge()
    const more = bytes - this.streamWindow
    this.streamWindow = bytes
    for (const stream of open) stream.window = widened(stream.window, more)
  }

  setFrameSize(bytes: number): void {
    if (bytes < FRAME_SIZE || bytes >= 2 ** 24) throw new ConnectionError('protocol', 'a frame of no such size')
    this.frameSize = bytes
  }

  resume(open: Iterable<Stream>): void {
    // What is sent of one may end it.
    for (const stream of [...open]) this.drainAll(stream)
  }

  widen(stream: Stream, bytes: number): void {
    stream.window = widened(stream.window, bytes)
    this.drainAll(stream)
  }

  widenConnection(bytes: number): void {
    this.window = widened(this.window, bytes)
    for (const stream of this.waiting) {
      if (this.window <= 0) break
      this.waiting.delete(stream)
      this.drain(stream, FRAMES_IN_TURN)
    }
  }

  private drainAll(stream: Stream): void {
    this.drain(stream, Number.POSITIVE_INFINITY)
  }

  private drain(stream: Stream, frames: number): void {
    const { queue } = stream
    if (queue === undefined) return
    for (let left = frames; left > 0 && queue.size() > 0; left--) {
      const size = Math.min(queue.size(), stream.window, this.window, this.frameSize)
      if (size <= 0) break
      stream.window -= size
      this.window -= size
      this.out.frame(FRAME.data, 0, stream.id, queue.take(size))
    }
    if (queue.size() > 0) {
      if (stream.window > 0) this.waiting.add(stream)
      return
    }
    stream.queue = undefined
    if (stream.trailers) this.endNow(stream, stream.trailers)
  }

  private headers(stream: Stream, flags: number, headerBlock: Buffer): void {
    const blocks = this.table === 'none' ? [headerBlock] : [NO_TABLE, headerBlock]
    this.out.frame(FRAME.headers, flags, stream.id, blocks)
    this.table = 'none'
  }

  private endNow(stream: Stream, headerBlock: Buffer): void {
    stream.trailers = undefined
    this.headers(stream, FLAG.endHeaders | FLAG.end, headerBlock)
    this.ended(stream)
  }
}

function widened(window: number, more: number): number {
  if (window + more > LARGEST_WINDOW) throw tooLarge()
  return window + more
}

const tooLarge = () => new ConnectionError('flow control', 'a window that is too large')
