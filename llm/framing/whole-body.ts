import { GatewayError } from '../../core/errors.js'
import type { Framing } from '../../core/framing.js'
import { unwritten, wholeAnswer } from '../../core/long-answer.js'
import type { Frame } from '../../core/provider.js'
import type { Transform } from '../../core/transform.js'

/** The largest non-streaming answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** A longer body is put together as it comes: joining all of it in the end would be a long turn. */
const LONG = 1024 * 1024

/**
 * Room for a body that is longer, and for one that is longer still: as much as any may have, so that no more than 4 MiB is ever copied. What
 * has not been written to takes no memory.
 */
const ROOM = 4 * LONG

const NO_ROOM = Buffer.alloc(0)

/** A non-streaming JSON body: a stream of one frame, which comes out at the end. A body that was cut gives none. */
export const wholeBody: Framing = {
  contentType: 'application/json',
  decode: decodeWholeBody,
  encode(frame) {
    if (frame.raw) return frame.raw
    const value = unwritten(frame)
    return Buffer.from(value === undefined ? frame.data : JSON.stringify(value))
  },
}

function decodeWholeBody(): Transform<Uint8Array, Frame> {
  let pieces: Uint8Array[] = []
  let size = 0
  /** Room for all of it, which begins with `filled` bytes of it; what came after these is in `pieces`. */
  let room = NO_ROOM
  let filled = 0

  const fill = () => {
    if (size > room.length) {
      const wider = Buffer.allocUnsafeSlow(size > ROOM ? MAX_ANSWER_BYTES : ROOM)
      wider.set(room.subarray(0, filled))
      room = wider
    }
    for (const piece of pieces) {
      room.set(piece, filled)
      filled += piece.length
    }
    pieces = []
  }
  const joined = (): Uint8Array => {
    if (filled > 0) return room.subarray(0, filled)
    const [only] = pieces
    return pieces.length === 1 && only ? only : Buffer.concat(pieces)
  }
  return {
    push(chunk) {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) {
        throw new GatewayError('upstream_error', `The provider sent an answer larger than ${MAX_ANSWER_BYTES} bytes.`)
      }
      if (chunk.length > 0) pieces.push(chunk)
      if (size > LONG && size > chunk.length) fill()
      return []
    },
    end(how) {
      if (how === 'cut') return []
      return [wholeAnswer(joined())]
    },
  }
}
