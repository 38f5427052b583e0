import type { Dialect } from '../../core/provider.js'
import { decodeEvents } from './anthropic-messages/decode-events.js'
import { decodeRequest } from './anthropic-messages/decode-request.js'
import { encodeEvents } from './anthropic-messages/encode-events.js'
import { encodeRequest } from './anthropic-messages/encode-request.js'
import { decodeError, encodeError, encodeStreamError } from './anthropic-messages/errors.js'
import { withoutForeignThinking } from './anthropic-messages/foreign-thinking.js'
import { DIALECT } from './anthropic-messages/words.js'
import { mustRead } from './must-read.js'

/** Anthropic's Messages API, `anthropic-version: 2023-06-01`: https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages: Dialect = {
  name: DIALECT,
  task: 'chat',
  decodeRequest,
  encodeRequest,
  patchRequest(body, model, outputCap) {
    const messages = withoutForeignThinking(body['messages'])
    return {
      model,
      ...(outputCap === undefined || Number(body['max_tokens']) <= outputCap ? {} : { max_tokens: outputCap }),
      ...(messages && { messages }),
    }
  },
  decodeEvents,
  encodeEvents,
  // Usage is always on these streams; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  mustRead,
  decodeError,
  encodeError,
  encodeStreamError,
}
