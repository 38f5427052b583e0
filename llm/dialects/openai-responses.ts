import type { Dialect } from '../../core/provider.js'
import { mustRead } from './must-read.js'
import { decodeError, encodeError } from './openai-chat/errors.js'
import { contentOf } from './openai-responses/content.js'
import { decodeEvents } from './openai-responses/decode-events.js'
import { decodeInSteps, decodeRequest } from './openai-responses/decode-request.js'
import { encodeEvents } from './openai-responses/encode-events.js'
import { encodeInSteps, encodeRequest } from './openai-responses/encode-request.js'
import { encodeStreamError } from './openai-responses/errors.js'
import { NAME } from './openai-responses/name.js'
import { lostInPatch, patchRequest } from './openai-responses/patch-request.js'
import { sourceOf } from './openai-responses/source.js'

/**
 * OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses), without what it keeps on its servers: every
 * request brings its whole conversation.
 */
export const openaiResponses: Dialect = {
  name: NAME,
  task: 'chat',
  decodeRequest,
  decodeInSteps,
  contentOf,
  sourceOf,
  encodeRequest,
  encodeInSteps,
  patchRequest,
  lostInPatch,
  decodeEvents,
  answerIdPrefix: 'resp_',
  // `response.completed` holds the whole response.
  endRepeatsAnswer: true,
  encodeEvents,
  // Usage is always on the last event; no client can ask for it to be left out.
  hideUsage: (frame) => frame,
  mustRead,
  decodeError,
  encodeError,
  encodeStreamError,
}
