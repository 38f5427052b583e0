import type { ChatRequest } from '../../core/chat.js'
import type { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject } from '../../core/json.js'
import type { EncodedRequest } from '../../core/provider.js'
import { decodeError } from './cohere-chat/errors.js'
import { bodyReader, countIn, type Embedded, embedded, textIn, vectorsIn } from './embeddings/body-reader.js'
import { textsOf } from './embeddings/inputs.js'
import { type PurposeWords, purposeWord } from './embeddings/purpose.js'
import { targetDialect } from './embeddings/target-dialect.js'
import { unsaid } from './embeddings/unsaid.js'
import { defined } from './shared/defined.js'

/** Cohere's Embed, version 2 (https://docs.cohere.com/reference/embed). */
export const cohereEmbeddings = targetDialect({
  name: 'cohere-embeddings',
  most: () => MOST_TEXTS,
  encodeRequest,
  decodeEvents: () => bodyReader(readCohere),
  decodeError,
})

/** The most texts of one request. */
export const MOST_TEXTS = 96

const WORDS: PurposeWords = {
  document: 'search_document',
  query: 'search_query',
  classification: 'classification',
  clustering: 'clustering',
}

function encodeRequest(request: ChatRequest): EncodedRequest {
  const { body, dropped } = encodeTexts(request)
  return { body: { model: request.model, ...body }, dropped }
}

/** The body without the model. Cohere must be told what the texts are for: documents, unless the client says otherwise. */
export function encodeTexts(request: ChatRequest): EncodedRequest {
  const { embedding } = request
  const inputType = purposeWord(embedding?.inputType, WORDS)
  const body = {
    texts: textsOf(request),
    input_type: inputType ?? 'search_document',
    embedding_types: ['float'],
    output_dimension: embedding?.dimensions,
  }
  return { body: defined(body), dropped: unsaid(request, { dimensions: embedding?.dimensions, inputType }) }
}

/** Reads `{id, embeddings: {float: [...]}, meta}`; where no types were asked for `embeddings` is the list itself. */
export function readCohere({ id, embeddings, meta }: JsonObject): Embedded | GatewayError {
  const billed = isObject(meta) && isObject(meta.billed_units) ? meta.billed_units : {}
  return embedded(vectorsIn(isObject(embeddings) ? embeddings.float : embeddings), {
    id: textIn(id),
    promptTokens: countIn(billed.input_tokens),
  })
}
