import type { Provider } from '../../core/provider.js'
import { geminiEmbeddings as geminiDialect } from '../dialects/gemini-embeddings.js'
import { vertexEmbedContent, vertexEmbeddings } from '../dialects/vertex-embeddings.js'
import { embeddingsBeside } from './embeddings-beside.js'
import { gemini } from './gemini.js'
import { vertexGemini } from './vertex.js'

/** The Gemini API's batchEmbedContents. */
export const geminiEmbeddings = embeddingsBeside(gemini, ':batchEmbedContents', { dialect: geminiDialect })

const predict = embeddingsBeside(vertexGemini, ':predict', { dialect: vertexEmbeddings })
const embedContent = embeddingsBeside(vertexGemini, ':embedContent', { dialect: vertexEmbedContent })

/** The API that makes vectors with this model on Vertex AI; none for other makers' models. */
export function vertexEmbeddingsFor(model: string): readonly Provider[] {
  if (/^(anthropic\/)?claude/i.test(model)) return []
  return [/gemini-embedding-(?!001|exp)/.test(model) ? embedContent : predict]
}
