import type { ChatRequest } from '../../core/chat.js'
import type { GatewayError } from '../../core/errors.js'
import type { JsonObject } from '../../core/json.js'
import type { EncodedRequest } from '../../core/provider.js'
import { decodeError } from './bedrock-converse/errors.js'
import { encodeTexts, MOST_TEXTS, readCohere } from './cohere-embeddings.js'
import { bodyReader, countIn, type Embedded, embedded } from './embeddings/body-reader.js'
import { textsOf } from './embeddings/inputs.js'
import { targetDialect } from './embeddings/target-dialect.js'
import { unsaid } from './embeddings/unsaid.js'
import { readVector } from './embeddings/vector.js'
import { defined } from './shared/defined.js'

/** Amazon's Titan through InvokeModel (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html). */
export const titanEmbeddings = targetDialect({
  name: 'titan-embeddings',
  most: () => 1,
  encodeRequest: encodeTitan,
  decodeEvents: () => bodyReader(readTitan),
  decodeError,
})

/** Cohere's Embed through InvokeModel (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html): its usage stands in a header. */
export const bedrockCohereEmbeddings = targetDialect({
  name: 'bedrock-cohere-embeddings',
  most: () => MOST_TEXTS,
  encodeRequest: encodeTexts,
  decodeEvents: () => bodyReader(readCohere),
  decodeError,
})

/** One text per request. The first generation makes vectors of one length only. */
function encodeTitan(request: ChatRequest): EncodedRequest {
  const [inputText = ''] = textsOf(request)
  const dimensions = request.model.includes('titan-embed-text-v2') ? request.embedding?.dimensions : undefined
  return { body: defined({ inputText, dimensions }), dropped: unsaid(request, { dimensions, inputType: undefined }) }
}

function readTitan({ embedding, inputTextTokenCount }: JsonObject): Embedded | GatewayError {
  const vector = readVector(embedding)
  return embedded(vector && [[0, vector]], { promptTokens: countIn(inputTextTokenCount) })
}
