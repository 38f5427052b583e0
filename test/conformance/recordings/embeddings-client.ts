import OpenAI from 'openai'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { openaiEmbeddings } from '../../../llm/dialects/openai-embeddings.js'
import { noAnswer, type Vectors } from '../answer-shape.js'
import { CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { listAt, numberAt, objectAt } from './members.js'
import { openaiError } from './openai-error.js'
import { chatProjection } from './projection.js'

/** The `openai` package's embeddings. */
export function embeddingsClient({ url }: ClientPlace): ConformanceClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'client', maxRetries: 0, timeout: CLIENT_TIMEOUT })
  return {
    dialect: openaiEmbeddings,
    projection: chatProjection,
    async ask(request, { model }) {
      // The client's types describe what OpenAI accepts; recordings hold what anybody ever sent.
      const body = { ...request, model } as unknown as OpenAI.EmbeddingCreateParams
      try {
        const answer = (await client.embeddings.create(body)) as unknown as JsonObject
        const usage = { cachedInput: null, cacheWrite: null, output: null, reasoning: null }
        const input = numberAt(objectAt(answer, 'usage'), 'prompt_tokens')
        return [{ by: 'the body', answer: { ...noAnswer, vectors: vectorsIn(answer), usage: { ...usage, input } } }]
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: openaiError(error, 'at once') } }]
      }
    },
  }
}

function vectorsIn(answer: JsonObject): Vectors {
  const vectors = listAt(answer, 'data').map(({ embedding }) => numbersIn(embedding))
  return { count: vectors.length, dims: vectors[0]?.length ?? 0, first: vectors[0]?.slice(0, 3) ?? [] }
}

/** The client hands on what a request that asks for base64 by name gets. */
function numbersIn(vector: JsonValue | undefined): readonly number[] {
  if (typeof vector !== 'string') return Array.isArray(vector) ? vector.map(Number) : []
  const bytes = Uint8Array.from(Buffer.from(vector, 'base64'))
  return [...new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4))]
}
