import type { JsonValue } from '../../core/json.js'
import type { Dialect } from '../../core/provider.js'
import { contentOf } from './anthropic-messages/content.js'
import { decodeEvents } from './anthropic-messages/decode-events.js'
import { decodeInSteps, decodeRequest } from './anthropic-messages/decode-request.js'
import { encodeEvents } from './anthropic-messages/encode-events.js'
import { encodeInSteps, encodeRequest } from './anthropic-messages/encode-request.js'
import { decodeError, encodeError, encodeStreamError } from './anthropic-messages/errors.js'
import { withAcceptedIds } from './anthropic-messages/foreign-ids.js'
import { foreignThinkingIn, withoutForeignThinking } from './anthropic-messages/foreign-thinking.js'
import { plainDelta } from './anthropic-messages/plain-delta.js'
import { sourceOf } from './anthropic-messages/source.js'
import { DIALECT } from './anthropic-messages/words.js'
import { mustRead } from './must-read.js'

/** Anthropic's Messages API, `anthropic-version: 2023-06-01`: https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages: Dialect = {
  name: DIALECT,
  task: 'chat',
  decodeRequest,
  decodeInSteps,
  contentOf,
  sourceOf,
  encodeRequest,
  encodeInSteps,
  patchRequest(body, model, outputCap) {
    const own = withoutForeignThinking(body['messages'])
    const messages = withAcceptedIds(own ?? body['messages']) ?? own
    return {
      model,
      ...(outputCap === undefined || isAtMost(body['max_tokens'], outputCap) ? {} : { max_tokens: outputCap }),
      ...(messages && { messages }),
    }
  },
  lostInPatch: ({ messages }) => foreignThinkingIn(messages),
  decodeEvents,
  plainDelta,
  answerIdPrefix: 'msg_',
  encodeEvents,
  // Usage is always on these streams; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  mustRead,
  decodeError,
  encodeError,
  encodeStreamError,
}

const isAtMost = (asked: JsonValue | undefined, cap: number) => typeof asked === 'number' && asked <= cap
