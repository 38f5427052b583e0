import type { Provider } from '../../core/provider.js'
import { type PurposeWords, purposeWord } from '../dialects/embeddings/purpose.js'
import { openaiLikeEmbeddings } from '../dialects/openai-embeddings.js'
import { type Adjust, AS_IT_IS, inTurn, renamed, without } from './adjustments.js'
import { embeddingsBeside } from './embeddings-beside.js'
import { openaiCompatible } from './openai-compatible.js'

const WORDS: PurposeWords = { document: 'document', query: 'query' }

/** Without a word of its own for it Voyage is not told what the vectors are for. */
const ownPurpose: Adjust = ({ input_type: inputType }) => {
  if (inputType === undefined || inputType === null) return AS_IT_IS
  const word = typeof inputType === 'string' ? purposeWord(inputType, WORDS) : undefined
  return { members: { input_type: word }, dropped: word === undefined ? ['input_type'] : [] }
}

/** The only word there is; floats come unasked. */
const base64Only: Adjust = ({ encoding_format: format }) =>
  format === 'base64' ? AS_IT_IS : { members: { encoding_format: undefined }, dropped: [] }

/**
 * Voyage AI, which has no chat (https://docs.voyageai.com/reference/embeddings-api). Its own members (`truncation`,
 * `output_dtype`) pass from clients that send them.
 */
export const voyageEmbeddings: Provider = embeddingsBeside(
  openaiCompatible({ kind: 'voyage', defaultBaseUrl: 'https://api.voyageai.com/v1' }),
  '/embeddings',
  {
    dialect: openaiLikeEmbeddings,
    adjust: inTurn(renamed('dimensions', 'output_dimension'), ownPurpose, base64Only, without('user')),
  },
)
