import assert from 'node:assert/strict'
import { test } from 'node:test'
import { geminiEmbeddings } from '../../../llm/dialects/gemini-embeddings.js'
import { answered, asked, eventsOf, refused, sent } from './embeddings/translated.js'

const MODEL = 'gemini-embedding-001'

test('each input is a request of the batch', () => {
  const more = { dimensions: 768, input_type: 'search_query' }
  const request = (text: string) => ({
    model: `models/${MODEL}`,
    content: { parts: [{ text }] },
    taskType: 'RETRIEVAL_QUERY',
    outputDimensionality: 768,
  })
  for (const model of [MODEL, `models/${MODEL}`]) {
    assert.deepEqual(sent(geminiEmbeddings, model, ['a', 'b'], more), {
      body: { requests: [request('a'), request('b')] },
      dropped: [],
    })
  }
})

test('newer models have no task types, and are told of none', () => {
  const { body, dropped } = sent(geminiEmbeddings, 'gemini-embedding-2', 'a', { input_type: 'query', user: 'u' })
  assert.deepEqual(body, { requests: [{ model: 'models/gemini-embedding-2', content: { parts: [{ text: 'a' }] } }] })
  assert.deepEqual(dropped, ['input_type', 'user'])
})

test('a batch has at most 100 requests', () => {
  assert.equal(refused(geminiEmbeddings, MODEL, Array(100).fill('a')), undefined)
  assert.match(refused(geminiEmbeddings, MODEL, Array(101).fill('a'))?.message ?? '', /at most 100 inputs/)
})

test('vectors and usage are read', () => {
  const answer = { embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 4 } }
  const body = answered(geminiEmbeddings, answer, asked(['a', 'b']))
  assert.deepEqual(body.usage, { prompt_tokens: 4, total_tokens: 4 })
  assert.deepEqual(
    (body.data as { embedding: number[] }[]).map(({ embedding }) => embedding),
    [[1], [2]],
  )
})

test('an older model reports no usage', () => {
  const events = eventsOf(geminiEmbeddings, { embeddings: [{ values: [1] }] })
  assert.deepEqual(
    events.find(({ type }) => type === 'usage'),
    { type: 'usage', usage: { completion: 0 } },
  )
})

test('a vector that cannot be read leaves its input without one', () => {
  const answer = { embeddings: [{ values: [1] }, {}, null] }
  assert.throws(() => answered(geminiEmbeddings, answer, asked(['a', 'b', 'c'])), { code: 'upstream_error' })
})

test('an error in an answer is read as one', () => {
  const [event] = eventsOf(geminiEmbeddings, { error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } })
  assert.ok(event?.type === 'error')
  assert.equal(event.error.code, 'rate_limit_exceeded')
})
