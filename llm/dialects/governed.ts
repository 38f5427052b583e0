import { GatewayError } from '../../core/errors.js'
import type { JsonObject } from '../../core/json.js'
import type { Dialect } from '../../core/provider.js'
import { fieldsOf } from './fields.js'
import { contentOf } from './governed/content.js'
import { decodeAnswer } from './governed/decode-answer.js'
import type { GovernedApi } from './governed/governed-api.js'
import { sourceOf } from './governed/source.js'
import { mustRead } from './must-read.js'
import { decodeError, encodeError, encodeStreamError } from './openai-chat/errors.js'

/**
 * A dialect whose requests and answers are passed on as they are, to providers that speak it. Of a request the model is read and
 * replaced, and what limits go by; of an answer its usage, and whether it is an error. Nothing can be written in it but the
 * client's own request with another model, and errors in OpenAI's form.
 */
export function governed(api: GovernedApi): Dialect {
  return {
    name: api.name,
    task: 'alone',
    decodeRequest(body) {
      const fields = fieldsOf(body, '')
      return {
        model: fields.required('model', fields.string('model')),
        messages: [{ role: 'user', content: api.texts(body).map((text) => ({ type: 'text', text })) }],
        tools: [],
        ...(api.mostOutput !== undefined && { maxOutputTokens: api.mostOutput }),
        stop: [],
        n: api.choices?.(body) ?? 1,
        stream: api.streams?.(body) ?? false,
        includeUsage: true,
        extras: { dialect: api.name, fields: new Map() },
      }
    },
    contentOf,
    sourceOf,
    encodeRequest: () => {
      throw new GatewayError('internal_error', 'A request of this API can only be passed on as the client wrote it.')
    },
    patchRequest: (_body, model) => ({ model }),
    decodeEvents: () => decodeAnswer(api.answer),
    encodeEvents: () => ({ push: () => [], end: () => [] }),
    hideUsage: (frame) => frame,
    mustRead,
    decodeError,
    encodeError: (error, requestId): JsonObject => ({
      ...(api.errorMessage === 'at the top' && { message: error.message }),
      ...encodeError(error, requestId),
    }),
    encodeStreamError,
  }
}
