import { GatewayError } from '../../core/errors.js'
import type { Framing } from '../../core/framing.js'
import type { Frame } from '../../core/provider.js'
import type { Transform } from '../../core/transform.js'

/** The largest non-streaming answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** A non-streaming JSON body: a stream of one frame, which comes out at the end. A body that was cut gives none. */
export const wholeBody: Framing = {
  contentType: 'application/json',
  decode: decodeWholeBody,
  encode: (frame) => frame.raw ?? Buffer.from(frame.data),
}

function decodeWholeBody(): Transform<Uint8Array, Frame> {
  const pieces: Uint8Array[] = []
  let size = 0
  return {
    push(chunk) {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) {
        throw new GatewayError('upstream_error', `The provider sent an answer larger than ${MAX_ANSWER_BYTES} bytes.`)
      }
      if (chunk.length > 0) pieces.push(chunk)
      return []
    },
    end(how) {
      if (how === 'cut') return []
      const [only] = pieces
      const raw = pieces.length === 1 && only ? only : Buffer.concat(pieces)
      const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8')
      return [{ type: 'body', data: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, raw }]
    },
  }
}
