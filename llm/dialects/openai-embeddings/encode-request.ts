import type { ChatRequest } from '../../../core/chat.js'
import type { EncodedRequest } from '../../../core/provider.js'
import { inputOf } from '../embeddings/inputs.js'
import { defined } from '../shared/defined.js'

/** Writes a request as the body of `POST /v1/embeddings`: all that its clients can say, extras included. */
export function encodeRequest(request: ChatRequest): EncodedRequest {
  const { model, messages, embedding, user, extras } = request
  const body = {
    ...Object.fromEntries(extras.fields),
    model,
    input: messages.map(inputOf),
    dimensions: embedding?.dimensions,
    encoding_format: embedding?.encodingFormat,
    input_type: embedding?.inputType,
    user,
  }
  return { body: defined(body), dropped: [] }
}
