import type { JsonObject } from '../../../core/json.js'
import { malformed } from '../fields.js'
import { governed } from '../governed.js'
import { requiredText, textsWithin } from './texts.js'

/** What answers are numbers about what was sent: nothing is generated. */
const SCORES = { mostOutput: 0, answer: 'json' } as const

/** `POST /v1/moderations` (https://platform.openai.com/docs/api-reference/moderations). */
export const moderations = governed({
  ...SCORES,
  name: 'openai-moderations',
  texts: ({ input }) => {
    if (input === undefined || input === null) throw malformed('input', 'is required')
    return textsWithin(input).filter(isNoImage)
  },
})

/** An image's URL is not read as text. */
const isNoImage = (text: string) => !/^(data:|https?:)/i.test(text)

/** `POST /v1/rerank` as Jina, Voyage and many servers have it, and Cohere in its first version. */
export const rerank = governed({ ...SCORES, name: 'rerank', texts: ranked, errorMessage: 'at the top' })

/** `POST /v2/rerank` (https://docs.cohere.com/reference/rerank). */
export const rerankV2 = governed({ ...SCORES, name: 'rerank-v2', texts: ranked, errorMessage: 'at the top' })

/** The query is read with each of the documents. */
function ranked(body: JsonObject): readonly string[] {
  const { documents } = body
  if (!Array.isArray(documents)) throw malformed('documents', 'must be an array')
  const query = requiredText(body, 'query')
  return documents.flatMap((document) => [query, ...textsWithin(document)])
}
