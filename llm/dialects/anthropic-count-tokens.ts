import { decodeInSteps } from './anthropic-messages/decode-request.js'
import { anthropicMessages } from './anthropic-messages.js'
import { countingDialect } from './count-tokens.js'

/** Anthropic's `POST /v1/messages/count_tokens` (https://platform.claude.com/docs/en/api/messages-count-tokens). */
export const anthropicCountTokens = countingDialect({
  name: 'anthropic-count-tokens',
  member: 'input_tokens',
  of: anthropicMessages,
  // It is a Messages request without the cap, which that API wants.
  decodeInSteps: (body) => decodeInSteps({ ...body, max_tokens: body['max_tokens'] ?? 0 }),
  patchRequest: (body, model) => anthropicMessages.patchRequest(body, model),
})
