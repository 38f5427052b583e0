import type { Provider } from '../../core/provider.js'
import { bedrockCohereEmbeddings, titanEmbeddings } from '../dialects/bedrock-embeddings.js'
import { bedrock } from './bedrock.js'
import { embeddingsBeside } from './embeddings-beside.js'

const titan = embeddingsBeside(bedrock, '/invoke', { dialect: titanEmbeddings })
const cohere: Provider = {
  ...embeddingsBeside(bedrock, '/invoke', { dialect: bedrockCohereEmbeddings }),
  usageIn(header) {
    const prompt = Number(header('x-amzn-bedrock-input-token-count') ?? Number.NaN)
    return Number.isSafeInteger(prompt) && prompt >= 0 ? { prompt, completion: 0 } : undefined
  },
}

/** What makes vectors with this model on Bedrock; nothing for other models, and for profiles that do not name theirs. */
export function bedrockEmbeddingsFor(model: string): readonly Provider[] {
  if (/(?:^|[./:])amazon\.titan-embed/.test(model)) return [titan]
  return /(?:^|[./:])cohere\.embed/.test(model) ? [cohere] : []
}
