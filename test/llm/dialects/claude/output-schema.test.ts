import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { AT_ONCE, atOnce } from '../../../../core/turns.js'
import { outputSchema } from '../../../../llm/dialects/claude/output-schema.js'

const converted = (schema: JsonObject) => atOnce(outputSchema(schema))

test('schemas within are converted wherever they stand, and other members stay in their places', () => {
  const bounded = { type: 'integer', minimum: 1 }
  const said = { type: 'integer', description: '(minimum: 1)' }
  const schema = {
    $defs: { a: bounded, b: null },
    title: 'all',
    properties: { 1: bounded, items: { items: bounded }, list: { oneOf: [bounded, true], items: [bounded] } },
    allOf: [{ definitions: { c: bounded } }],
  }
  assert.equal(
    JSON.stringify(converted(schema).schema),
    JSON.stringify({
      $defs: { a: said, b: null },
      title: 'all',
      properties: { 1: said, items: { items: said }, list: { anyOf: [said, true], items: [bounded] } },
      allOf: [{ definitions: { c: said } }],
      additionalProperties: false,
    }),
  )
})

test('a property may have any name', () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"},"constructor":{"maximum":1}}}')
  const expected = '"__proto__":{"type":"string"},"constructor":{"description":"(maximum: 1)"}'
  assert.equal(JSON.stringify(converted(schema).schema), `{"properties":{${expected}},"additionalProperties":false}`)
})

test('a schema without bounds is closed, which enforces no less', () => {
  assert.equal(converted({ type: 'object', properties: { a: { type: 'string' } } }).changed, false)
  assert.equal(converted({ type: 'object', additionalProperties: true }).changed, true)
})

test('a long schema is converted in short steps', () => {
  const inner = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } }
  const properties = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`p${i}`, inner]))
  const steps = outputSchema({ type: 'object', properties })
  let yields = 0
  for (let step = steps.next(); !step.done; step = steps.next()) {
    assert.ok(step.value <= AT_ONCE / 4)
    yields++
  }
  assert.ok(yields >= (3 * 5000) / 256, `${yields} yields`)
})
