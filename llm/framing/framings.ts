import type { Framings } from '../../core/framing.js'
import { sse } from './sse.js'
import { wholeBody } from './whole-body.js'

/** Every framing of this build. A response that names no known stream type is read as a whole body. */
export const framings: Framings = {
  forResponse: (contentType) => (/^\s*text\/event-stream\b/i.test(contentType) ? sse : wholeBody),
  stream: sse,
  whole: wholeBody,
}
