import type { ChatRequest } from '../../core/chat.js'
import type { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject } from '../../core/json.js'
import type { EncodedRequest } from '../../core/provider.js'
import { bodyReader, countIn, type Embedded, embedded } from './embeddings/body-reader.js'
import { textsOf } from './embeddings/inputs.js'
import { targetDialect } from './embeddings/target-dialect.js'
import { unsaid } from './embeddings/unsaid.js'
import { decodeError, errorInAnswer } from './gemini/decode-error.js'
import { promptTokensIn, taskTypeOf, valuesIn } from './gemini-embeddings.js'
import { isArray } from './shared/arrays.js'
import { defined } from './shared/defined.js'

/** Vertex AI's text embeddings through `:predict` (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api). */
export const vertexEmbeddings = targetDialect({
  name: 'vertex-embeddings',
  most: (model) => (model.includes('gemini-embedding') ? 1 : MOST_TEXTS),
  encodeRequest: encodeInstances,
  decodeEvents: () => bodyReader(readPredictions),
  decodeError,
})

/** Vertex AI's `:embedContent`, which newer models have in its place: one content per request. */
export const vertexEmbedContent = targetDialect({
  name: 'vertex-embed-content',
  most: () => 1,
  encodeRequest: encodeContent,
  decodeEvents: () => bodyReader(readContent),
  decodeError,
})

/** The most instances of one request; Gemini's model takes one. */
const MOST_TEXTS = 250

function encodeInstances(request: ChatRequest): EncodedRequest {
  const dimensions = request.embedding?.dimensions
  const taskType = taskTypeOf(request)
  const texts = textsOf(request)
  const instances = texts.map((content) => defined({ content, task_type: taskType }))
  const parameters = dimensions === undefined ? {} : { parameters: { outputDimensionality: dimensions } }
  return { body: { instances, ...parameters }, dropped: unsaid(request, { dimensions, inputType: taskType }) }
}

function readPredictions({ error, predictions }: JsonObject): Embedded | GatewayError {
  if (error !== undefined && error !== null) return errorInAnswer({ error })
  const found = isArray(predictions) ? predictions.map((each) => (isObject(each) ? each.embeddings : null)) : undefined
  return embedded(
    found?.flatMap((each, index) => valuesIn(each, index)),
    { promptTokens: sum(found?.map(tokensOf)) },
  )
}

function tokensOf(embeddings: JsonObject[string]): number | undefined {
  return isObject(embeddings) && isObject(embeddings.statistics)
    ? countIn(embeddings.statistics.token_count)
    : undefined
}

/** Undefined where one of them is. */
function sum(counts: readonly (number | undefined)[] = []): number | undefined {
  let total = 0
  for (const count of counts) {
    if (count === undefined) return undefined
    total += count
  }
  return total
}

function encodeContent(request: ChatRequest): EncodedRequest {
  const dimensions = request.embedding?.dimensions
  const parts = textsOf(request).map((text) => ({ text }))
  const body = defined({ content: { parts }, outputDimensionality: dimensions })
  return { body, dropped: unsaid(request, { dimensions, inputType: undefined }) }
}

function readContent({ error, embedding, usageMetadata }: JsonObject): Embedded | GatewayError {
  if (error !== undefined && error !== null) return errorInAnswer({ error })
  return embedded(isObject(embedding) ? valuesIn(embedding, 0) : undefined, {
    promptTokens: promptTokensIn(usageMetadata),
  })
}
