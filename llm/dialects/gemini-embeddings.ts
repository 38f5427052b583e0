import type { ChatRequest } from '../../core/chat.js'
import type { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject } from '../../core/json.js'
import type { EncodedRequest } from '../../core/provider.js'
import { bodyReader, countIn, type Embedded, embedded } from './embeddings/body-reader.js'
import { textsOf } from './embeddings/inputs.js'
import { type PurposeWords, purposeWord } from './embeddings/purpose.js'
import { targetDialect } from './embeddings/target-dialect.js'
import { unsaid } from './embeddings/unsaid.js'
import { readVector } from './embeddings/vector.js'
import { decodeError, errorInAnswer } from './gemini/decode-error.js'
import { isArray } from './shared/arrays.js'
import { defined } from './shared/defined.js'

/** Gemini's batchEmbedContents (https://ai.google.dev/api/embeddings). */
export const geminiEmbeddings = targetDialect({
  name: 'gemini-embeddings',
  most: () => MOST_TEXTS,
  encodeRequest,
  decodeEvents: () => bodyReader(read),
  decodeError,
})

/** The most requests of one batch. */
const MOST_TEXTS = 100

const TASK_TYPES: PurposeWords = {
  document: 'RETRIEVAL_DOCUMENT',
  query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
  question: 'QUESTION_ANSWERING',
  'fact-check': 'FACT_VERIFICATION',
  'code-query': 'CODE_RETRIEVAL_QUERY',
}

/** Google's task type for the client's `input_type`. From gemini-embedding-2 on, models are told in the text itself, or not at all. */
export function taskTypeOf({ model, embedding }: ChatRequest): string | undefined {
  return /gemini-embedding-(?!001|exp)/.test(model) ? undefined : purposeWord(embedding?.inputType, TASK_TYPES)
}

function encodeRequest(request: ChatRequest): EncodedRequest {
  const dimensions = request.embedding?.dimensions
  const taskType = taskTypeOf(request)
  const model = request.model.startsWith('models/') ? request.model : `models/${request.model}`
  const requests = textsOf(request).map((text) =>
    defined({ model, content: { parts: [{ text }] }, taskType, outputDimensionality: dimensions }),
  )
  return { body: { requests }, dropped: unsaid(request, { dimensions, inputType: taskType }) }
}

function read({ error, embeddings, usageMetadata }: JsonObject): Embedded | GatewayError {
  if (error !== undefined && error !== null) return errorInAnswer({ error })
  const vectors = isArray(embeddings) ? embeddings.flatMap((entry, index) => valuesIn(entry, index)) : undefined
  return embedded(vectors, { promptTokens: promptTokensIn(usageMetadata) })
}

/** The vector in Google's `ContentEmbedding`, as the one of the input at `index`; none where there is none. */
export function valuesIn(value: JsonObject[string], index: number): Embedded['vectors'] {
  const vector = isObject(value) ? readVector(value.values) : undefined
  return vector ? [[index, vector]] : []
}

/** What Google's `usageMetadata` counts of a prompt. */
export function promptTokensIn(usage: JsonObject[string]): number | undefined {
  return isObject(usage) ? countIn(usage.promptTokenCount) : undefined
}
