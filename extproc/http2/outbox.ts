import type { Writable } from 'node:stream'
import { HEAD, putFrameHead } from './frames.js'

/** Frames on their way out; those of one turn go out together. */
export interface Outbox {
  frame(type: number, flags: number, stream: number, payload: readonly Buffer[]): void
  /** Sends what there is. */
  flush(): void
}

/** Frames are put together in pieces of this size. */
const ROOM = 32 * 1024
/** Payloads from this size on are sent from where they are. */
const BY_REFERENCE = 8 * 1024

/** What is given to it may be written into again once the call returns, unless it is long: then never. */
export function outbox(socket: Writable): Outbox {
  let room = Buffer.allocUnsafeSlow(ROOM)
  /** The part of `room` that has been written and is not among `pieces` yet. */
  let from = 0
  let to = 0
  let pieces: Buffer[] = []

  const cut = () => {
    if (to > from) pieces.push(room.subarray(from, to))
    from = to
  }
  const need = (size: number) => {
    if (to + size <= room.length) return
    cut()
    room = Buffer.allocUnsafeSlow(ROOM)
    from = 0
    to = 0
  }

  return {
    frame(type, flags, stream, payload) {
      let size = 0
      for (const piece of payload) size += piece.length
      need(HEAD)
      putFrameHead(room, to, size, type, flags, stream)
      to += HEAD
      for (const piece of payload) {
        if (piece.length >= BY_REFERENCE) {
          cut()
          pieces.push(piece)
          continue
        }
        need(piece.length)
        room.set(piece, to)
        to += piece.length
      }
    },
    flush() {
      cut()
      if (pieces.length === 0) return
      const sent = pieces
      pieces = []
      if (sent.length === 1) socket.write(sent[0])
      else {
        socket.cork()
        for (const piece of sent) socket.write(piece)
        socket.uncork()
      }
      // What the system has taken at once may be written over.
      if (socket.writableLength > 0) room = Buffer.allocUnsafeSlow(ROOM)
      from = 0
      to = 0
    },
  }
}
