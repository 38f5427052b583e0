import type { Dialect } from '../../core/provider.js'
import { mustRead } from './must-read.js'
import { contentOf } from './openai-chat/content.js'
import { decodeEvents } from './openai-chat/decode-events.js'
import { decodeInSteps, decodeRequest, patchRequest } from './openai-chat/decode-request.js'
import { bodyEncoder } from './openai-chat/encode-body.js'
import { encodeInSteps, encodeRequest } from './openai-chat/encode-request.js'
import { streamEncoder } from './openai-chat/encode-stream.js'
import { decodeError, encodeError, encodeStreamError } from './openai-chat/errors.js'
import { hideUsage } from './openai-chat/hide-usage.js'
import { NAME } from './openai-chat/name.js'
import { plainDelta } from './openai-chat/plain-delta.js'
import { sourceOf } from './openai-chat/source.js'

/**
 * OpenAI's Chat Completions (https://platform.openai.com/docs/api-reference/chat), strict in what it writes and lenient
 * in what it reads: most providers call themselves compatible with it.
 */
export const openaiChat: Dialect = {
  name: NAME,
  task: 'chat',
  decodeRequest,
  decodeInSteps,
  contentOf,
  sourceOf,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  decodeEvents,
  plainDelta,
  answerIdPrefix: 'chatcmpl-',
  encodeEvents: (request) =>
    request.stream ? streamEncoder(request.includeUsage ? 'with-usage' : 'without-usage') : bodyEncoder(),
  hideUsage,
  mustRead,
  decodeError,
  encodeError,
  encodeStreamError,
}
