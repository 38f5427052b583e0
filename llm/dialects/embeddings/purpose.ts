/** What vectors are for. */
type Purpose =
  | 'document'
  | 'query'
  | 'classification'
  | 'clustering'
  | 'similarity'
  | 'question'
  | 'fact-check'
  | 'code-query'

/** Vendors' words in lower case: Cohere's, Voyage's and NVIDIA's `input_type`, Gemini's `taskType`. */
const PURPOSES: Readonly<Record<string, Purpose>> = {
  document: 'document',
  passage: 'document',
  search_document: 'document',
  retrieval_document: 'document',
  query: 'query',
  search_query: 'query',
  retrieval_query: 'query',
  classification: 'classification',
  clustering: 'clustering',
  semantic_similarity: 'similarity',
  question_answering: 'question',
  fact_verification: 'fact-check',
  code_retrieval_query: 'code-query',
}

/** A vendor's words; purposes that it has no word for are missing. */
export type PurposeWords = Readonly<Partial<Record<Purpose, string>>>

/** The word of `words` for what the client means by `inputType`, a word of any vendor's; undefined where there is none. */
export function purposeWord(inputType: string | undefined, words: PurposeWords): string | undefined {
  const key = inputType?.toLowerCase() ?? ''
  const purpose = Object.hasOwn(PURPOSES, key) ? PURPOSES[key] : undefined
  return purpose && words[purpose]
}
