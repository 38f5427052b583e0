import type { Framing } from '../../core/framing.js'

/**
 * Sound and the like: every piece of the body is a frame without text, passed on as soon as it is there. Nothing can be said in
 * such a body but its own bytes, so frames of ours are empty.
 */
export const asItComes: Framing = {
  contentType: 'application/octet-stream',
  decode: () => ({
    push: (chunk) => (chunk.length === 0 ? [] : [{ type: 'body', data: '', raw: chunk }]),
    end: () => [],
  }),
  encode: (frame) => frame.raw ?? NOTHING,
}

const NOTHING = new Uint8Array(0)
