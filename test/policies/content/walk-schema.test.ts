import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../../core/json.js'
import { surfacesOf } from '../../../policies/content/surfaces.js'

const surfaces = (schema: JsonValue) => surfacesOf({ schema }, () => 'schema')
const texts = (schema: JsonValue) => surfaces(schema).sites.map(({ text }) => text)

test('texts of a schema are content, at any depth; its own words are not', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://schemas.example/a',
    type: ['object', 'null'],
    title: 'title',
    $comment: 'comment',
    required: ['format'],
    properties: {
      format: {
        type: 'string',
        format: 'email',
        description: 'description',
        default: 'default',
        examples: ['example'],
      },
      type: { enum: ['one', { of: ['two'] }], 'x-note': { deep: ['note'] } },
      $ref: { const: { nested: 'constant' } },
    },
    items: [{ $ref: '#/$defs/other' }, { pattern: 'pattern' }],
    $defs: { other: { anyOf: [{ description: 'any' }], type: 'STRING' } },
    patternProperties: { '^a': { description: 'of a pattern' } },
  }
  const said = [
    'title',
    'comment',
    'description',
    'default',
    'example',
    'one',
    'two',
    'note',
    'constant',
    'pattern',
    'any',
  ]
  assert.deepEqual(texts(schema), [...said, 'of a pattern'])
  assert.deepEqual(
    surfaces(schema).sites.filter(({ kind }) => kind !== 'text'),
    [],
  )
})

test('a property is a schema whatever it is called', () => {
  for (const name of ['type', 'required', 'properties', 'enum', 'default', '$ref', '__proto__']) {
    const schema = { properties: Object.fromEntries([[name, { type: 'string', description: 'said' }]]) }
    assert.deepEqual(texts(schema), ['said'], name)
    const { schema: changed } = surfaces(schema).rewritten(() => 'new')
    assert.equal(JSON.stringify(changed), JSON.stringify(schema).replace('said', 'new'))
  }
})

test('numbers of values are content, and their property says what they are; bounds are not', () => {
  const schema = {
    enum: [123456789, 12345],
    ...{ minimum: 123456789, maximum: 123456789, maxLength: 123456789, multipleOf: 123456789 },
    properties: {
      card: { const: 4539148803436467, examples: [[4539148803436467]] },
      minimum: { default: { ssn: 219338146 } },
      other: { items: { enum: [123456789] }, 'x-number': 123456789 },
    },
  }
  assert.deepEqual(surfaces(schema).sites, [
    { text: '123456789', kind: 'number' },
    { text: '4539148803436467', kind: 'number', label: 'card' },
    { text: '4539148803436467', kind: 'number', label: 'card' },
    { text: '219338146', kind: 'number', label: 'ssn' },
    { text: '123456789', kind: 'number', label: 'other' },
    { text: '123456789', kind: 'number', label: 'other' },
  ])
  const { schema: changed } = surfaces(schema).rewritten(({ label }) => (label === 'card' ? '[CARD]' : undefined))
  const card = { const: '[CARD]', examples: [['[CARD]']] }
  assert.deepEqual(changed, { ...schema, properties: { ...schema.properties, card } })
})

test('schemas may be anything', () => {
  assert.deepEqual(texts([true, 'said', null, ['again']]), ['said', 'again'])
})
