import assert from 'node:assert/strict'
import { test } from 'node:test'
import { purposeWord } from '../../../../llm/dialects/embeddings/purpose.js'

const WORDS = { document: 'D', query: 'Q', 'code-query': 'C' }

test("a vendor's word is another vendor's for the same purpose", () => {
  for (const word of ['document', 'passage', 'search_document', 'RETRIEVAL_DOCUMENT']) {
    assert.equal(purposeWord(word, WORDS), 'D', word)
  }
  for (const word of ['query', 'search_query', 'RETRIEVAL_QUERY']) assert.equal(purposeWord(word, WORDS), 'Q', word)
  assert.equal(purposeWord('CODE_RETRIEVAL_QUERY', WORDS), 'C')
})

test('there is no word for a purpose that a vendor does not have, nor for what nobody knows', () => {
  for (const word of ['clustering', 'image', 'constructor', '', undefined]) {
    assert.equal(purposeWord(word, WORDS), undefined, word)
  }
})
