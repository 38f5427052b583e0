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
  let window = DEFAULT_WINDOW
  let firstWindow = DEFAULT_WINDOW
  let frameSize = FRAME_SIZE
  let table: 'to be given up' | 'none' = 'to be given up'
  /** Streams that could send more if the connection's window had room, in the order in which they get it. */
  const waiting = new Set<Stream>()

  const drain = (stream: Stream, frames: number) => {
    const { queue } = stream
    if (queue === undefined) return
    for (let left = frames; left > 0 && queue.size() > 0; left--) {
      const size = Math.min(queue.size(), stream.window, window, frameSize)
      if (size <= 0) break
      stream.window -= size
      window -= size
      out.frame(FRAME.data, 0, stream.id, queue.take(size))
    }
    if (queue.size() > 0) {
      if (stream.window > 0) waiting.add(stream)
      return
    }
    stream.queue = undefined
    if (stream.trailers) end(stream, stream.trailers)
  }
  const drainAll = (stream: Stream) => drain(stream, Number.POSITIVE_INFINITY)
  const headers = (stream: Stream, flags: number, headerBlock: Buffer) => {
    out.frame(FRAME.headers, flags, stream.id, table === 'none' ? [headerBlock] : [NO_TABLE, headerBlock])
    table = 'none'
  }
  const end = (stream: Stream, headerBlock: Buffer) => {
    stream.trailers = undefined
    headers(stream, FLAG.endHeaders | FLAG.end, headerBlock)
    ended(stream)
  }

  return {
    firstWindow: () => firstWindow,
    begin: (stream, headerBlock) => headers(stream, FLAG.endHeaders, headerBlock),
    data(stream, pieces) {
      let size = 0
      for (const piece of pieces) size += piece.length
      if (stream.queue === undefined && size <= frameSize && size <= window && size <= stream.window) {
        stream.window -= size
        window -= size
        out.frame(FRAME.data, 0, stream.id, pieces)
        return
      }
      stream.queue ??= byteQueue()
      stream.queue.put(pieces)
      drainAll(stream)
    },
    end(stream, headerBlock) {
      if (stream.queue) stream.trailers = headerBlock
      else end(stream, headerBlock)
    },
    forget(stream) {
      waiting.delete(stream)
      stream.queue = undefined
      stream.trailers = undefined
    },
    setFirstWindow(bytes, open) {
      if (bytes > LARGEST_WINDOW) throw tooLarge()
      const more = bytes - firstWindow
      firstWindow = bytes
      for (const stream of open) stream.window = widened(stream.window, more)
    },
    setFrameSize(bytes) {
      if (bytes < FRAME_SIZE || bytes >= 2 ** 24) throw new ConnectionError('protocol', 'a frame of no such size')
      frameSize = bytes
    },
    resume(open) {
      // What is sent of one may end it.
      for (const stream of [...open]) drainAll(stream)
    },
    widen(stream, bytes) {
      stream.window = widened(stream.window, bytes)
      drainAll(stream)
    },
    widenConnection(bytes) {
      window = widened(window, bytes)
      for (const stream of waiting) {
        if (window <= 0) break
        waiting.delete(stream)
        drain(stream, FRAMES_IN_TURN)
      }
    },
  }
}

function widened(window: number, more: number): number {
  if (window + more > LARGEST_WINDOW) throw tooLarge()
  return window + more
}

const tooLarge = () => new ConnectionError('flow control', 'a window that is too large')
