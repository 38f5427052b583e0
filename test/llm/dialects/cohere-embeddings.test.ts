import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cohereEmbeddings } from '../../../llm/dialects/cohere-embeddings.js'
import { answered, asked, eventsOf, refused, sent } from './embeddings/translated.js'

test('texts are documents unless the client says otherwise', () => {
  assert.deepEqual(sent(cohereEmbeddings, 'embed-v4.0', ['a', 'b']), {
    body: { model: 'embed-v4.0', texts: ['a', 'b'], input_type: 'search_document', embedding_types: ['float'] },
    dropped: [],
  })
  const query = sent(cohereEmbeddings, 'embed-v4.0', 'a', { input_type: 'RETRIEVAL_QUERY', dimensions: 512 })
  assert.deepEqual([query.body.input_type, query.body.output_dimension], ['search_query', 512])
  assert.deepEqual(query.dropped, [])
})

test('what Cohere has no word for is named', () => {
  const more = { user: 'u', input_type: 'question_answering', truncation: true, encoding_format: 'base64' }
  const { body, dropped } = sent(cohereEmbeddings, 'embed-v4.0', 'a', more)
  assert.deepEqual(dropped, ['input_type', 'user', 'truncation'])
  assert.equal(body.input_type, 'search_document')
})

test('the most texts of one request are sent, and no more', () => {
  assert.equal((sent(cohereEmbeddings, 'm', Array(96).fill('a')).body.texts as string[]).length, 96)
  assert.equal(refused(cohereEmbeddings, 'm', Array(96).fill('a')), undefined)
  const error = refused(cohereEmbeddings, 'm', Array(97).fill('a'))
  assert.deepEqual([error?.code, error?.param], ['malformed_request', 'input'])
  assert.match(error?.message ?? '', /at most 96 inputs per request, not 97/)
})

test('tokens of another vocabulary are refused', () => {
  const error = refused(cohereEmbeddings, 'm', [[1, 2]])
  assert.deepEqual([error?.code, error?.param], ['untranslatable', 'input'])
})

test('answers are read with their types and without', () => {
  const meta = { billed_units: { input_tokens: 7 } }
  for (const embeddings of [{ float: [[1, 2], [3]] }, [[1, 2], [3]]]) {
    const body = answered(cohereEmbeddings, { id: 'x', embeddings, meta }, asked(['a', 'b']))
    assert.deepEqual(body, {
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [1, 2] },
        { object: 'embedding', index: 1, embedding: [3] },
      ],
      model: 'mine',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    })
  }
})

test('an answer without vectors is none', () => {
  for (const answer of [{}, { embeddings: {} }, { embeddings: { int8: [[1]] } }, [], 'x']) {
    assert.equal(eventsOf(cohereEmbeddings, answer)[0]?.type, 'error')
  }
})
