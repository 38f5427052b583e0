/** Before each gRPC message: one byte that says whether it is compressed, four with its length. */
export const FRAME_HEADER = 5

/** Bytes that are no gRPC message that was agreed upon. */
export class GrpcFrameError extends Error {}

/** Cuts a stream of bytes into gRPC messages; a message that came in one piece is a view of that piece. */
export interface GrpcFrames {
  /** The messages that are complete now. Throws `GrpcFrameError` at a compressed one: no coding was agreed upon. */
  push(chunk: Buffer): readonly Buffer[]
}

/** See `GrpcFrames`. Messages may be of any size; nothing is set aside for what has not come. */
export function grpcFrames(): GrpcFrames {
  /** Pieces of a frame that is not complete, and their bytes together. */
  let held: Buffer[] | undefined
  let size = 0

  const cut = (bytes: Buffer): Buffer[] => {
    const messages: Buffer[] = []
    let at = 0
    for (;;) {
      const end = at + frameSize(bytes, at)
      if (end > bytes.length) break
      messages.push(bytes.subarray(at + FRAME_HEADER, end))
      at = end
    }
    if (at < bytes.length) {
      held = [bytes.subarray(at)]
      size = bytes.length - at
    }
    return messages
  }

  return {
    push(chunk) {
      if (held === undefined) return cut(chunk)
      held.push(chunk)
      size += chunk.length
      const first = held[0] as Buffer
      // Only once is a frame put together, when all of it is there: joining it at every piece would take quadratic time.
      if (first.length >= FRAME_HEADER && size < frameSize(first, 0)) return []
      const whole = Buffer.concat(held, size)
      held = undefined
      return cut(whole)
    },
  }
}

/** The bytes of the frame that begins at `at`; at least those of its header, where that is not complete. */
function frameSize(bytes: Buffer, at: number): number {
  if (bytes.length - at < FRAME_HEADER) return FRAME_HEADER
  if (bytes[at] !== 0) throw new GrpcFrameError('A gRPC message is compressed, and no coding was agreed upon.')
  return FRAME_HEADER + bytes.readUInt32BE(at + 1)
}
