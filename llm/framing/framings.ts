import type { Framing, Framings } from '../../core/framing.js'
import { awsEventStream } from './aws-eventstream.js'
import { sse } from './sse.js'
import { wholeBody } from './whole-body.js'

const STREAMS: readonly (readonly [contentType: RegExp, framing: Framing])[] = [
  [/^\s*text\/event-stream\b/i, sse],
  [/^\s*application\/vnd\.amazon\.eventstream\b/i, awsEventStream],
]

/** Every framing of this build. A response that names no known stream type is read as a whole body. */
export const framings: Framings = {
  forResponse: (contentType) => STREAMS.find(([type]) => type.test(contentType))?.[1] ?? wholeBody,
  stream: sse,
  whole: wholeBody,
}
