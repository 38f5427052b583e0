import type { Frame } from './provider.js'
import type { Transform } from './transform.js'

/** How frames stand in a body's bytes. Decoders throw `upstream_error` when a frame outgrows their cap. */
export interface Framing {
  readonly contentType: string
  decode(): Transform<Uint8Array, Frame>
  encode(frame: Frame): Uint8Array
}

/** The framings of one build: event streams by content type, whole bodies for everything else. */
export interface Framings {
  /** The framing that reads a response with this content type. */
  forResponse(contentType: string): Framing
  /** The framing that a client who asked for a stream (or did not) reads. */
  readonly stream: Framing
  readonly whole: Framing
}
