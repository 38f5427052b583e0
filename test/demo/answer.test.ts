import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokensOf } from '../../demo/answer.js'
import { sampleOf } from '../../demo/sample.js'

test('the tokens of a text are the text again when joined', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(tokensOf(text).join(''), text)))
})

test('a sample takes its strings from the prompt and keeps to enum, const, lists and nesting', () => {
  const schema = {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { enum: ['celsius', 'fahrenheit'] },
      days: { type: 'array', items: { type: 'integer', minimum: 3 } },
      kind: { const: 'x' },
      more: { anyOf: [{ type: 'object', properties: { deep: { type: 'boolean' } } }] },
    },
  }
  assert.deepEqual(sampleOf(schema, 'How warm is it in Lima now?'), {
    city: 'Lima',
    unit: 'celsius',
    days: [3],
    kind: 'x',
    more: { deep: true },
  })
})
