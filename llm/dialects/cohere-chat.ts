import type { Dialect } from '../../core/provider.js'
import { decodeEvents } from './cohere-chat/decode-events.js'
import { decodeInSteps, decodeRequest, patchRequest } from './cohere-chat/decode-request.js'
import { encodeEvents } from './cohere-chat/encode-events.js'
import { encodeInSteps, encodeRequest } from './cohere-chat/encode-request.js'
import { decodeError, encodeError, encodeStreamError } from './cohere-chat/errors.js'
import { NAME } from './cohere-chat/name.js'

// An event has `message` only inside `delta`, as an object; as a text it is an error's.
const ERROR_OR_USAGE = /"error"|"usage"\s*:\s*\{|"message"\s*:\s*"|"finish_reason"\s*:\s*"(ERROR|TIMEOUT)"/

/** Cohere's v2 chat, `POST /v2/chat`: https://docs.cohere.com/reference/chat */
export const cohereChat: Dialect = {
  name: NAME,
  task: 'chat',
  decodeRequest,
  decodeInSteps,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  decodeEvents,
  encodeEvents,
  // Usage is always on the last event; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  // Latin-1 is the fastest way to a string. Inside JSON strings quotes are escaped, so content can never look like this.
  mustRead: (frames) =>
    ERROR_OR_USAGE.test(Buffer.from(frames.buffer, frames.byteOffset, frames.length).toString('latin1')),
  decodeError,
  encodeError,
  encodeStreamError,
}
