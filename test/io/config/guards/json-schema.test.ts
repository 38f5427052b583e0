import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/json-schema.js'
import { CONTENT_VOCABULARY } from '../../../../policies/guardrails/content/vocabulary.js'
import { reader } from './reader.js'

const { settings, refuses } = reader({
  ...kind,
  kindMembers: () => kind.kindMembers(CONTENT_VOCABULARY.schemaFault),
})

test('a schema is a map, the text of one, or what the client asks for', () => {
  const schema = { type: 'object', properties: { a: { enum: ['x', 1, null, true] } }, required: ['a'] }
  assert.deepEqual(
    settings('{ schema: { type: object, properties: { a: { enum: [x, 1, null, true] } }, required: [a] } }'),
    {
      schema,
    },
  )
  assert.deepEqual(settings(`{ schema: '${JSON.stringify(schema)}' }`), { schema })
  assert.deepEqual(settings('{ schema: request }'), { schema: 'request' })
})

test('what is wrong is told, with what is allowed', () => {
  const what = 'schema: must be a JSON Schema, as a map or as the text of one, or the word request'
  for (const yaml of ['{}', '{ schema: 7 }', '{ schema: "{" }', '{ schema: [] }', '{ schema: "[]" }'])
    refuses(yaml, what)
  const fault = (text: string) => `schema: is no schema that can be checked: it ${text}`
  refuses('{ schema: { $ref: "https://x.test/y" } }', fault('has a $ref to what is no schema within it'))
})
