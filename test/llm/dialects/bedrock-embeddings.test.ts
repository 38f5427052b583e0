import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bedrockCohereEmbeddings, titanEmbeddings } from '../../../llm/dialects/bedrock-embeddings.js'
import { answered, asked, refused, sent } from './embeddings/translated.js'

const V1 = 'amazon.titan-embed-text-v1'
const V2 = 'eu.amazon.titan-embed-text-v2:0'

test('Titan is asked for one text, and told its dimensions where it knows them', () => {
  const more = { dimensions: 256, user: 'u' }
  assert.deepEqual(sent(titanEmbeddings, V2, 'a', more), {
    body: { inputText: 'a', dimensions: 256 },
    dropped: ['user'],
  })
  assert.deepEqual(sent(titanEmbeddings, V1, ['a'], more), {
    body: { inputText: 'a' },
    dropped: ['dimensions', 'user'],
  })
})

test('several texts for Titan are refused', () => {
  assert.equal(refused(titanEmbeddings, V2, ['a']), undefined)
  const error = refused(titanEmbeddings, V2, ['a', 'b'])
  assert.deepEqual([error?.status, error?.param], [400, 'input'])
  assert.match(error?.message ?? '', /takes one input per request, not 2/)
})

test("Titan's vector and its count are read", () => {
  const answer = { embedding: [1, 2], embeddingsByType: { float: [1, 2] }, inputTextTokenCount: 3 }
  const body = answered(titanEmbeddings, answer, asked('a'))
  assert.deepEqual(body.data, [{ object: 'embedding', index: 0, embedding: [1, 2] }])
  assert.deepEqual(body.usage, { prompt_tokens: 3, total_tokens: 3 })
})

test("Cohere's body on Bedrock names no model", () => {
  assert.deepEqual(sent(bedrockCohereEmbeddings, 'cohere.embed-v4:0', 'a', { dimensions: 512, input_type: 'query' }), {
    body: { texts: ['a'], input_type: 'search_query', embedding_types: ['float'], output_dimension: 512 },
    dropped: [],
  })
  const body = answered(bedrockCohereEmbeddings, { id: 'x', embeddings: { float: [[1]] } }, asked('a'))
  assert.deepEqual(body.data, [{ object: 'embedding', index: 0, embedding: [1] }])
})
