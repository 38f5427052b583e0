import type { Provider } from '../../core/provider.js'
import { rerank } from '../dialects/governed/scores.js'
import { anthropic } from './anthropic.js'
import { bedrock, bedrockFor } from './bedrock.js'
import { bedrockEmbeddingsFor } from './bedrock-embeddings.js'
import { bedrockInvoke } from './bedrock-invoke.js'
import { cerebras } from './cerebras.js'
import { cohere } from './cohere.js'
import { cohereEmbeddings } from './cohere-embeddings.js'
import { anthropicCounting, geminiCounting, vertexServing } from './counting.js'
import { type Family, family } from './family.js'
import { gemini } from './gemini.js'
import { geminiEmbeddings, vertexEmbeddingsFor } from './google-embeddings.js'
import { cohereRerank, governedApis } from './governed-apis.js'
import {
  azureEmbeddings,
  compatibleEmbeddings,
  fireworksEmbeddings,
  mistralEmbeddings,
  ollamaEmbeddings,
  openaiEmbeddings,
  openrouterEmbeddings,
  togetherEmbeddings,
  vllmEmbeddings,
} from './openai-embeddings.js'
import {
  azureServed,
  compatibleServed,
  deepseekServed,
  fireworksServed,
  groqServed,
  mistralServed,
  ollamaServed,
  openaiServed,
  openrouterServed,
  togetherServed,
  vllmServed,
  xaiServed,
} from './openai-families.js'
import { perplexity } from './perplexity.js'
import { vertexGemini } from './vertex.js'
import { voyageEmbeddings } from './voyage-embeddings.js'

const FAMILIES: readonly Family[] = [
  plus(openaiServed, openaiEmbeddings),
  plus(azureServed, azureEmbeddings),
  family(anthropic, anthropicCounting),
  family(gemini, geminiEmbeddings, geminiCounting),
  { ...family(vertexGemini), serving: (model) => [...vertexServing(model), ...vertexEmbeddingsFor(model)] },
  // Which API a model is called through can be fixed by naming it.
  { ...family(bedrock), serving: (model) => [bedrockFor(model), ...bedrockEmbeddingsFor(model)] },
  family({ ...bedrock, kind: 'bedrock-converse' }),
  { ...family(bedrockInvoke), serving: (model) => [bedrockInvoke, ...bedrockEmbeddingsFor(model)] },
  plus(mistralServed, mistralEmbeddings),
  ...[groqServed, deepseekServed, xaiServed],
  plus(togetherServed, togetherEmbeddings),
  plus(fireworksServed, fireworksEmbeddings),
  plus(openrouterServed, openrouterEmbeddings),
  ...[cerebras, perplexity].map((api) => family(api)),
  plus(ollamaServed, ollamaEmbeddings),
  plus(vllmServed, vllmEmbeddings),
  plus(compatibleServed, compatibleEmbeddings),
  family(cohere, cohereEmbeddings, ...cohereRerank(cohere)),
  family(voyageEmbeddings, ...governedApis(voyageEmbeddings, rerank)),
]

/** A kind with one more API for all its models. */
function plus(one: Family, more: Provider): Family {
  return { ...one, serving: (model, place) => [...one.serving(model, place), more] }
}

/** Every provider kind that a config may name. */
export const providers: ReadonlyMap<string, Family> = new Map(FAMILIES.map((made) => [made.kind, made]))
