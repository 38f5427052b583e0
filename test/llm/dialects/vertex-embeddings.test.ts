import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vertexEmbedContent, vertexEmbeddings } from '../../../llm/dialects/vertex-embeddings.js'
import { answered, asked, eventsOf, refused, sent } from './embeddings/translated.js'

const prediction = (value: number, tokens?: number) => ({
  embeddings: { values: [value], statistics: { truncated: false, token_count: tokens } },
})

test('each input is an instance', () => {
  assert.deepEqual(
    sent(vertexEmbeddings, 'text-embedding-005', ['a', 'b'], { input_type: 'document', dimensions: 9 }),
    {
      body: {
        instances: [
          { content: 'a', task_type: 'RETRIEVAL_DOCUMENT' },
          { content: 'b', task_type: 'RETRIEVAL_DOCUMENT' },
        ],
        parameters: { outputDimensionality: 9 },
      },
      dropped: [],
    },
  )
  assert.deepEqual(sent(vertexEmbeddings, 'text-embedding-005', 'a').body, { instances: [{ content: 'a' }] })
})

test("Gemini's model takes one instance, the others 250", () => {
  const inputs = (count: number) => Array(count).fill('a')
  const message = (model: string, count: number) => refused(vertexEmbeddings, model, inputs(count))?.message
  assert.equal(message('text-embedding-005', 250), undefined)
  assert.match(message('text-embedding-005', 251) ?? '', /at most 250/)
  assert.equal(message('gemini-embedding-001', 1), undefined)
  assert.match(message('gemini-embedding-001', 2) ?? '', /one input/)
})

test('the tokens of all predictions are added up, unless one has none', () => {
  const usage = (...tokens: (number | undefined)[]) =>
    answered(
      vertexEmbeddings,
      { predictions: tokens.map((count) => prediction(1, count)) },
      asked(tokens.map(() => 'a')),
    ).usage
  assert.deepEqual(usage(2, 5), { prompt_tokens: 7, total_tokens: 7 })
  assert.deepEqual(usage(2, undefined), { prompt_tokens: 0, total_tokens: 0 })
})

test('newer models embed one content', () => {
  const more = { dimensions: 768, input_type: 'query' }
  assert.deepEqual(sent(vertexEmbedContent, 'gemini-embedding-2', 'a', more), {
    body: { content: { parts: [{ text: 'a' }] }, outputDimensionality: 768 },
    dropped: ['input_type'],
  })
  assert.equal(refused(vertexEmbedContent, 'gemini-embedding-2', ['a', 'b'])?.status, 400)
  const answer = { embedding: { values: [1, 2] }, usageMetadata: { promptTokenCount: 11 } }
  const body = answered(vertexEmbedContent, answer, asked('a'))
  assert.deepEqual(body.data, [{ object: 'embedding', index: 0, embedding: [1, 2] }])
  assert.deepEqual(body.usage, { prompt_tokens: 11, total_tokens: 11 })
})

test('an answer without vectors is none', () => {
  for (const answer of [{}, { predictions: {} }, { embedding: 1 }, { error: { code: 500 } }]) {
    for (const dialect of [vertexEmbeddings, vertexEmbedContent]) {
      assert.deepEqual(
        eventsOf(dialect, answer).map(({ type }) => type),
        ['error'],
      )
    }
  }
})
