import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../../../core/json.js'
import { openaiEmbeddings, openaiLikeEmbeddings } from '../../../llm/dialects/openai-embeddings.js'
import { answered, asked, eventsOf, sent } from './embeddings/translated.js'

const ANSWER = {
  object: 'list',
  data: [
    { object: 'embedding', index: 1, embedding: [3, 4] },
    { object: 'embedding', index: 0, embedding: [1, 2.5] },
  ],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 8, total_tokens: 8 },
}

test('each input is a message of the user', () => {
  const { messages } = asked(['a', 'b'])
  assert.deepEqual(messages, [
    { role: 'user', content: [{ type: 'text', text: 'a' }] },
    { role: 'user', content: [{ type: 'text', text: 'b' }] },
  ])
  assert.deepEqual(asked('a').messages, messages.slice(0, 1))
})

test('an array of numbers is one input, of arrays several', () => {
  assert.equal(asked([1, 2, 3]).messages.length, 1)
  assert.equal(asked([[1, 2], [3]]).messages.length, 2)
})

test('nothing is asked for but vectors', () => {
  const request = asked('a', { dimensions: 256, encoding_format: 'base64', input_type: 'query', user: 'u', extra: 1 })
  assert.deepEqual(
    [request.maxOutputTokens, request.n, request.stream, request.user, Object.fromEntries(request.extras.fields)],
    [0, 1, false, 'u', { extra: 1 }],
  )
  assert.deepEqual(request.embedding, { dimensions: 256, encodingFormat: 'base64', inputType: 'query' })
})

test('what is wrong with a request is named', () => {
  const cases = [
    [{ input: [] }, 'input'],
    [{ input: {} }, 'input'],
    [{ input: null }, 'input'],
    [{}, 'input'],
    [{ input: ['a', 1] }, 'input[1]'],
    [{ input: [1, 'a'] }, 'input[1]'],
    [{ input: [1.5] }, 'input[0]'],
    [{ input: [-1] }, 'input[0]'],
    [{ input: [[1], 'a'] }, 'input[1]'],
    [{ input: [[1], []] }, 'input[1]'],
    [{ input: [[1, true]] }, 'input[0][1]'],
    [{ input: 'a', dimensions: 0 }, 'dimensions'],
    [{ input: 'a', dimensions: '5' }, 'dimensions'],
    [{ input: 'a', encoding_format: 'int8' }, 'encoding_format'],
    [{ input: 'a', model: undefined }, 'model'],
  ] as const
  for (const [members, param] of cases) {
    const decode = () => openaiEmbeddings.decodeRequest({ model: 'm', ...members })
    assert.throws(decode, { code: 'malformed_request', param }, JSON.stringify(members))
  }
})

test('more inputs than anybody takes, or more tokens, are refused before they are read', () => {
  const decode = (input: JsonValue) => openaiEmbeddings.decodeRequest({ model: 'm', input })
  const some = (length: number, value: JsonValue) => Array.from({ length }, () => value)
  assert.equal(decode(some(10_000, 'a')).messages.length, 10_000)
  assert.equal(decode([some(300_000, 1), some(200_000, 1)]).messages.length, 2)
  assert.equal(decode(some(500_000, 1)).messages.length, 1)
  const many = [some(10_001, 'a'), some(10_001, [1]), some(500_001, 1), [some(300_000, 1), some(200_001, 1)]]
  for (const input of many) assert.throws(() => decode(input), { code: 'malformed_request', param: 'input' })
})

test('a request is written as it was read, whatever it is made of', () => {
  const inputs = fc.oneof(
    fc.array(fc.string(), { minLength: 1 }),
    fc.array(fc.array(fc.nat(), { minLength: 1 }), { minLength: 1 }),
  )
  const members = fc.record(
    {
      dimensions: fc.integer({ min: 1 }),
      encoding_format: fc.constantFrom('float', 'base64'),
      input_type: fc.string(),
      user: fc.string(),
      truncation: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(inputs, members, (input, more) => {
      for (const dialect of [openaiEmbeddings, openaiLikeEmbeddings]) {
        assert.deepEqual(sent(dialect, 'm', input, more), { body: { model: 'm', input, ...more }, dropped: [] })
      }
    }),
  )
})

test('of a body that passes unchanged only the model is replaced', () => {
  assert.deepEqual(openaiEmbeddings.patchRequest({ model: 'a', input: 'x' }, 'b', 5), { model: 'b' })
})

test('vectors come in the order of the inputs and in the encoding that was asked for', () => {
  const floats = answered(openaiLikeEmbeddings, ANSWER, asked(['a', 'b']))
  assert.deepEqual(floats, {
    object: 'list',
    data: [
      { object: 'embedding', index: 0, embedding: [1, 2.5] },
      { object: 'embedding', index: 1, embedding: [3, 4] },
    ],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 8, total_tokens: 8 },
  })
  const { data } = answered(openaiLikeEmbeddings, ANSWER, asked(['a', 'b'], { encoding_format: 'base64' }))
  assert.deepEqual(
    (data as { embedding: string }[]).map(({ embedding }) => embedding),
    ['AACAPwAAIEA=', 'AABAQAAAgEA='],
  )
})

test('a server that numbers nothing, counts in a total only and names no model is understood', () => {
  const answer = { data: [{ embedding: [1] }, { embedding: 'AACAPw==' }], usage: { total_tokens: 3 } }
  const body = answered(openaiLikeEmbeddings, answer, asked(['a', 'b']))
  assert.deepEqual(
    [body.model, body.usage, (body.data as { embedding: number[] }[]).map(({ embedding }) => embedding)],
    ['mine', { prompt_tokens: 3, total_tokens: 3 }, [[1], [1]]],
  )
})

test('the output is settled as nothing, and a prompt of nothing as not reported', () => {
  const usage = (reported: unknown) => {
    const events = eventsOf(openaiEmbeddings, { ...ANSWER, usage: reported })
    return events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []))
  }
  assert.deepEqual(usage({ prompt_tokens: 8 }), [{ prompt: 8, completion: 0 }])
  for (const reported of [undefined, {}, { prompt_tokens: 0, total_tokens: 0 }, { prompt_tokens: -1 }]) {
    assert.deepEqual(usage(reported), [{ completion: 0 }])
  }
})

test('an input without a vector, or a vector too many, is the error of the provider', () => {
  const refused = { code: 'upstream_error', message: /2 vectors for \d inputs/ }
  for (const input of [['a'], ['a', 'b', 'c']]) {
    assert.throws(() => answered(openaiLikeEmbeddings, ANSWER, asked(input)), refused)
  }
})

test('an error in an answer is read as one', () => {
  const [event, ...more] = eventsOf(openaiEmbeddings, { error: { message: 'no', type: 'invalid_request_error' } })
  assert.ok(event?.type === 'error')
  assert.deepEqual([event.error.code, event.error.message, more.length], ['upstream_refused', 'no', 0])
})

test('an answer that is none is an error, whatever is in it, and never thrown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const value = eventsOf(openaiEmbeddings, text)
      assert.ok(value.length === 1 && value[0]?.type === 'error', text)
    }),
  )
})

test('it does not matter where an answer is cut', () => {
  const whole = eventsOf(openaiEmbeddings, ANSWER)
  const length = JSON.stringify(ANSWER).length
  for (let cut = 1; cut < length; cut++) assert.deepEqual(eventsOf(openaiEmbeddings, ANSWER, cut), whole)
})
