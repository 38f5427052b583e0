/** Before each gRPC message: one byte that says whether it is compressed, four with its length. */
export const FRAME_HEADER = 5

/** Bytes that are no gRPC message that was agreed upon. */
export class GrpcFrameError extends Error {}

/** Cuts a stream of bytes into gRPC messages; a message that came in one piece is a view of that piece. */
export interface GrpcFrames {
  /** The messages that are complete now. Throws `GrpcFrameError` at a compressed one: no coding was agreed upon. */
  push(chunk: Buffer): readonly Buffer[]
}

/** Room is made for a frame once this part of it has come: what is copied then is a small part of the whole, the rest as it comes. */
const PART = 8

/** See `GrpcFrames`. Messages may be of any size; no more is set aside for one than eight times what has come of it. */
export function grpcFrames(): GrpcFrames {
  return new FrameCutter()
}

class FrameCutter implements GrpcFrames {
  /** Pieces of a frame that is not complete, and their bytes together. */
  private held: Buffer[] | undefined = undefined
  private size = 0
  /** Room for all of it, which begins with `size` bytes of it. */
  private room: Buffer | undefined = undefined

  push(chunk: Buffer): readonly Buffer[] {
    const { held, room } = this
    if (room) return this.fill(room, chunk)
    if (held === undefined) return this.cut(chunk)
    held.push(chunk)
    this.size += chunk.length
    const first = held[0] as Buffer
    if (first.length < FRAME_HEADER) return this.takeTogether(held)
    const wanted = frameSize(first, 0)
    // Joining it at every piece would take quadratic time, and all of it in the end a long turn.
    if (this.size >= wanted) return this.takeTogether(held)
    if (this.size * PART >= wanted) this.makeRoom(held, wanted)
    return []
  }

  private cut(bytes: Buffer): Buffer[] {
    const messages: Buffer[] = []
    let at = 0
    for (;;) {
      const end = at + frameSize(bytes, at)
      if (end > bytes.length) break
      messages.push(bytes.subarray(at + FRAME_HEADER, end))
      at = end
    }
    if (at < bytes.length) {
      this.held = [bytes.subarray(at)]
      this.size = bytes.length - at
    }
    return messages
  }

  private takeTogether(held: readonly Buffer[]): Buffer[] {
    const whole = Buffer.concat(held, this.size)
    this.held = undefined
    return this.cut(whole)
  }

  private makeRoom(held: readonly Buffer[], wanted: number): void {
    const room = Buffer.allocUnsafeSlow(wanted)
    let at = 0
    for (const piece of held) {
      room.set(piece, at)
      at += piece.length
    }
    this.room = room
    this.held = undefined
  }

  private fill(into: Buffer, chunk: Buffer): Buffer[] {
    const missing = into.length - this.size
    if (chunk.length < missing) {
      into.set(chunk, this.size)
      this.size += chunk.length
      return []
    }
    into.set(chunk.subarray(0, missing), this.size)
    this.room = undefined
    const messages = [into.subarray(FRAME_HEADER)]
    return chunk.length === missing ? messages : [...messages, ...this.cut(chunk.subarray(missing))]
  }
}

/** The bytes of the frame that begins at `at`; at least those of its header, where that is not complete. */
function frameSize(bytes: Buffer, at: number): number {
  if (bytes.length - at < FRAME_HEADER) return FRAME_HEADER
  if (bytes[at] !== 0) throw new GrpcFrameError('A gRPC message is compressed, and no coding was agreed upon.')
  return FRAME_HEADER + bytes.readUInt32BE(at + 1)
}
