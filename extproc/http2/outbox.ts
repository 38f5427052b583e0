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
  return new FramesOut(socket)
}

class FramesOut implements Outbox {
  private readonly socket: Writable
  private room = Buffer.allocUnsafeSlow(ROOM)
  /** The part of `room` that has been written and is not among `pieces` yet. */
  private from = 0
  private to = 0
  private pieces: Buffer[] = []

  constructor(socket: Writable) {
    this.socket = socket
  }

  frame(type: number, flags: number, stream: number, payload: readonly Buffer[]): void {
    let size = 0
    for (const piece of payload) size += piece.length
    this.need(HEAD)
    putFrameHead(this.room, this.to, size, type, flags, stream)
    this.to += HEAD
    for (const piece of payload) {
      if (piece.length >= BY_REFERENCE) {
        this.cut()
        this.pieces.push(piece)
        continue
      }
      this.need(piece.length)
      this.room.set(piece, this.to)
      this.to += piece.length
    }
  }

  flush(): void {
    this.cut()
    const { socket, pieces } = this
    if (pieces.length === 0) return
    this.pieces = []
    if (pieces.length === 1) socket.write(pieces[0])
    else {
      socket.cork()
      for (const piece of pieces) socket.write(piece)
      socket.uncork()
    }
    // What the system has taken at once may be written over.
    if (socket.writableLength > 0) this.room = Buffer.allocUnsafeSlow(ROOM)
    this.from = 0
    this.to = 0
  }

  private cut(): void {
    if (this.to > this.from) this.pieces.push(this.room.subarray(this.from, this.to))
    this.from = this.to
  }

  private need(size: number): void {
    if (this.to + size <= this.room.length) return
    this.cut()
    this.room = Buffer.allocUnsafeSlow(ROOM)
    this.from = 0
    this.to = 0
  }
}
