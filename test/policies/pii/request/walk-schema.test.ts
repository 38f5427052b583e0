import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../../../../core/json.js'
import { surfacesOf } from '../../../../policies/pii/request/surfaces.js'

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

test('numbers stay numbers, and schemas may be anything', () => {
  assert.deepEqual(texts({ enum: [123456789], maximum: 123456789, default: { a: 123456789 } }), [])
  assert.deepEqual(texts([true, 'said', null, ['again']]), ['said', 'again'])
})
