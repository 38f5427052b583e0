import type { Provider } from '../../core/provider.js'
import { openaiEmbeddings as exact, openaiLikeEmbeddings as nearly } from '../dialects/openai-embeddings.js'
import { type Adjust, inTurn, renamed, without } from './adjustments.js'
import { azure } from './azure.js'
import { compatible } from './compatible.js'
import { embeddingsBeside } from './embeddings-beside.js'
import { fireworks } from './fireworks.js'
import { mistral } from './mistral.js'
import { ollama } from './ollama.js'
import { openai } from './openai.js'
import { openrouter } from './openrouter.js'
import { together } from './together.js'
import { vllm } from './vllm.js'

/** For servers that write floats only, and refuse to be asked. Nothing is lost: the client's encoding is written here. */
const floatsOnly: Adjust = () => ({ members: { encoding_format: undefined }, dropped: [] })

const at = (chat: Provider, dialect: Provider['dialect'], adjust?: Adjust): Provider =>
  embeddingsBeside(chat, '/embeddings', adjust ? { dialect, adjust } : { dialect })

/** OpenAI's models know no purposes, and refuse the member. */
export const openaiEmbeddings = at(openai, exact, without('input_type'))

/** On all surfaces of Azure; those that are not OpenAI's models may know `input_type`. */
export const azureEmbeddings = at(azure, exact)

/** Refuses what is not in https://docs.mistral.ai/api/endpoint/embeddings. */
export const mistralEmbeddings = at(
  mistral,
  exact,
  inTurn(renamed('dimensions', 'output_dimension'), without('input_type', 'user')),
)

/** https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html */
export const vllmEmbeddings = at(vllm, exact)

/** Passes requests on to many servers, in what encoding they answer is theirs to choose. */
export const openrouterEmbeddings = at(openrouter, nearly)

/** https://docs.together.ai/reference/embeddings */
export const togetherEmbeddings = at(together, nearly)

/** Refuses what is not in https://docs.fireworks.ai/api-reference/creates-an-embedding-vector-representing-the-input-text. */
export const fireworksEmbeddings = at(fireworks, nearly, inTurn(floatsOnly, without('input_type', 'user')))

/** Older servers write floats whatever they are asked for: https://github.com/ollama/ollama/issues/6934 */
export const ollamaEmbeddings = at(ollama, nearly, without('input_type', 'user'))

/** Any other server; it gets what the client sent. */
export const compatibleEmbeddings = at(compatible, nearly)
