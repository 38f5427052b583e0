import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Dialect } from '../../../../core/provider.js'
import { speech, transcriptions, translations } from '../../../../llm/dialects/governed/audio.js'
import { imageEdits, imageGenerations, imageVariations } from '../../../../llm/dialects/governed/images.js'
import { moderations, rerank, rerankV2 } from '../../../../llm/dialects/governed/scores.js'

const ALL: readonly Dialect[] = [
  ...[imageGenerations, imageEdits, imageVariations, speech, transcriptions, translations],
  ...[moderations, rerank, rerankV2],
]

const texts = (dialect: Dialect, body: JsonObject) =>
  dialect
    .decodeRequest({ model: 'm', ...body })
    .messages.flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : part.type)))

test('reads the text that the model is given', () => {
  assert.deepEqual(texts(imageGenerations, { prompt: 'a cat' }), ['a cat'])
  assert.deepEqual(texts(imageEdits, { prompt: 'a dog' }), ['a dog'])
  assert.deepEqual(texts(imageVariations, {}), [])
  assert.deepEqual(texts(speech, { input: 'hi', instructions: 'kindly' }), ['hi', 'kindly'])
  assert.deepEqual(texts(transcriptions, { prompt: 'names' }), ['names'])
  assert.deepEqual(texts(translations, {}), [])
  assert.deepEqual(texts(moderations, { input: ['a', 'b'] }), ['a', 'b'])
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  assert.ok(
    !texts(moderations, { input: [{ type: 'text', text: 'a' }, image] }).some((text) => text.startsWith('data:')),
  )
  assert.deepEqual(texts(rerank, { query: 'q', documents: ['a', { title: 't', text: 'b' }] }), [
    'q',
    'a',
    'q',
    't',
    'b',
  ])
})

test('reads numbers and switches as JSON and forms write them', () => {
  const read = (dialect: Dialect, body: JsonObject) => dialect.decodeRequest({ model: 'm', prompt: 'x', ...body })
  assert.equal(read(imageGenerations, { n: 3 }).n, 3)
  assert.equal(read(imageEdits, { n: '3' }).n, 3)
  assert.equal(read(imageEdits, {}).n, 1)
  assert.equal(read(imageEdits, { stream: 'true' }).stream, true)
  assert.equal(read(transcriptions, { stream: 'False' }).stream, false)
  assert.equal(read(imageGenerations, { stream: true }).stream, true)
  assert.equal(read(speech, { input: 'x' }).stream, true)
})

test('names the field that is wrong', () => {
  const wrong: readonly (readonly [Dialect, JsonObject, string])[] = [
    ...ALL.map((dialect) => [dialect, { model: undefined }, 'model'] as const),
    [imageGenerations, {}, 'prompt'],
    [imageGenerations, { prompt: 7 }, 'prompt'],
    [imageGenerations, { prompt: 'x', n: 0 }, 'n'],
    [imageEdits, { prompt: 'x', n: 'many' }, 'n'],
    [imageEdits, { prompt: 'x', stream: 'maybe' }, 'stream'],
    [speech, {}, 'input'],
    [moderations, {}, 'input'],
    [rerank, { query: 'q' }, 'documents'],
    [rerankV2, { documents: [] }, 'query'],
  ]
  for (const [dialect, body, param] of wrong) {
    assert.throws(
      () => dialect.decodeRequest({ model: 'm', ...body }),
      (error) => error instanceof GatewayError && error.code === 'malformed_request' && error.param === param,
      `${dialect.name} ${param}`,
    )
  }
})

test('only the model changes, and nothing is written anew', () => {
  for (const dialect of ALL) {
    assert.deepEqual(dialect.patchRequest({ model: 'm', prompt: 'x' }, 't', 5), { model: 't' })
    const request = { ...imageGenerations.decodeRequest({ model: 'm', prompt: 'x' }) }
    assert.throws(() => dialect.encodeRequest(request, {}), GatewayError)
    assert.deepEqual(dialect.encodeEvents(request).push({ type: 'end' }), [])
  }
})

test('no output can be billed where nothing is generated', () => {
  for (const dialect of [moderations, rerank, rerankV2]) {
    const body = { model: 'm', input: 'x', query: 'x', documents: [] }
    assert.equal(dialect.decodeRequest(body).maxOutputTokens, 0)
  }
})

test("errors have OpenAI's form, and where rerankers' clients look for it a message", () => {
  const error = new GatewayError('model_not_found', 'no such model', { param: 'model' })
  const expected = { message: 'no such model', type: 'invalid_request_error', param: 'model', code: 'model_not_found' }
  assert.deepEqual(imageGenerations.encodeError(error, ''), { error: expected })
  assert.deepEqual(rerankV2.encodeError(error, ''), { message: 'no such model', error: expected })
})
