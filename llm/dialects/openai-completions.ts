import type { Dialect } from '../../core/provider.js'
import { mustRead } from './must-read.js'
import { decodeError, encodeError, encodeStreamError } from './openai-chat/errors.js'
import { hideUsage } from './openai-chat/hide-usage.js'
import { contentOf } from './openai-completions/content.js'
import { decodeEvents } from './openai-completions/decode-events.js'
import { decodeRequest, patchRequest } from './openai-completions/decode-request.js'
import { bodyEncoder, streamEncoder } from './openai-completions/encode-events.js'
import { encodeInSteps, encodeRequest } from './openai-completions/encode-request.js'
import { NAME } from './openai-completions/name.js'
import { usersOwn } from './shared/source.js'

/**
 * OpenAI's legacy Completions (https://platform.openai.com/docs/api-reference/completions): a prompt of text and the text
 * that follows it. One prompt per request.
 */
export const openaiCompletions: Dialect = {
  name: NAME,
  task: 'chat',
  decodeRequest,
  contentOf,
  sourceOf: usersOwn,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  decodeEvents,
  encodeEvents: (request) =>
    request.stream ? streamEncoder(request.includeUsage ? 'with-usage' : 'without-usage') : bodyEncoder(),
  hideUsage,
  mustRead,
  decodeError,
  encodeError,
  encodeStreamError,
}
