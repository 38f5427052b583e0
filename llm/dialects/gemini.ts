import type { Dialect } from '../../core/provider.js'
import { contentOf } from './gemini/content.js'
import { decodeError } from './gemini/decode-error.js'
import { decodeEvents } from './gemini/decode-events.js'
import { decodeInSteps, decodeRequest } from './gemini/decode-request.js'
import { encodeError, encodeStreamError } from './gemini/encode-error.js'
import { encodeEvents } from './gemini/encode-events.js'
import { encodeInSteps, encodeRequest } from './gemini/encode-request.js'
import { foreignThinkingIn } from './gemini/foreign-thinking.js'
import { NAME } from './gemini/name.js'
import { patchRequest } from './gemini/patch-request.js'
import { sourceOf } from './gemini/source.js'

/**
 * Gemini's `generateContent` and `streamGenerateContent` (https://ai.google.dev/api/generate-content), in camelCase or
 * snake_case. The model, and whether it is a stream, stand in the path.
 */
export const gemini: Dialect = {
  name: NAME,
  task: 'chat',
  decodeRequest,
  decodeInSteps,
  contentOf,
  sourceOf,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  lostInPatch: ({ contents }) => foreignThinkingIn(contents),
  decodeEvents,
  encodeEvents,
  // Usage stands in every chunk; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  // Latin-1 is the fastest way to a string. Inside JSON strings quotes are escaped, so content can never look like this.
  mustRead: (frames) =>
    Buffer.from(frames.buffer, frames.byteOffset, frames.length).toString('latin1').includes('"error"'),
  decodeError,
  encodeError,
  encodeStreamError,
}
